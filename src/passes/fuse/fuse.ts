import type { Func, Instruction, InstructionOf, Program, Region, ValueId } from '../../ir/ir.js';
import { resultsOf } from '../../ir/ir.js';
import { findFunction, hasEffect } from '../../ir/program.js';
import { mapRegions, rewrite, some, useCounts, usesOf, visit } from '../../ir/walk.js';
import { withBody } from '../bind.js';
import { randomValues } from '../randomness.js';
import { createTyping } from '../stand_in.js';
import { joinLoops, type Setting } from './join.js';
import { quietIn } from './quiet.js';
import { sizesOf } from './sizes.js';

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
  const func = withLengths(program, before);
  const sizes = sizesOf(program, func);
  const typing = createTyping(func.body);
  visit(func.body, typing.learn);
  const parameters = func.body.args.filter(({ type }) => type.kind !== 'address').map(({ id }) => id);
  const random = randomValues(program, func.body, parameters);
  const setting: Setting = { sizes, quiet: quietIn(program, sizes), typing };
  const taken = new Set<ValueId>();
  let loops = 0;
  const isRandom = (loop: InstructionOf<'for'>): boolean =>
    loop.results.some(({ id }) => random.has(id)) || some(loop.body, (i) => i.kind === 'draw' || i.kind === 'extern');
  const mayJoin = (first: Loop, second: Loop): boolean => {
    if (!isRandom(first)) return false;
    const arrays = new Set(first.results.flatMap(({ id, type }) => (type.kind === 'array' ? [id] : [])));
    const reads = [...usesOf(second)].some((id) => arrays.has(id));
    if (options.arraysOnly === true) return reads && setting.quiet(first);
    return reads || (isRandom(second) && ![first, second].some((loop) => hasEffect(loop, program)));
  };
  const joined = (region: Region): Region => {
    let body = region.body;
    for (let next = joinOne(body, mayJoin, setting); next !== null; next = joinOne(body, mayJoin, setting)) {
      body = next.body;
      loops += 1;
      for (const id of next.taken) taken.add(id);
    }
    const inner = body.map((i) => mapRegions(i, joined));
    const isSame = body === region.body && inner.every((i, k) => i === body[k]);
    return isSame ? region : { ...region, body: inner };
  };
  const body = joined(func.body);
  const after = withBody(func, body);
  if (after === before) return { program, loops: 0, arrays: 0 };
  const uses = useCounts(body);
  const arrays = [...taken].filter((id) => !uses.has(id)).length;
  return { program: { ...program, functions: { ...program.functions, [main]: after } }, loops, arrays };
}

type Loop = InstructionOf<'for'>;

/** The first two loops of a list that can be joined, joined: of those that can be the first, the nearest. */
function joinOne(
  body: readonly Instruction[],
  mayJoin: (first: Loop, second: Loop) => boolean,
  setting: Setting,
): ReturnType<typeof joinLoops> {
  const places = body.flatMap((i, k) => (i.kind === 'for' ? [k] : [])).slice(0, mostLoops);
  for (const [n, other] of places.entries())
    for (let m = n - 1; m >= 0; m--) {
      const [at, first, second] = [places[m]!, body[places[m]!], body[other]];
      if (first?.kind !== 'for' || second?.kind !== 'for' || !mayJoin(first, second)) continue;
      const found = joinLoops(body, at, other, setting);
      if (found !== null) return found;
    }
  return null;
}

/** The function with lengths of arrays as numbers, or as lengths of the arrays that they were made from. */
function withLengths(program: Program, func: Func): Func {
  if (!some(func.body, (i) => i.kind === 'op' && i.op === 'length')) return func;
  const sizes = sizesOf(program, func);
  const body = rewrite(func.body, (i) => {
    const [array] = i.kind === 'op' && i.op === 'length' ? i.args : [];
    const [result] = resultsOf(i);
    if (array === undefined || result === undefined) return i;
    const length = sizes.lengthOf(array);
    if (typeof length === 'number') return { kind: 'const', at: i.at, result, value: length };
    return length.as === array ? i : { kind: 'op', at: i.at, result, op: 'length', args: [length.as] };
  });
  return withBody(func, body);
}
