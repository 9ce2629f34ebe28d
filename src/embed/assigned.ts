/** What a run gives a program from outside: values for its constants and for the arguments of its models. */
import type { Declared, Project, Supplied } from '../check/project.js';
import { didYouMean } from '../check/suggest.js';
import { modelOf } from '../plan/answer.js';
import { type Diagnostic, diagnose, hasErrors, type Outcome, succeed } from '../syntax/diagnostic.js';
import { parseQuery } from '../syntax/parse.js';
import type { Source, Span } from '../syntax/span.js';
import type { Argument, DeclarationOf, Expr, Name, Parameter, Query } from '../syntax/tree.js';
import { withLabels } from './supply.js';

/** What a constant or an argument is to be: an expression as text, or a value of the host program. */
export type Assigned = string | Supplied;

/** The name of the constant that holds what is given for an argument: no program can write it. */
const constantFor = (argument: string): string => `--set ${argument}`;

/**
 * The project as if the values stood in it: constants are replaced, and every query passes its model the arguments that are given, in
 * the place of those it writes. Fails for text that is no expression and for names that nothing has.
 */
export function assign(project: Project, given: ReadonlyMap<string, Assigned>): Outcome<Project> {
  if (given.size === 0) return succeed(project);
  const consts = new Map(project.consts);
  const supplied = new Map(project.supplied);
  const problems: Diagnostic[] = [];
  const known = [...project.consts.keys(), ...argumentsOf(project)];
  for (const [name, assigned] of given) {
    const source: Source = { name: constantFor(name), text: typeof assigned === 'string' ? assigned : name };
    const whole = { start: 0, end: source.text.length };
    const value = typeof assigned === 'string' ? parsedValue(source, problems) : suppliedValue(source, whole);
    const declared = project.consts.get(name);
    if (typeof assigned !== 'string') supplied.set(source.name, withLabels(project, assigned));
    if (value === null) continue;
    if (declared !== undefined) consts.set(name, { declaration: { ...declared.declaration, value }, source });
    else if (known.includes(name))
      consts.set(source.name, { declaration: constant({ text: source.name, span: whole }, value), source });
    else {
      const message = `there is no constant and no argument of a model \`${name}\``;
      problems.push(diagnose('E0201', message, source, whole, didYouMean(name, known)));
    }
  }
  if (problems.length > 0) return { ok: false, diagnostics: problems };
  const changed: Project = {
    ...project,
    consts,
    supplied,
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

function parsedValue(source: Source, problems: Diagnostic[]): Expr | null {
  const { query, diagnostics } = parseQuery(source);
  if (query?.expression.kind === 'value' && !hasErrors(diagnostics)) return query.expression.value;
  problems.push(...diagnostics);
  return null;
}

const suppliedValue = ({ name: text }: Source, span: Span): Expr => ({ kind: 'name', name: { text, span }, span });

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
