/** Programs whose models are operated on, as by `do` from outside. */
import type { Declared, Project } from '../check/project.js';
import { didYouMean } from '../check/suggest.js';
import { childrenOf, type Piece } from '../syntax/children.js';
import { diagnose, fail, hasErrors, type Outcome, succeed } from '../syntax/diagnostic.js';
import { parseQuery } from '../syntax/parse.js';
import type { Source } from '../syntax/span.js';
import type { DeclarationOf, Expr, Intervention } from '../syntax/tree.js';
import { plainTemplate, shownPlaceholder, type Template } from './template.js';
import type { Interpolation } from './value.js';
import { readValue } from './value.js';

/** What is done to the models of a program: to the one that is named, or to each that has the nodes. */
export type Operation = { readonly template: Template; readonly model: string | null };

const opening = 'evidence(do(';
const closing = '))';

/** The operation that sets nodes to values: `{ x: 1, 'dose[3]': 2 }`. A key is one node; E0441 for any other text. */
export function settingOf(
  values: Readonly<Record<string, Interpolation>>,
  model: string | null,
  start: number,
): Outcome<Operation> {
  const name = '<do>';
  let text = opening;
  const read = new Map<string, ReturnType<typeof readValue>>();
  const placeholders: { name: string; span: { start: number; end: number } }[] = [];
  for (const [i, [key, value]] of Object.entries(values).entries()) {
    if (!isOneNode(key)) {
      const source = { name, text: key };
      return fail(diagnose('E0441', 'this is not the name of a node', source, { start: 0, end: key.length }));
    }
    text += `${i === 0 ? '' : ', '}${key} = `;
    const placeholder = `\${${start + i}}`;
    placeholders.push({ name: placeholder, span: { start: text.length, end: text.length + shownPlaceholder.length } });
    text += shownPlaceholder;
    read.set(placeholder, readValue(value));
  }
  return succeed({ template: { source: { name, text: text + closing, placeholders }, values: read }, model });
}

/** A node as `do` names it: `x`, `x[3]`, `event.depth`. */
function isOneNode(key: string): boolean {
  const { query, diagnostics } = parseQuery({ name: '<do>', text: `${opening}${key} = 0${closing}` });
  const [only, ...others] = query === null || hasErrors(diagnostics) ? [] : interventionsOf(query.expression);
  const { start, end } = only?.target.span ?? { start: 0, end: 0 };
  return only?.kind === 'set' && others.length === 0 && start === opening.length && end === opening.length + key.length;
}

/** The operation written as inside of `do(…)`: `x ~ bernoulli(0.5), z := z + 1`. */
export const writtenOperation = ({ source, values }: Template, model: string | null): Operation => {
  const moved = source.placeholders?.map(({ name, span }) => ({
    name,
    span: { start: span.start + opening.length, end: span.end + opening.length },
  }));
  const text = `${opening}${source.text}${closing}`;
  const template =
    moved === undefined ? plainTemplate('<do>', text) : { source: { name: '<do>', text, placeholders: moved }, values };
  return { template, model };
};

function interventionsOf(expression: { readonly kind: string; readonly value?: Expr }): readonly Intervention[] {
  const form = expression.value;
  if (form?.kind !== 'form' || form.form !== 'evidence' || form.targets.length > 0) return [];
  return form.given.flatMap((given) => (given.kind === 'do' ? given.interventions : []));
}

/** The project with its models operated on; what the operation reads must be supplied already. */
export function operate(project: Project, { template, model }: Operation): Outcome<Project> {
  const { source } = template;
  const { query, diagnostics } = parseQuery(source);
  if (query === null || hasErrors(diagnostics)) return { ok: false, diagnostics };
  const interventions = interventionsOf(query.expression);
  const whole = { start: opening.length, end: source.text.length - closing.length };
  const wrong = (code: 'E0203' | 'E0441', message: string, hint: string | null): Outcome<never> =>
    fail(diagnose(code, message, source, whole, hint));
  if (interventions.length === 0) return wrong('E0441', 'there is nothing to do', null);
  const own = [...project.models.keys()].filter((name) => !name.includes('@'));
  if (model !== null && !own.includes(model))
    return wrong('E0203', `there is no model \`${model}\``, didYouMean(model, own));
  const roots = interventions.map((i) => rootOf(i.target));
  const chosen =
    model !== null ? [model] : own.length === 1 ? own : own.filter((name) => declares(project, name, roots));
  if (chosen.length === 0) return wrong('E0441', `no model has ${roots.map((r) => `\`${r}\``).join(', ')}`, null);
  const models = new Map(project.models);
  for (const name of chosen) {
    const before = models.get(name);
    if (before === undefined) continue;
    const hidden = hiddenName(name, models);
    models.set(hidden, renamed(before, hidden));
    models.set(name, { declaration: operated(name, hidden, interventions, source), source });
  }
  return succeed({ ...project, models }, diagnostics);
}

type Model = Declared<DeclarationOf<'model'> | DeclarationOf<'operated'>>;

const renamed = ({ declaration, source }: Model, text: string): Model => ({
  declaration: { ...declaration, name: { ...declaration.name, text } },
  source,
});

function operated(
  text: string,
  base: string,
  interventions: readonly Intervention[],
  { text: { length } }: Source,
): DeclarationOf<'operated'> {
  const span = { start: opening.length, end: length - closing.length };
  return {
    kind: 'operated',
    name: { text, span },
    base: { text: base, span },
    args: [],
    interventions,
    documentation: null,
    span,
  };
}

function hiddenName(name: string, models: ReadonlyMap<string, unknown>): string {
  let i = 1;
  while (models.has(`${name}@do${i}`)) i += 1;
  return `${name}@do${i}`;
}

function rootOf(target: Expr): string {
  switch (target.kind) {
    case 'name':
      return target.name.text;
    case 'group':
      return rootOf(target.inner);
    case 'index':
    case 'field':
      return rootOf(target.target);
    default:
      return '';
  }
}

/** Whether a model's text declares all these nodes or parts. */
function declares(project: Project, model: string, roots: readonly string[]): boolean {
  let declared = project.models.get(model);
  for (let depth = 0; declared !== undefined && depth < 100; depth++) {
    const { declaration } = declared;
    if (declaration.kind === 'model') {
      const names = new Set<string>();
      gatherNodes(declaration.body, names);
      return roots.every((root) => names.has(root));
    }
    declared = project.models.get(declaration.base.text);
  }
  return false;
}

function gatherNodes(piece: Piece, into: Set<string>): void {
  if ('kind' in piece && piece.kind === 'node') into.add(piece.name.text);
  for (const part of childrenOf(piece)) gatherNodes(part, into);
}
