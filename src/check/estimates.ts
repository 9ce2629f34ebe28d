/** `estimate … from DATA by METHOD(nodes, option = value)`. */
import { type MethodShape, type OptionShape, optionsOf } from '../causal/estimate/methods/method.js';
import { methodShapes } from '../causal/estimate/methods/registry.js';
import type { Column } from '../data/table.js';
import type { Type } from '../ir/type.js';
import type { DataClause, Expr, Form, Method, Option, QueryExpr } from '../syntax/tree.js';
import { checkInterventions } from './actions.js';
import { insideOf } from './forms.js';
import { tableType } from './names.js';
import type { ModelInfo } from './node_info.js';
import { checkSelected, checkSelection, checkWeights } from './rows.js';
import { type Frame, report, use } from './session.js';
import { didYouMean } from './suggest.js';
import { ungrouped } from './text.js';

/** Checks what an estimate is made from; its question is checked as one of identification. */
export function checkEstimate(
  frame: Frame,
  { form, data, method }: Extract<QueryExpr, { readonly kind: 'estimate' }>,
  checkVariables: (frame: Frame, model: ModelInfo, target: Expr) => void,
): void {
  const name = data.data;
  const table = frame.session.project.data.get(name.text);
  const type = table === undefined ? null : tableType(frame, name.text);
  if (table === undefined) {
    const hint = didYouMean(name.text, frame.session.project.data.keys());
    report(frame, 'E0201', `there is no data set \`${name.text}\``, name.span, hint);
  } else {
    use(frame, table);
    checkColumns(frame, form, type, name.text);
    if (data.weighted !== null && type !== null)
      checkWeights(frame, type, table.table.columns, name.text, data.weighted);
  }
  const known = Object.hasOwn(methodShapes, method.name.text) ? methodShapes[method.name.text] : undefined;
  if (known === undefined) {
    const names = Object.keys(methodShapes);
    const hint = didYouMean(method.name.text, names) ?? `there are ${listed(names)}`;
    report(frame, 'E0420', `there is no estimator \`${method.name.text}\``, method.name.span, hint);
  } else checkOptions(frame, method, known, type);
  const { model } = frame.asked ?? {};
  if (model === undefined || model === null) return;
  const inner = insideOf(frame, 'identify');
  checkOrigin(inner, model, data, table?.table.columns ?? []);
  for (const arg of method.args) checkVariables(inner, model, arg);
  for (const { name, value } of method.options) {
    const kind = known !== undefined && Object.hasOwn(known.options, name.text) ? known.options[name.text]?.kind : null;
    if (kind !== 'nodes' && kind !== 'node') continue;
    const at = ungrouped(value);
    for (const arg of at.kind === 'array' ? at.elements : [at]) checkVariables(inner, model, arg);
  }
}

/** What is said of how the rows came about: an experiment, a selection. */
function checkOrigin(frame: Frame, model: ModelInfo, clause: DataClause, columns: readonly Column[]): void {
  const { data, under, selectedBy } = clause;
  if (under !== null) checkInterventions({ ...frame, asked: null }, model, under);
  if (selectedBy === null) return;
  checkSelection(frame, model, selectedBy);
  const column = columns.find(({ name }) => name === selectedBy.text);
  if (column !== undefined) checkSelected(frame, column.values, data.text, selectedBy);
}

const listed = (names: readonly string[]): string => names.map((n) => `\`${n}\``).join(', ');

function checkOptions(frame: Frame, method: Method, known: MethodShape, table: Type | null): void {
  const { takesNodes, required = [] } = known;
  const options = optionsOf(known);
  const { text } = method.name;
  const names = Object.keys(options);
  const [arg] = method.args;
  if (!takesNodes && arg !== undefined)
    report(
      frame,
      'E0409',
      `\`${text}\` takes no variables without a name`,
      arg.span,
      required[0] === undefined ? `write \`by ${text}\`` : `write \`${text}(${required[0]} = …)\``,
    );
  const seen = new Map<string, Expr>();
  for (const option of method.options) {
    const { name, value } = option;
    const shape = Object.hasOwn(options, name.text) ? options[name.text] : undefined;
    if (shape === undefined) {
      const hint = names.length === 0 ? `\`${text}\` has no options` : `\`${text}\` has ${listed(names)}`;
      const near = didYouMean(name.text, names) ?? hint;
      report(frame, 'E0409', `\`${text}\` has no option \`${name.text}\``, name.span, near);
    } else if (seen.has(name.text)) report(frame, 'E0409', `the option \`${name.text}\` stands twice`, name.span);
    else checkValue(frame, option, shape, table);
    seen.set(name.text, value);
  }
  for (const { name, span } of method.options) {
    const only = Object.hasOwn(options, name.text) ? options[name.text]?.only : undefined;
    if (only !== undefined && wordOf(seen.get(only.option)) !== only.word)
      report(
        frame,
        'E0409',
        `\`${name.text}\` has a meaning only with \`${only.option} = ${only.word}\``,
        span,
        `write \`${only.option} = ${only.word}\` beside it, or leave it out`,
      );
  }
  for (const name of required)
    if (!seen.has(name))
      report(frame, 'E0409', `\`${text}\` needs \`${name}\``, method.span, `write \`${text}(${name} = …)\``);
}

const wordOf = (expr: Expr | undefined): string | null => (expr?.kind === 'name' ? expr.name.text : null);

function checkValue(
  frame: Frame,
  { name: { text: name }, value }: Option,
  shape: OptionShape,
  table: Type | null,
): void {
  const wrong = (message: string, hint: string | null = null): void =>
    report(frame, 'E0409', `\`${name}\` is ${message}`, value.span, hint);
  const at = ungrouped(value);
  switch (shape.kind) {
    case 'nodes':
      return;
    case 'node':
      if (at.kind === 'array') wrong('one variable');
      return;
    case 'value':
      return;
    case 'column': {
      if (table?.kind !== 'table') return;
      const names = table.columns.map((c) => c.name);
      const word = wordOf(at);
      if (word === null || !names.includes(word)) wrong('a column of the data', didYouMean(word ?? '', names));
      return;
    }
    case 'words': {
      const word = wordOf(at);
      if (word === null || !shape.words.includes(word))
        wrong('one of a few words', didYouMean(word ?? '', shape.words) ?? `there are ${listed(shape.words)}`);
      return;
    }
    case 'data': {
      const found = wordOf(at) === null ? undefined : frame.session.project.data.get(wordOf(at)!);
      if (found === undefined) wrong('a data set', didYouMean(wordOf(at) ?? '', frame.session.project.data.keys()));
      else use(frame, found);
      return;
    }
    case 'count':
      if (!isCount(at)) wrong('a whole number, at least 1');
      return;
    case 'number': {
      const positive = at.kind === 'number' && at.value > 0;
      if (shape.positive ? !positive : !isNumber(at)) wrong(shape.positive ? 'a number above 0' : 'a number');
      return;
    }
    case 'resampling': {
      const count = at.kind === 'call' && 'args' in at ? at : null;
      const [replicas, ...others] = count?.args ?? [];
      const named = count?.callee.text === 'bootstrap' && others.length === 0;
      if (!named || replicas === undefined || !isCount(ungrouped(replicas.value))) wrong('`bootstrap(1000)`');
    }
  }
}

const isCount = (expr: Expr): boolean => expr.kind === 'number' && Number.isInteger(expr.value) && expr.value >= 1;
const isNumber = (expr: Expr): boolean =>
  expr.kind === 'number' || (expr.kind === 'negate' && isNumber(ungrouped(expr.operand)));

/** The variables of an estimate are columns of the data. */
function checkColumns(frame: Frame, form: Form, type: Type | null, data: string): void {
  if (type?.kind !== 'table') return;
  const names = type.columns.map((c) => c.name);
  const acted = form.given.flatMap((g) => (g.kind === 'do' ? g.interventions.map((i) => i.target) : []));
  for (const expr of [...form.targets, ...acted]) {
    const at = ungrouped(expr);
    if (at.kind !== 'name' || names.includes(at.name.text)) continue;
    report(frame, 'E0211', `\`${data}\` has no column \`${at.name.text}\``, at.span, didYouMean(at.name.text, names));
  }
}
