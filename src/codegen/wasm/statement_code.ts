/** Code of statements and blocks. */
import type { PlaceId } from '../../ir/ir.js';
import type { Code } from '../../runtime/assembly/code.js';
import {
  block,
  branch,
  branchIf,
  f64,
  get,
  i32,
  loop,
  set,
  tee,
  types,
  when,
} from '../../runtime/assembly/instructions.js';
import { type Block, type Local, type Operand, type Statement, type StatementOf, targetsOf } from '../low.js';
import { anyStatement } from '../unused.js';
import { topOf } from './arena.js';
import { isMovable, movableValue, nesting, setCode } from './expression_code.js';
import { failCode, failing, wordNumber } from './faults.js';
import { beginTaking, fixNumbers, visitAddress } from './trace_routines.js';
import {
  flagOf,
  numberOf,
  operandAs,
  type ProgramWriter,
  placeCode,
  placeOf,
  type Writer,
  wholeOf,
  wordOf,
} from './writer.js';

/** Code that is nested deeper gets locals even where it has one reader. */
const deepestNesting = 40;

/** The statements of a block, without its yields. */
export const blockCode = (w: Writer, body: Block): Code =>
  body.statements.map((s) => [statementCode(w, s, body), definedCode(w, targetsOf(s))]);

const definedCode = (w: Writer, locals: readonly Local[]): Code => (locals.length > 0 ? w.defined(locals) : []);

/** `body` with so many more blocks open around it. */
function opened(w: Writer, levels: number, body: () => Code): Code {
  w.open += levels;
  const code = body();
  w.open -= levels;
  return code;
}

export function statementCode(w: Writer, s: Statement, inside: Block): Code {
  const { link } = w.site;
  switch (s.kind) {
    case 'set':
      return assignment(w, s, inside);
    case 'if':
      return ifCode(w, s);
    case 'for':
      return forCode(w, s);
    case 'while':
      return whileCode(w, s);
    case 'call':
      return callCode(w, s);
    case 'count':
      return stepsCode(w, s.steps, s.at);
    case 'depth':
      return depthCode(w, s);
    case 'weigh':
      return weighCode(w, s);
    case 'condition':
      return when(i32.isZero(flagOf(w, s.value)), [
        w.weight.set(f64.of(Number.NEGATIVE_INFINITY)),
        w.program.options.layout === 'column' ? [] : opened(w, 1, () => w.leave(w)),
      ]);
    case 'resample':
      return [];
    case 'fail_unless':
      return when(
        i32.isZero(flagOf(w, s.value)),
        failCode(link, failing.words, i32.of(wordNumber(link, { at: s.at, words: s.fault }))),
      );
    case 'trace':
      return link.call(fixNumbers, wordOf(w, s.hi), wordOf(w, s.lo), wordOf(w, s.numbers));
    case 'taking': {
      const [hi, lo] = s.address;
      // Nothing is taken between two outermost draws.
      return hi === undefined || lo === undefined ? [] : link.call(beginTaking, wordOf(w, hi), wordOf(w, lo));
    }
    case 'visit': {
      const total = i32.of(w.program.places.counts + 8);
      return link.call(visitAddress, wordOf(w, s.hi), wordOf(w, s.lo), f64.of(s.count ? 1 : 0), total);
    }
    case 'part':
    case 'keep':
    case 'load':
      throw new Error('codegen: functions of a module are not split');
  }
}

/** Whether a local is read once, by a statement of this block. */
const readOnceHere = (w: Writer, { id }: Local, inside: Block): boolean =>
  w.uses.count.get(id) === 1 && w.uses.block.get(id) === inside;

function assignment(w: Writer, { target, value, at }: StatementOf<'set'>, inside: Block): Code {
  w.definitions.set(target.id, value);
  if (!isMovable(value)) return setCode(w, target, value, at);
  const depth = nesting(w, value);
  const found = movableValue(w, value);
  if (depth <= deepestNesting && readOnceHere(w, target, inside)) {
    w.inlined.set(target.id, { value: found, depth });
    return [];
  }
  if (w.flags.has(target.id))
    return set(placeOf(w, target), found.flag ? found.code : w.program.arithmetic.asFlag(found));
  return set(placeOf(w, target), found.flag ? w.program.arithmetic.asNumber(found) : found.code);
}

/** The code of a source in the type of its target. */
const sourceCode = (w: Writer, target: Local, source: Operand): Code =>
  w.flags.has(target.id) ? flagOf(w, source) : operandAs(w, source, target.slot);

/** Sets all targets at once. */
export function assignCode(w: Writer, targets: readonly Local[], sources: readonly Operand[]): Code {
  const moved = targets
    .map((target, k) => ({ target, source: sources[k]! }))
    .filter(({ target, source }) => source.kind !== 'local' || source.id !== target.id);
  const isTarget = (o: Operand): boolean => o.kind === 'local' && moved.some(({ target }) => target.id === o.id);
  if (!moved.some(({ source }) => isTarget(source)))
    return moved.map(({ target, source }) => set(placeOf(w, target), sourceCode(w, target, source)));
  // All are computed before the first is set.
  return [
    moved.map(({ target, source }) => sourceCode(w, target, source)),
    [...moved].reverse().map(({ target }) => set(placeOf(w, target), [])),
  ];
}

function ifCode(w: Writer, s: StatementOf<'if'>): Code {
  const condition = flagOf(w, s.condition);
  const side = (b: Block): Code => opened(w, 1, () => [blockCode(w, b), assignCode(w, s.targets, b.yields)]);
  if (s.then.statements.length === 0 && s.targets.length === 0) return when(i32.isZero(condition), side(s.otherwise));
  const then = side(s.then);
  const otherwise = side(s.otherwise);
  return when(condition, then, s.otherwise.statements.length > 0 || s.targets.length > 0 ? otherwise : []);
}

/** Counts steps against the limit. */
function stepsCode(w: Writer, steps: number, at: PlaceId): Code {
  const { limits } = w.program.options;
  const { link } = w.site;
  const fail = failCode(link, failing.steps, placeCode(at));
  const more = w.program.countsWords
    ? w.steps.set(i32.add(w.steps.get, i32.of(steps)))
    : w.steps.set(f64.add(w.steps.get, f64.of(steps)));
  const beyond = w.program.countsWords
    ? i32.greaterSigned(w.steps.get, i32.of(limits.steps))
    : f64.greater(w.steps.get, f64.of(limits.steps));
  return [more, when(beyond, fail)];
}

function depthCode(w: Writer, s: StatementOf<'depth'>): Code {
  if (!w.program.countsDepth) return [];
  const { limits } = w.program.options;
  const reached = i32.add(w.program.totals.depth.get, i32.of(s.below));
  return when(
    limits.depth < 2 ** 31
      ? i32.greaterSigned(reached, i32.of(Math.floor(limits.depth)))
      : f64.greater(f64.fromSigned(reached), f64.of(limits.depth)),
    failCode(w.site.link, failing.depth, placeCode(s.at)),
  );
}

function weighCode(w: Writer, s: StatementOf<'weigh'>): Code {
  const { link, locals } = w.site;
  const amount = locals.fresh(types.f64);
  const zero = f64.of(Number.NEGATIVE_INFINITY);
  const words = (): Code =>
    failCode(link, failing.words, i32.of(wordNumber(link, { at: s.at, words: { kind: 'weight', what: s.name } })));
  const failIfNaN = when(f64.unequal(get(amount), get(amount)), words());
  const dimension =
    s.dimension.kind === 'literal' && s.dimension.value === 0
      ? []
      : w.dimension.set(f64.add(w.dimension.get, numberOf(w, s.dimension)));
  const found = set(amount, numberOf(w, s.value));
  if (w.program.options.layout === 'column') {
    // A particle of weight zero runs on and stays at zero.
    const sum = locals.fresh(types.f64);
    return [
      dimension,
      found,
      when(f64.greater(tee(sum, f64.add(w.weight.get, get(amount))), zero), w.weight.set(get(sum)), [
        failIfNaN,
        when(f64.unequal(w.weight.get, zero), w.weight.set(get(sum))),
      ]),
    ];
  }
  return [
    dimension,
    found,
    w.weight.set(f64.add(w.weight.get, get(amount))),
    when(i32.isZero(f64.greater(w.weight.get, zero)), [
      failIfNaN,
      opened(w, 2, () => when(f64.equal(w.weight.get, zero), w.leave(w))),
    ]),
  ];
}

/** Most iterations that a counter as a word can make. */
const farthest = 2 ** 31 - 1;

function forCode(w: Writer, s: StatementOf<'for'>): Code {
  const { locals } = w.site;
  const index = placeOf(w, s.index);
  const high = s.high.kind === 'literal' ? null : locals.fresh(types.f64);
  const low = wholeOf(w, s.low);
  const reach = s.high.kind === 'literal' ? s.high.value : Number.POSITIVE_INFINITY;
  const last = Math.min(reach, (low?.high ?? 0) + w.program.options.limits.steps);
  const counter = low !== null && last <= farthest ? locals.fresh(types.i32) : null;
  const counters = carriedCounters(w, s);
  const start: Code = [
    counters.start,
    assignCode(w, s.carried, s.inits),
    set(index, numberOf(w, s.low)),
    high === null ? [] : set(high, numberOf(w, s.high)),
    counter === null || low === null ? [] : set(counter, low.code),
  ];
  if (counter !== null && low !== null)
    w.counters.set(s.index.id, { place: counter, low: low.low, high: Math.max(low.low, Math.ceil(last) - 1) });
  const body = opened(w, 2, () => [
    branchIf(i32.isZero(f64.less(get(index), high === null ? numberOf(w, s.high) : get(high))), 1),
    stepsCode(w, 1, s.at),
    scoped(w, s, [blockCode(w, s.body), assignCode(w, s.carried, s.body.yields), counters.again]),
    set(index, f64.add(get(index), f64.of(1))),
    counter === null ? [] : set(counter, i32.add(get(counter), i32.of(1))),
    branch(0),
  ]);
  return [start, block(loop(body))];
}

/** What a carried value goes up by in every iteration, where that is a whole number that is known. */
function stepOf(s: StatementOf<'for' | 'while'>, k: number): number | null {
  const [carried, next] = [s.carried[k]!, s.body.yields[k]!];
  if (carried.slot !== 'number' || next.kind !== 'local') return null;
  const found = s.body.statements.find((inner) => inner.kind === 'set' && inner.target.id === next.id);
  if (found?.kind !== 'set' || found.value.kind !== 'scalar' || found.value.op !== 'add') return null;
  const [a, b] = found.value.args;
  const step = a?.kind === 'local' && a.id === carried.id ? b : b?.kind === 'local' && b.id === carried.id ? a : null;
  return step?.kind === 'literal' && Number.isInteger(step.value) && step.value > 0 ? step.value : null;
}

/** Carried values that count are held as words as well: code that sets these before the loop, and at the end of an iteration. */
function carriedCounters(w: Writer, s: StatementOf<'for' | 'while'>): { readonly start: Code; readonly again: Code } {
  const start: Code[] = [];
  const again: Code[] = [];
  for (const [k, carried] of s.carried.entries()) {
    const step = stepOf(s, k);
    const from = step === null ? null : wholeOf(w, s.inits[k]!);
    if (step === null || from === null) continue;
    // Each iteration is a step.
    const high = from.high + step * (w.program.options.limits.steps + 1);
    if (!(high <= farthest)) continue;
    const place = w.site.locals.fresh(types.i32);
    start.push(set(place, from.code));
    again.push(set(place, i32.add(get(place), i32.of(step))));
    w.counters.set(carried.id, { place, low: from.low, high });
  }
  return { start, again };
}

function whileCode(w: Writer, s: StatementOf<'while'>): Code {
  const counters = carriedCounters(w, s);
  const start = [counters.start, assignCode(w, s.carried, s.inits)];
  const body = opened(w, 2, () => [
    blockCode(w, s.condition),
    branchIf(i32.isZero(flagOf(w, s.condition.yields[0]!)), 1),
    stepsCode(w, 1, s.at),
    scoped(w, s, [blockCode(w, s.body), assignCode(w, s.carried, s.body.yields), counters.again]),
    branch(0),
  ]);
  return [start, block(loop(body))];
}

/** Whether a body may take room from the arena. */
export const allocates = (body: Block): boolean =>
  anyStatement(
    body,
    // A function of the host takes its arguments in an array.
    (s) =>
      (s.kind === 'set' && (s.target.slot === 'value' || s.value.kind === 'extern')) ||
      (s.kind === 'call' && s.targets.some(isValue)),
  );

const isValue = (l: Local): boolean => l.slot === 'value';

/** Gives back what an iteration took from the arena, where no array outlives it. */
function scoped(w: Writer, s: StatementOf<'for' | 'while'>, body: Code): Code {
  if (s.carried.some(isValue) || !allocates(s.body)) return body;
  const mark = w.site.locals.fresh(types.i32);
  const top = topOf(w.site.link);
  return [set(mark, top.get), body, top.set(get(mark))];
}

/** Leaves the function if what was called let the particle die. */
function deadCode(w: Writer, weighs: boolean): Code {
  if (!weighs || w.program.options.layout === 'column') return [];
  return when(
    f64.equal(w.weight.get, f64.of(Number.NEGATIVE_INFINITY)),
    opened(w, 1, () => w.leave(w)),
  );
}

function routineOf(program: ProgramWriter, key: string) {
  const routine = program.routines.get(key);
  if (routine === undefined) throw new Error('codegen: a function is missing');
  return routine;
}

function callCode(w: Writer, s: StatementOf<'call'>): Code {
  const { effects, countsDepth, low, totals } = w.program;
  const callee = low.functions.get(s.callee);
  if (callee === undefined) throw new Error('codegen: a function is missing');
  const args = s.args.map((o, k) => operandAs(w, o, callee.params[k]?.slot ?? o.slot));
  const deep = countsDepth && s.below > 0 && effects.deep(s.callee, 'depth');
  const deeper = (by: number): Code => (deep ? totals.depth.set(i32.add(totals.depth.get, i32.of(by))) : []);
  if (w.again?.calls.has(s) === true) return [deeper(s.below), w.again.jump(w, args)];
  const stream = effects.deep(s.callee, 'stream') ? w.stream : null;
  return [
    stream?.store ?? [],
    deeper(s.below),
    w.site.link.call(routineOf(w.program, s.callee), ...args),
    [...s.targets].reverse().map((t) => set(placeOf(w, t), [])),
    deeper(-s.below),
    stream?.load ?? [],
    deadCode(w, effects.deep(s.callee, 'weight')),
  ];
}
