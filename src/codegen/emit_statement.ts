/** Text of statements and blocks. */
import { declare, declareLength, emitIndex, emitNewNumbers, emitUpdate } from './emit_array.js';
import { expressionText, isMovable } from './emit_expression.js';
import { type Block, type Local, type Operand, type Statement, type StatementOf, targetsOf } from './low.js';
import {
  indented,
  lengthLocal,
  line,
  mainPrefix,
  nameOf,
  operandText,
  type ProgramWriter,
  rawText,
  text,
  type Writer,
  wordsAt,
} from './writer.js';

/** Longer texts are put into locals even where they have one reader. */
const longestInline = 160;

/** Prints the statements of a block, not its yields. */
export function emitBlock(w: Writer, block: Block): void {
  for (const s of block.statements) {
    emitStatement(w, s, block);
    const targets = targetsOf(s);
    if (targets.length > 0) w.defined(targets);
  }
}

export function emitStatement(w: Writer, s: Statement, block: Block): void {
  switch (s.kind) {
    case 'set':
      emitSet(w, s, block);
      return;
    case 'if':
      emitIf(w, s);
      return;
    case 'for':
      emitFor(w, s);
      return;
    case 'while':
      emitWhile(w, s);
      return;
    case 'call':
      emitCall(w, s);
      return;
    case 'count':
      emitSteps(w, s.steps, s.at);
      return;
    case 'depth':
      emitDepth(w, s);
      return;
    case 'weigh':
      emitWeigh(w, s);
      return;
    case 'condition': {
      const { flag } = operandText(w, s.value);
      line(w, `if (!${flag}) {`);
      indented(w, () => {
        line(w, `${weightText(w)} = -Infinity;`);
        if (w.program.options.layout !== 'column') line(w, w.leave);
      });
      line(w, '}');
      return;
    }
    case 'resample':
      return;
    case 'fail_unless': {
      const words = wordsAt(w.program, { at: s.at, words: s.fault });
      line(w, `if (!${operandText(w, s.value).flag}) fail(${words});`);
      return;
    }
    case 'trace':
      line(w, `trace.fix(${text(w, s.hi)}, ${text(w, s.lo)}, ${text(w, s.numbers)});`);
      return;
    case 'part':
      line(w, `${w.prefix}p${s.part.number}(${w.prefix === mainPrefix ? 'q' : ''});`);
      emitDead(w, w.program.effects.own(s.part.body, 'weight') || w.program.effects.called(s.part.body, 'weight'));
      return;
    case 'keep':
      emitKeep(w, s);
      return;
    case 'load':
      emitLoad(w, s);
      return;
    case 'taking':
      line(
        w,
        s.address.length === 0 ? 'trace.taken();' : `trace.take(${s.address.map((o) => text(w, o)).join(', ')});`,
      );
      return;
    case 'visit':
      line(w, `trace.visit(${text(w, s.hi)}, ${text(w, s.lo)}, ${s.count ? 1 : 0});`);
      return;
  }
}

const weightText = (w: Writer): string => (w.weight === 'local' ? 'weight' : 'totals[0]');
const dimensionText = (w: Writer): string => (w.weight === 'local' ? 'dimension' : 'totals[1]');
const stepsText = (w: Writer): string => (w.steps === 'local' ? 'steps' : 'totals[2]');

/** Counts steps against the limit. */
function emitSteps(w: Writer, steps: number, at: number): void {
  const total = stepsText(w);
  const counted = steps === 1 && w.steps === 'local' ? `++${total}` : `(${total} += ${steps})`;
  line(w, `if (${counted} > ${w.program.options.limits.steps}) failSteps(${at});`);
}

function emitDepth(w: Writer, s: StatementOf<'depth'>): void {
  if (!w.program.countsDepth) return;
  line(w, `if (at.depth + ${s.below} > ${w.program.options.limits.depth}) failDepth(${s.at});`);
}

function emitWeigh(w: Writer, s: StatementOf<'weigh'>): void {
  const { layout } = w.program.options;
  const weight = weightText(w);
  if (!(s.dimension.kind === 'literal' && s.dimension.value === 0))
    line(w, `${dimensionText(w)} += ${text(w, s.dimension)};`);
  const amount = text(w, s.value);
  const words = wordsAt(w.program, { at: s.at, words: { kind: 'weight', what: s.name } });
  if (layout === 'column') {
    // A particle of weight zero runs on and stays at zero.
    line(
      w,
      `${weight} = ${weight} + ${amount} > -Infinity ? ${weight} + ${amount} : +weighed(${weight}, ${amount}, ${words});`,
    );
    return;
  }
  line(w, `${weight} += ${amount};`);
  line(w, `if (!(${weight} > -Infinity)) {`);
  indented(w, () => {
    line(w, `if (${amount} !== ${amount}) fail(${words});`);
    line(w, `if (${weight} === -Infinity) ${w.leave}`);
  });
  line(w, '}');
}

/** The first lines of a function: totals that it keeps in locals. */
export function emitEnter(w: Writer): void {
  if (w.weight === 'local') line(w, 'let weight = totals[0], dimension = totals[1];');
  if (w.steps === 'local') line(w, 'let steps = totals[2];');
}

/** Statements that put the totals back, for one line. */
export const leaveText = (w: Pick<Writer, 'weight' | 'steps'>): string =>
  (w.weight === 'local' ? 'totals[0] = weight; totals[1] = dimension; ' : '') +
  (w.steps === 'local' ? 'totals[2] = steps; ' : '');

function emitSet(w: Writer, s: StatementOf<'set'>, block: Block): void {
  const { target, value, at } = s;
  if (value.kind === 'update' || value.kind === 'append') {
    if (w.owned.inPlace.has(target.id)) {
      emitUpdate(w, target, value, at);
      return;
    }
    declare(w, target, expressionText(w, value, nameOf(target), at).text, true);
    declareLength(w, target);
    return;
  }
  if (emitNewNumbers(w, target, value)) {
    declareLength(w, target);
    return;
  }
  if (value.kind === 'index') {
    emitIndex(w, target, value, at);
    return;
  }
  const found = expressionText(w, value, nameOf(target), at);
  const single = w.uses.count.get(target.id) === 1 && w.uses.block.get(target.id) === block;
  if (isMovable(value) && single && found.text.length <= longestInline) {
    const number = found.flag ? `(${found.text} ? 1 : 0)` : found.text;
    w.inlined.set(target.id, { number, flag: found.flag ? found.text : `(${found.text} === 1)` });
    return;
  }
  declare(w, target, found.flag ? `${found.text} ? 1 : 0` : found.text, target.slot === 'value');
  if (target.slot === 'value') declareLength(w, target);
}

/** Names that are assigned when a local is: an array that grows has its length beside it. */
function assigned(w: Writer, target: Local, source: Operand): readonly (readonly [string, string])[] {
  const length = lengthLocal(w, target);
  if (length === null) return [[nameOf(target), text(w, source)]];
  const from = lengthLocal(w, source);
  return [
    [nameOf(target), rawText(w, source)],
    [nameOf(length), from === null ? `${rawText(w, source)}.length` : nameOf(from)],
  ];
}

/** Sets all targets at once. */
function emitAssign(w: Writer, targets: readonly Local[], sources: readonly Operand[], declares: boolean): void {
  const pairs = targets.flatMap((t, k) => assigned(w, t, sources[k]!)).filter(([to, from]) => to !== from);
  if (declares) {
    for (const [to, from] of pairs) line(w, `let ${to} = ${from};`);
    return;
  }
  const late: (readonly [string, string])[] = [];
  for (const [to, from] of pairs) {
    // A source that was set before in this round is saved first.
    if (pairs.some(([other]) => other === from) && !late.some(([, saved]) => saved === from)) {
      const at = pairs.findIndex(([other]) => other === from);
      const here = pairs.findIndex(([other]) => other === to);
      if (at < here) {
        line(w, `const ${from}o = ${from};`);
        late.push([`${from}o`, from]);
      }
    }
  }
  for (const [k, [to, from]] of pairs.entries()) {
    const saved = late.find(([, name]) => name === from);
    const overwritten = pairs.slice(0, k).some(([other]) => other === from);
    line(w, `${to} = ${saved !== undefined && overwritten ? saved[0] : from};`);
  }
}

function emitIf(w: Writer, s: StatementOf<'if'>): void {
  for (const t of s.targets) {
    const length = lengthLocal(w, t);
    line(w, `let ${nameOf(t)}${length === null ? '' : `, ${nameOf(length)}`};`);
  }
  const { flag } = operandText(w, s.condition);
  line(w, `if (${flag}) {`);
  indented(w, () => {
    emitBlock(w, s.then);
    emitAssign(w, s.targets, s.then.yields, false);
  });
  if (s.otherwise.statements.length > 0 || s.targets.length > 0) {
    line(w, '} else {');
    indented(w, () => {
      emitBlock(w, s.otherwise);
      emitAssign(w, s.targets, s.otherwise.yields, false);
    });
  }
  line(w, '}');
}

function emitFor(w: Writer, s: StatementOf<'for'>): void {
  emitAssign(w, s.carried, s.inits, true);
  const index = nameOf(s.index);
  line(w, `for (let ${index} = ${text(w, s.low)}; ${index} < ${text(w, s.high)}; ${index}++) {`);
  indented(w, () => {
    emitSteps(w, 1, s.at);
    emitBlock(w, s.body);
    emitAssign(w, s.carried, s.body.yields, false);
  });
  line(w, '}');
}

function emitWhile(w: Writer, s: StatementOf<'while'>): void {
  emitAssign(w, s.carried, s.inits, true);
  line(w, 'for (;;) {');
  indented(w, () => {
    emitBlock(w, s.condition);
    line(w, `if (!${operandText(w, s.condition.yields[0]!).flag}) break;`);
    emitSteps(w, 1, s.at);
    emitBlock(w, s.body);
    emitAssign(w, s.carried, s.body.yields, false);
  });
  line(w, '}');
}

/** Leaves the function if what was called let the particle die. */
function emitDead(w: Writer, weighs: boolean): void {
  if (weighs && w.program.options.layout !== 'column') line(w, `if (totals[0] === -Infinity) ${w.leave}`);
}

const keptIn = (w: Writer, l: Local): string => `${w.prefix}${l.slot === 'value' ? 'j' : 'k'}`;

function emitKeep(w: Writer, { local, place }: StatementOf<'keep'>): void {
  line(w, `${keptIn(w, local)}[${place}] = ${rawText(w, local)};`);
  const length = lengthLocal(w, local);
  if (length !== null) line(w, `${w.prefix}k[${place + 1}] = ${nameOf(length)};`);
}

function emitLoad(w: Writer, { local, place }: StatementOf<'load'>): void {
  line(w, `let ${nameOf(local)} = ${keptIn(w, local)}[${place}]${local.slot === 'word' ? ' | 0' : ''};`);
  const length = lengthLocal(w, local);
  if (length !== null) line(w, `let ${nameOf(length)} = ${w.prefix}k[${place + 1}];`);
}

/** The name of a function. */
function functionName(program: ProgramWriter, key: string): string {
  const f = program.low.functions.get(key);
  if (f === undefined) throw new Error('codegen: a function is missing');
  return `f${f.number}`;
}

function emitCall(w: Writer, s: StatementOf<'call'>): void {
  const { effects, countsDepth } = w.program;
  const call = `${functionName(w.program, s.callee)}(${s.args.map((o) => text(w, o)).join(', ')})`;
  const deep = countsDepth && s.below > 0 && effects.deep(s.callee, 'depth');
  if (deep) line(w, `at.depth += ${s.below};`);
  const [first, ...others] = s.targets;
  line(w, first === undefined ? `${call};` : `const ${nameOf(first)} = ${call};`);
  if (deep) line(w, `at.depth -= ${s.below};`);
  emitDead(w, effects.deep(s.callee, 'weight'));
  others.forEach((t, k) => {
    line(w, `const ${nameOf(t)} = ${t.slot === 'value' ? 'values' : 'numbers'}[${k}];`);
  });
}
