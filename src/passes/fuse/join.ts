import type { Instruction, InstructionOf, ValueId } from '../../ir/ir.js';
import { isScalarType } from '../../ir/values.js';
import { some } from '../../ir/walk.js';
import { sizeOf } from '../call_graph.js';
import { mapBody } from '../map_body.js';
import type { Sizes } from '../sizes.js';
import { standIn, type Typing } from '../stand_in.js';
import { elementsOf } from './elements.js';
import { place } from './place.js';
import type { Quiet } from './quiet.js';

type Loop = InstructionOf<'for'>;

/** What joining asks of the function. */
export type Setting = { readonly sizes: Sizes; readonly quiet: Quiet; readonly typing: Typing };

/** Two loops as one. */
type Joined = {
  readonly body: readonly Instruction[];
  readonly loop: Loop;
  /** Arrays of the first loop whose elements the second takes where they are computed. */
  readonly taken: readonly ValueId[];
};

/** Instructions of a body that was made by joining: above this, engines write slower code. */
const mostInstructions = 400;

/**
 * Makes one loop of those at two places of a list of instructions: iteration i is iteration i of the first, then of the second, which takes the element i of
 * the first's arrays where it is computed. Null unless
 * - both have the same iterations; one that begins at 1 with element 0, as extremes do, is given an iteration 0;
 * - not both compute functions such as `exp`: iterations of one would wait for the other's, which costs more than the array (measured: a fifth);
 * - the second needs nothing else of the first, nor of what stands between them and hangs on the first;
 * - of any two instructions that change their order at most one draws, weighs, may have a fault or may not end.
 * So each value is computed from the same values by the same operations, all that draws or weighs does so in the same order at the same addresses, and the
 * first fault is the same: values, weights and faults are the same to the bit.
 */
export function joinLoops(body: readonly Instruction[], at: number, other: number, setting: Setting): Joined | null {
  const [first, second] = [body[at], body[other]];
  if (first?.kind !== 'for' || second?.kind !== 'for') return null;
  const low = setting.sizes.numberOf(first.low);
  const isSame = low !== null && low >= 0 ? setting.sizes.areSameEnds : setting.sizes.areEqual;
  if (!isSame(first.high, second.high) || (isDear(first) && isDear(second))) return null;
  const taken = new Set<ValueId>();
  const between = body.slice(at + 1, other);
  const read = reader(first, taken, setting);
  const [index, ...carried] = first.body.args;
  if (read === null || index === undefined) return null;
  const moved = setting.sizes.areEqual(first.low, second.low)
    ? { loop: read.from(second), start: [] }
    : widened(first, second, between, read, setting);
  if (moved === null || sizeOf(first.body) + sizeOf(moved.loop.body) > mostInstructions) return null;
  const placed = place(first, moved.loop, between, setting.quiet);
  if (placed === null) return null;
  const loop: Loop = {
    ...first,
    results: [...first.results, ...moved.loop.results],
    inits: [...first.inits, ...moved.loop.inits],
    body: {
      args: [index, ...carried, ...moved.loop.body.args.slice(1)],
      body: [...first.body.body, ...moved.loop.body.body],
      yields: [...first.body.yields, ...moved.loop.body.yields],
    },
  };
  const { before, after } = placed;
  return {
    body: [...body.slice(0, at), ...before, ...moved.start, loop, ...after, ...body.slice(other + 1)],
    loop,
    taken: [...taken],
  };
}

const dear: ReadonlySet<string> = new Set(['exp', 'log', 'sin', 'cos', 'pow']);

/** Whether iterations take so long that a processor has only a few of them under way at a time. */
const isDear = (loop: Loop): boolean => some(loop.body, (i) => i.kind === 'op' && dear.has(i.op));

/** Reads of a loop's arrays in what is to become part of its body. */
type Reader = {
  /** The element that the iteration computes of an array; null where it is none of the loop's. */
  readonly elementOf: (array: ValueId) => ValueId | null;
  /** Another loop with the index of the first, and with the elements that this computes in the place of those that it reads. */
  readonly from: (second: Loop) => Loop;
};

function reader(first: Loop, taken: Set<ValueId>, { sizes, typing }: Setting): Reader | null {
  const elements = elementsOf(first, sizes);
  const [index] = first.body.args;
  if (index === undefined) return null;
  const elementOf = (array: ValueId): ValueId | null => {
    const element = elements.get(array);
    if (element !== undefined) taken.add(array);
    return element ?? null;
  };
  const from = (second: Loop): Loop => {
    const [own] = second.body.args;
    const by = new Map<ValueId, ValueId>(own === undefined ? [] : [[own.id, index.id]]);
    const read = (i: Instruction): Instruction | readonly Instruction[] => {
      if (i.kind !== 'op' || i.op !== 'index' || i.args[1] !== index.id) return i;
      const element = elementOf(i.args[0] ?? -1);
      if (element === null) return i;
      const into: Instruction[] = [];
      by.set(i.result.id, standIn(element, i.result.type, typing, i.at, into));
      return into;
    };
    return { ...second, body: mapBody(second.body, by, read) };
  };
  return { elementOf, from };
}

/**
 * A loop from 1 on that begins with elements 0 of arrays of the first, or with what was there before, as a loop from 0 on: iteration 0 gives what it
 * began with. Null where it does more than arithmetic on the elements at its index, or where there may be no iteration.
 */
function widened(
  first: Loop,
  second: Loop,
  between: readonly Instruction[],
  read: Reader,
  { sizes, typing }: Setting,
): { readonly loop: Loop; readonly start: readonly Instruction[] } | null {
  const high = sizes.numberOf(first.high);
  if (sizes.numberOf(first.low) !== 0 || sizes.numberOf(second.low) !== 1 || high === null || high < 1) return null;
  if (second.results.some(({ type }) => !isScalarType(type))) return null;
  const [index] = first.body.args;
  const moved = read.from(second);
  if (index === undefined || !moved.body.body.every((i) => isArithmetic(i, index.id, sizes))) return null;
  const { at } = second;
  const [one, begins] = [typing.fresh({ kind: 'int' }), typing.fresh({ kind: 'bool' })];
  const body: Instruction[] = [
    ...moved.body.body,
    { kind: 'const', at, result: one, value: 1 },
    { kind: 'op', at, result: begins, op: 'lt', args: [index.id, one.id] },
  ];
  const start: Instruction[] = [];
  const inits: ValueId[] = [];
  const yields: ValueId[] = [];
  second.inits.forEach((init, k) => {
    const [next, type] = [moved.body.yields[k]!, second.results[k]!.type];
    const array = firstReadBy(init, between, sizes);
    const element = array === null ? null : read.elementOf(array);
    const result = typing.fresh(type);
    body.push({ kind: 'op', at, result, op: 'select', args: [begins.id, element ?? init, next] });
    yields.push(result.id);
    if (element === null) {
      inits.push(init);
      return;
    }
    const none = typing.fresh(type);
    start.push({ kind: 'op', at, result: none, op: 'absent', args: [] });
    inits.push(none.id);
  });
  return { loop: { ...moved, inits, body: { ...moved.body, body, yields } }, start };
}

/** The array whose element 0 the value is, as an instruction of the list reads it. */
function firstReadBy(id: ValueId, list: readonly Instruction[], sizes: Sizes): ValueId | null {
  for (const i of list)
    if (i.kind === 'op' && i.op === 'index' && i.result.id === id)
      return i.args[0] !== undefined && sizes.numberOf(i.args[1] ?? -1) === 0 ? i.args[0] : null;
  return null;
}

/** Whether an instruction has no fault in an iteration that its loop did not have: it reads nothing but at the index itself. */
function isArithmetic(i: Instruction, index: ValueId, sizes: Sizes): boolean {
  switch (i.kind) {
    case 'const':
    case 'get':
      return true;
    case 'if':
      return [...i.then.body, ...i.otherwise.body].every((inner) => isArithmetic(inner, index, sizes));
    case 'op': {
      const [array, at] = i.args;
      if (i.op === 'index') return array !== undefined && at === index && sizes.isInside(at, array);
      return !i.args.includes(index) && isScalarType(i.result.type) && i.op !== 'to_enum';
    }
    default:
      return false;
  }
}
