import type { Func, Instruction, InstructionOf, Program, Region, ValueId } from '../../ir/ir.js';
import { findFunction, hasEffect } from '../../ir/program.js';
import { mapRegions, rewrite, some, useCounts, visit } from '../../ir/walk.js';
import { withBody } from '../bind.js';
import { randomValues } from '../randomness.js';
import { type Sizes, sizesOf } from '../sizes.js';
import { createTyping } from '../stand_in.js';
import { joinLoops, type Setting } from './join.js';
import { quietIn } from './quiet.js';
import { usesKept } from './uses.js';

/** How many loops run as part of another, and how many arrays are not made any more. */
export type FusedCounts = { readonly loops: number; readonly arrays: number };

/** What became of a program. */
export type Fused = FusedCounts & { readonly program: Program };

/** Which loops are joined. */
export type FuseOptions = {
  /** Only those that read arrays which another computes without draws and weights. */
  readonly arraysOnly?: boolean;
};

/** Loops of one list that are compared with each other. */
const mostLoops = 100;

/**
 * Joins loops of `main` that go over the same indices (loop fusion; Kennedy and McKinley 1993, Wadler 1990 for arrays that are never made): one
 * that reads the elements of an array where another has just computed them, so that the array need not be there, and loops side by side.
 * Lengths of arrays are written as numbers, or as those of the arrays that they were made from, so that it shows which indices are the same.
 * `joinLoops` says when, and why every value, weight and fault stays the same to the bit. A loop that is the same in all runs is
 * left alone, since it may yet be computed once for all.
 */
export function fuse(program: Program, main: string, options: FuseOptions = {}): Fused {
  const before = findFunction(program, main);
  if (before === null || !some(before.body, (i) => i.kind === 'for')) return { program, loops: 0, arrays: 0 };
  const { func, sizes } = withLengths(program, before);
  const typing = createTyping(func.body);
  visit(func.body, typing.learn);
  const parameters = func.body.args.filter(({ type }) => type.kind !== 'address').map(({ id }) => id);
  const random = randomValues(program, func.body, parameters);
  const setting: Setting = { sizes, quiet: quietIn(program, sizes), typing };
  const taken = new Set<ValueId>();
  let loops = 0;
  const isRandom = remembered(
    (loop) =>
      loop.results.some(({ id }) => random.has(id)) || some(loop.body, (i) => i.kind === 'draw' || i.kind === 'extern'),
  );
  const isQuiet = remembered(setting.quiet);
  const weighs = remembered((loop) => hasEffect(loop, program));
  const reads = (first: Loop, second: Loop): boolean =>
    isRandom(first) &&
    first.results.some(({ id, type }) => type.kind === 'array' && usesKept(second).has(id)) &&
    (options.arraysOnly !== true || isQuiet(first));
  const beside = (first: Loop, second: Loop): boolean =>
    options.arraysOnly !== true && isRandom(first) && isRandom(second) && !weighs(first) && !weighs(second);
  const reading = joiner(reads, setting);
  const side = joiner(beside, setting);
  const next = (list: readonly Instruction[]): ReturnType<Joiner> => reading(list) ?? side(list);
  const joined = (region: Region): Region => {
    let body = region.body;
    for (let found = next(body); found !== null; found = next(body)) {
      body = found.body;
      loops += 1;
      for (const id of found.taken) taken.add(id);
    }
    const inner = body.map((i) => mapRegions(i, joined));
    const isSame = body === region.body && inner.every((i, k) => i === body[k]);
    return isSame ? region : { ...region, body: inner };
  };
  const body = joined(func.body);
  const after = withBody(func, body);
  if (after === before) return { program, loops: 0, arrays: 0 };
  const arrays = taken.size === 0 ? 0 : notRead(taken, body);
  return { program: { ...program, functions: { ...program.functions, [main]: after } }, loops, arrays };
}

/** How many of the arrays nothing reads any more, but for what is itself read by nobody. */
function notRead(arrays: ReadonlySet<ValueId>, body: Region): number {
  const uses = new Map(useCounts(body));
  visit(body, (i) => {
    if (i.kind !== 'op' || uses.has(i.result.id)) return;
    for (const id of i.args) {
      const left = (uses.get(id) ?? 0) - 1;
      if (left > 0) uses.set(id, left);
      else uses.delete(id);
    }
  });
  return [...arrays].filter((id) => !uses.has(id)).length;
}

type Loop = InstructionOf<'for'>;

/** What a function says of a loop, worked out once. */
function remembered<T>(find: (loop: Loop) => T): (loop: Loop) => T {
  const known = new WeakMap<Loop, { readonly found: T }>();
  return (loop) => {
    const entry = known.get(loop) ?? { found: find(loop) };
    known.set(loop, entry);
    return entry.found;
  };
}

/** Gives the first two loops of a list that can be joined, joined: of those that can be the first, the nearest. */
type Joiner = (body: readonly Instruction[]) => ReturnType<typeof joinLoops>;

function joiner(mayJoin: (first: Loop, second: Loop) => boolean, setting: Setting): Joiner {
  const refused = new WeakMap<Loop, WeakSet<Loop>>();
  return (body) => {
    const places = body.flatMap((i, k) => (i.kind === 'for' ? [k] : [])).slice(0, mostLoops);
    for (const [n, other] of places.entries()) {
      const second = body[other];
      if (second?.kind !== 'for') continue;
      const before = refused.get(second) ?? new WeakSet();
      refused.set(second, before);
      for (let m = n - 1; m >= 0; m--) {
        const [at, first] = [places[m]!, body[places[m]!]];
        if (first?.kind !== 'for' || before.has(first)) continue;
        const found = mayJoin(first, second) ? joinLoops(body, at, other, setting) : null;
        if (found !== null) return found;
        before.add(first);
      }
    }
    return null;
  };
}

/**
 * The function with lengths of arrays as numbers, or as lengths of the arrays that they were made from; and without comparisons of a loop's index with
 * its end.
 */
function withLengths(program: Program, func: Func): { readonly func: Func; readonly sizes: Sizes } {
  const sizes = sizesOf(program, func);
  const known = (i: InstructionOf<'op'>): number | null => {
    const [a, b] = i.args;
    if (a === undefined) return null;
    if (i.op === 'length') {
      const length = sizes.lengthOf(a);
      return typeof length === 'number' ? length : null;
    }
    if (b === undefined || (i.op !== 'lt' && i.op !== 'ge')) return null;
    if (sizes.isBelow(a, b)) return i.op === 'lt' ? 1 : 0;
    return null;
  };
  const body = rewrite(func.body, (i) => {
    if (i.kind !== 'op') return i;
    const value = known(i);
    if (value !== null) return { kind: 'const', at: i.at, result: i.result, value };
    const [array] = i.args;
    const length = i.op === 'length' && array !== undefined ? sizes.lengthOf(array) : null;
    if (length === null || typeof length === 'number' || length.as === array) return i;
    return { kind: 'op', at: i.at, result: i.result, op: 'length', args: [length.as] };
  });
  const after = withBody(func, body);
  return { func: after, sizes: after === func ? sizes : sizesOf(program, after) };
}
