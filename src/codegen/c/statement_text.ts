/** C text of statements and blocks, for one particle at a time. */
import type { PlaceId } from '../../ir/ir.js';
import { type Block, blocksOf, type Local, type Operand, type Statement, type StatementOf } from '../low.js';
import { emitSet } from './expression_text.js';
import { flagText, indented, line, nameOf, text, textFor, typeOf, type Writer, wordsAt } from './writer.js';

/** Writes the statements of a block, not its yields. */
export function emitBlock(w: Writer, block: Block): void {
  for (const s of block.statements) emitStatement(w, s);
}

function emitStatement(w: Writer, s: Statement): void {
  switch (s.kind) {
    case 'set':
      emitSet(w, s.target, s.value, s.at);
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
      if (w.program.countsDepth)
        line(w, `if (k->depth + ${s.below} > ${w.program.options.limits.depth}) fail_depth(k, ${s.at});`);
      return;
    case 'weigh':
      emitWeigh(w, s);
      return;
    case 'condition':
      line(w, `if (!${flagText(w, s.value)}) {`);
      indented(w, () => {
        line(w, `${weightText(w)} = -INFINITY;`);
        if (w.program.options.layout !== 'column') line(w, w.leave);
      });
      line(w, '}');
      return;
    case 'fail_unless':
      line(w, `if (!${flagText(w, s.value)}) fail_words(k, ${wordsAt(w.program, { at: s.at, words: s.fault })});`);
      return;
    case 'resample':
      return;
    case 'trace':
      line(w, `trace_fix(k, ${text(w, s.hi)}, ${text(w, s.lo)}, ${text(w, s.numbers)});`);
      return;
    case 'taking': {
      const address = s.address.map((o) => text(w, o)).join(', ');
      line(w, address === '' ? 'k->traces.here = NULL;' : `trace_take(k, ${address});`);
      return;
    }
    case 'visit':
      line(w, `trace_visit(k, ${text(w, s.hi)}, ${text(w, s.lo)}, ${s.count ? 1 : 0});`);
      return;
    case 'part':
    case 'keep':
    case 'load':
      throw new Error('codegen: nothing is split for C');
  }
}

const weightText = (w: Writer): string => (w.weight === 'local' ? 'weight' : 'k->weight');
const dimensionText = (w: Writer): string => (w.weight === 'local' ? 'dimension' : 'k->dimension');
const stepsText = (w: Writer): string => (w.steps === 'local' ? 'steps' : 'k->steps');

/** Counts steps against the limit. */
function emitSteps(w: Writer, steps: number, at: PlaceId): void {
  const { steps: limit } = w.program.options.limits;
  const over = Number.isFinite(limit) ? `if ((${stepsText(w)} += ${steps}) > ${limit}) fail_steps(k, ${at});` : null;
  line(w, over ?? `${stepsText(w)} += ${steps};`);
}

function emitWeigh(w: Writer, s: StatementOf<'weigh'>): void {
  const weight = weightText(w);
  if (!(s.dimension.kind === 'literal' && s.dimension.value === 0))
    line(w, `${dimensionText(w)} += ${text(w, s.dimension)};`);
  const amount = text(w, s.value);
  const words = wordsAt(w.program, { at: s.at, words: { kind: 'weight', what: s.name } });
  line(w, `if (${amount} != ${amount}) fail_words(k, ${words});`);
  if (w.program.options.layout === 'column') {
    // A particle of weight zero runs on and stays at zero.
    line(w, `${weight} = ${weight} == -INFINITY ? ${weight} : ${weight} + ${amount};`);
    return;
  }
  line(w, `${weight} += ${amount};`);
  line(w, `if (${weight} == -INFINITY) ${w.leave}`);
}

/** Sets all targets at once. */
function emitAssign(w: Writer, targets: readonly Local[], sources: readonly Operand[], declares: boolean): void {
  const pairs = targets.map((t, k): readonly [Local, string] => [t, textFor(w, t, sources[k]!)]);
  if (declares) {
    for (const [t, from] of pairs) line(w, `${typeOf(w, t)} ${nameOf(t)} = ${from};`);
    return;
  }
  const moved = pairs.filter(([t, from]) => nameOf(t) !== from);
  const [only, ...others] = moved;
  if (only === undefined) return;
  if (others.length === 0) {
    line(w, `${nameOf(only[0])} = ${only[1]};`);
    return;
  }
  line(w, '{');
  indented(w, () => {
    for (const [t, from] of moved) line(w, `const ${typeOf(w, t)} next_${nameOf(t)} = ${from};`);
    for (const [t] of moved) line(w, `${nameOf(t)} = next_${nameOf(t)};`);
  });
  line(w, '}');
}

function emitIf(w: Writer, s: StatementOf<'if'>): void {
  for (const t of s.targets) line(w, `${typeOf(w, t)} ${nameOf(t)};`);
  line(w, `if (${flagText(w, s.condition)}) {`);
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

/** Whether running a block takes room for arrays. */
function allocates(block: Block): boolean {
  return block.statements.some((s) => {
    if (s.kind === 'set') {
      const { kind } = s.value;
      return (
        kind === 'update' ||
        kind === 'append' ||
        kind === 'fill' ||
        kind === 'array' ||
        kind === 'box' ||
        kind === 'copy'
      );
    }
    return blocksOf(s).some(allocates);
  });
}

/** Gives back, at the end of a loop out of which no array comes, the room that it took. */
function scoped(w: Writer, s: StatementOf<'for' | 'while'>, body: () => void): void {
  // What is remembered of noise stays for the particle.
  if (w.program.traces || s.carried.some((l) => l.slot === 'value') || !blocksOf(s).some(allocates)) {
    body();
    return;
  }
  const name = `mark_${w.program.lines.length}`;
  line(w, `const mark ${name} = k->top;`);
  body();
  line(w, `k->top = ${name};`);
}

function emitFor(w: Writer, s: StatementOf<'for'>): void {
  const index = nameOf(s.index);
  scoped(w, s, () => {
    emitAssign(w, s.carried, s.inits, true);
    line(w, `for (double ${index} = ${text(w, s.low)}; ${index} < ${text(w, s.high)}; ${index}++) {`);
    indented(w, () => {
      emitSteps(w, 1, s.at);
      emitBlock(w, s.body);
      emitAssign(w, s.carried, s.body.yields, false);
    });
    line(w, '}');
  });
}

function emitWhile(w: Writer, s: StatementOf<'while'>): void {
  scoped(w, s, () => {
    emitAssign(w, s.carried, s.inits, true);
    line(w, 'for (;;) {');
    indented(w, () => {
      emitBlock(w, s.condition);
      line(w, `if (!${flagText(w, s.condition.yields[0]!)}) break;`);
      emitSteps(w, 1, s.at);
      emitBlock(w, s.body);
      emitAssign(w, s.carried, s.body.yields, false);
    });
    line(w, '}');
  });
}

function emitCall(w: Writer, s: StatementOf<'call'>): void {
  const { effects, countsDepth, low } = w.program;
  const callee = low.functions.get(s.callee);
  if (callee === undefined) throw new Error('codegen: a function is missing');
  const [first, ...others] = s.targets;
  for (const t of others) line(w, `${typeOf(w, t)} ${nameOf(t)};`);
  const args = ['k', ...s.args.map((o) => text(w, o)), ...others.map((t) => `&${nameOf(t)}`)];
  const call = `fn${callee.number}(${args.join(', ')})`;
  const deep = countsDepth && s.below > 0 && effects.deep(s.callee, 'depth');
  const streams = w.streams && effects.deep(s.callee, 'stream');
  if (deep) line(w, `k->depth += ${s.below};`);
  if (streams) line(w, 'k->own = own;');
  line(w, first === undefined ? `${call};` : `const ${typeOf(w, first)} ${nameOf(first)} = ${call};`);
  if (streams) line(w, 'own = k->own;');
  if (deep) line(w, `k->depth -= ${s.below};`);
  if (effects.deep(s.callee, 'weight') && w.program.options.layout !== 'column')
    line(w, `if (k->weight == -INFINITY) ${w.leave}`);
}
