/** What the draws of a question hang on: which draws of other questions may stand beside them, and which data they were told. */
import type { Project } from '../check/project.js';
import { ungrouped } from '../check/text.js';
import { modelOf } from '../plan/answer.js';
import { onlyForm } from '../plan/arithmetic.js';
import type { Conditions, Seen } from '../report/inference_data.js';
import { printExpr, printQuery } from '../syntax/print_expr.js';
import type { DataClause, Expr, Form, Query } from '../syntax/tree.js';

/** Null for a question that is no single form about a model: it has no draws. */
export function conditionsOf(project: Project, query: Query): Conditions | null {
  const { expression } = query;
  const form = expression.kind === 'value' ? onlyForm(expression.value) : null;
  const model = modelOf(project, query);
  if (form === null || model === null) return null;
  const evidence = form.given.flatMap((item) => (item.kind === 'evidence' ? conjuncts(item.value) : []));
  // The name of the form and its targets are no part of the world that it asks about.
  const world: Form = { ...form, form: 'P', targets: [], given: form.given.filter((item) => item.kind === 'do') };
  const asked: Query = { ...query, using: null, given: [], expression: { ...expression, kind: 'value', value: world } };
  const known = [
    ...evidence.map(printExpr),
    ...query.given.map((clause) => printQuery({ ...asked, given: [clause] })),
  ].sort();
  return {
    world: query.model === null ? `${printQuery(asked)} in ${model}` : printQuery(asked),
    known,
    conditioned: known.length > 0 || observes(project, model),
    seen: [...evidence.flatMap((part) => seenIn(project, part)), ...query.given.flatMap((c) => seenRows(project, c))],
  };
}

/** Equalities joined by `and` are separate evidence. */
function conjuncts(expr: Expr): readonly Expr[] {
  const inner = ungrouped(expr);
  return inner.kind === 'binary' && inner.operator === 'and'
    ? [...conjuncts(inner.left), ...conjuncts(inner.right)]
    : [inner];
}

/** What a part of the evidence says that a node was, where that is written down: a number, a list of them, a column, a const. */
function seenIn(project: Project, part: Expr): readonly Seen[] {
  const told = (node: Expr, value: Expr): readonly Seen[] => {
    const box = boxOf(project, value);
    return box === null ? [] : [{ name: printExpr(ungrouped(node)), dim: null, column: null, ...box }];
  };
  if (part.kind === 'name') return told(part, { kind: 'boolean', value: true, span: part.span });
  if (part.kind === 'not') return told(part.operand, { kind: 'boolean', value: false, span: part.span });
  const equality = part.kind === 'binary' && ['=', '==', '~='].includes(part.operator) ? part : null;
  return equality === null ? [] : told(equality.left, equality.right);
}

type Box = Pick<Seen, 'kind' | 'shape' | 'values'> & { readonly column?: Seen['column'] };

function boxOf(project: Project, value: Expr): Box | null {
  switch (value.kind) {
    case 'group':
      return boxOf(project, value.inner);
    case 'number':
      return { kind: value.integer ? 'int' : 'real', shape: [], values: Float64Array.of(value.value) };
    case 'boolean':
      return { kind: 'bool', shape: [], values: Float64Array.of(value.value ? 1 : 0) };
    case 'negate': {
      const inner = boxOf(project, value.operand);
      return inner === null ? null : { kind: inner.kind, shape: inner.shape, values: inner.values.map((v) => -v) };
    }
    case 'name': {
      const found = project.consts.get(value.name.text);
      return found === undefined ? null : boxOf(project, found.declaration.value);
    }
    case 'field': {
      const table = value.target.kind === 'name' ? value.target.name.text : '';
      const read = project.data.get(table)?.table;
      const column = read?.columns.find(({ name }) => name === value.name.text);
      const kind = numbersIn(column?.type.kind);
      if (column === undefined || kind === null) return null;
      const { values } = column;
      return { kind, shape: [values.length], values, column: { table, column: column.name } };
    }
    case 'array': {
      const parts = value.elements.map((element) => boxOf(project, element));
      const boxes = parts.flatMap((box) => box ?? []);
      const [first] = boxes;
      const even = boxes.every(({ shape }) => String(shape) === String(first?.shape));
      if (first === undefined || boxes.length < parts.length || !even) return null;
      const kind = boxes.every((box) => box.kind === first.kind) ? first.kind : 'real';
      const values = Float64Array.from(boxes.flatMap((box) => [...box.values]));
      return { kind, shape: [boxes.length, ...first.shape], values };
    }
    default:
      return null;
  }
}

const numbersIn = (kind: string | undefined): Seen['kind'] | null =>
  kind === 'real' || kind === 'int' || kind === 'bool' ? kind : null;

/** Rows of a table are what the nodes of the names of its columns were, in one unit after another. */
function seenRows(project: Project, { data, weighted }: DataClause): readonly Seen[] {
  const table = data.text;
  return (project.data.get(table)?.table.columns ?? []).flatMap(({ name, type, values }): Seen[] => {
    const kind = name === weighted?.text ? null : numbersIn(type.kind);
    if (kind === null) return [];
    return [{ name, kind, shape: [values.length], dim: `${table}_row`, values, column: { table, column: name } }];
  });
}

/** Whether runs of a model have weights of its own: it, or something that it names, observes. */
function observes(project: Project, model: string): boolean {
  const walked = new Set<string>();
  const waiting: unknown[] = [];
  const walk = (name: string): void => {
    if (walked.has(name)) return;
    walked.add(name);
    waiting.push(project.models.get(name)?.declaration, project.functions.get(name)?.declaration);
  };
  walk(model);
  while (waiting.length > 0) {
    const at = waiting.pop();
    if (typeof at !== 'object' || at === null) continue;
    if ('kind' in at && (at.kind === 'observe' || at.kind === 'factor')) return true;
    if ('text' in at && typeof at.text === 'string') walk(at.text);
    waiting.push(...Object.values(at));
  }
  return false;
}
