/** What a run gives a program from outside: values for its constants and for the arguments of its models. */
import type { Declared, Project } from '../check/project.js';
import { didYouMean } from '../check/suggest.js';
import { modelOf } from '../plan/answer.js';
import { type Diagnostic, diagnose, hasErrors, type Outcome, succeed } from '../syntax/diagnostic.js';
import { parseQuery } from '../syntax/parse.js';
import type { Source, Span } from '../syntax/span.js';
import type { Argument, DeclarationOf, Expr, Name, Parameter, Query } from '../syntax/tree.js';

/** The name of the constant that holds what is given for an argument: no program can write it. */
const constantFor = (argument: string): string => `--set ${argument}`;

/**
 * The project as if the values stood in it: constants are replaced, and every query passes its model the arguments that are given, in
 * the place of those it writes. Fails for text that is no expression and for names that nothing has.
 */
export function assign(project: Project, texts: ReadonlyMap<string, string>): Outcome<Project> {
  if (texts.size === 0) return succeed(project);
  const consts = new Map(project.consts);
  const problems: Diagnostic[] = [];
  const known = [...project.consts.keys(), ...argumentsOf(project)];
  for (const [name, text] of texts) {
    const source: Source = { name: constantFor(name), text };
    const whole = { start: 0, end: text.length };
    const { query, diagnostics } = parseQuery(source);
    const declared = project.consts.get(name);
    if (query?.expression.kind !== 'value' || hasErrors(diagnostics)) problems.push(...diagnostics);
    else if (declared !== undefined)
      consts.set(name, { declaration: { ...declared.declaration, value: query.expression.value }, source });
    else if (known.includes(name))
      consts.set(source.name, {
        declaration: constant({ text: source.name, span: whole }, query.expression.value),
        source,
      });
    else {
      const message = `there is no constant and no argument of a model \`${name}\``;
      problems.push(diagnose('E0201', message, source, whole, didYouMean(name, known)));
    }
  }
  if (problems.length > 0) return { ok: false, diagnostics: problems };
  const changed: Project = {
    ...project,
    consts,
    main: {
      ...project.main,
      declarations: project.main.declarations.map((d) =>
        d.kind === 'const' ? (consts.get(d.name.text)?.declaration ?? d) : d,
      ),
    },
  };
  return succeed({
    ...changed,
    queries: project.queries.map((q) => ({ ...q, declaration: withArguments(changed, q.declaration) })),
  });
}

const constant = (name: Name, value: Expr): DeclarationOf<'const'> => ({
  kind: 'const',
  name,
  annotation: null,
  value,
  documentation: null,
  span: name.span,
});

function argumentsOf(project: Project): readonly string[] {
  return [...project.models.values()].flatMap(({ declaration }) =>
    declaration.kind === 'model' ? declaration.parameters.map((p) => p.name.text) : [],
  );
}

/** The query with the arguments that the run gives. */
export function withArguments(project: Project, query: Query): Query {
  const model = modelOf(project, query);
  const parameters = model === null ? [] : freeParameters(project, model);
  const given = parameters.filter((p) => project.consts.has(constantFor(p.name.text)));
  if (model === null || given.length === 0) return query;
  const span = query.model?.span ?? query.expression.span;
  const written = query.model?.args ?? [];
  if (written.length > parameters.length) return query;
  const named = written.map((argument, i) => nameArgument(argument, parameters[i]));
  const kept = named.filter((a) => !given.some((p) => p.name.text === a.name?.text));
  const args = [...kept, ...given.map((p) => argumentFor(p, span))];
  return { ...query, model: { name: query.model?.name ?? { text: model, span }, args, span } };
}

/** The parameters that a query on the model has to give. */
function freeParameters(project: Project, model: string): readonly Parameter[] {
  let declared: Declared<DeclarationOf<'model'> | DeclarationOf<'operated'>> | undefined = project.models.get(model);
  for (let depth = 0; declared !== undefined && depth < 100; depth++) {
    const { declaration } = declared;
    if (declaration.kind === 'model') return declaration.parameters;
    if (declaration.args.length > 0) return [];
    declared = project.models.get(declaration.base.text);
  }
  return [];
}

const nameArgument = (argument: Argument, parameter: Parameter | undefined): Argument =>
  argument.name === null && parameter !== undefined
    ? { ...argument, name: { text: parameter.name.text, span: argument.span } }
    : argument;

function argumentFor({ name: { text } }: Parameter, span: Span): Argument {
  const value: Expr = { kind: 'name', name: { text: constantFor(text), span }, span };
  return { name: { text, span }, value, span };
}
