import type { Program, ValueId } from '../ir/ir.js';
import type { Range } from './ranges.js';

/** How long an array is: a number, or as long as that array, which is known by the value where it was first made. */
export type Size = number | { readonly as: ValueId };

/** What is known of the values of a function while its sizes are found. */
export type Facts = {
  readonly program: Program;
  readonly depth: number;
  readonly numbers: Map<ValueId, number>;
  readonly lengths: Map<ValueId, Size>;
  /** For arrays whose elements are arrays of one length. */
  readonly elements: Map<ValueId, number>;
  /** The length that a number is. */
  readonly measures: Map<ValueId, Size>;
  readonly ranges: Map<ValueId, Range>;
  /** For arrays that others are as long as: the number of elements that was asked for. */
  readonly counts: Map<ValueId, ValueId>;
  /** What `max(0, n)` is taken of. */
  readonly clamped: Map<ValueId, ValueId>;
};

/** Nothing is known yet. */
export const factsOf = (program: Program, depth: number): Facts => ({
  program,
  depth,
  numbers: new Map(),
  lengths: new Map(),
  elements: new Map(),
  measures: new Map(),
  ranges: new Map(),
  counts: new Map(),
  clamped: new Map(),
});

/** The same facts, which learning more does not change. */
export const copyOf = (facts: Facts): Facts => ({
  ...facts,
  numbers: new Map(facts.numbers),
  lengths: new Map(facts.lengths),
  elements: new Map(facts.elements),
  measures: new Map(facts.measures),
  ranges: new Map(facts.ranges),
  counts: new Map(facts.counts),
  clamped: new Map(facts.clamped),
});

/** Forgets what was learned since the copy was made. */
export function restore(facts: Facts, copy: Facts): void {
  const put = <T>(to: Map<ValueId, T>, from: ReadonlyMap<ValueId, T>): void => {
    to.clear();
    for (const [id, value] of from) to.set(id, value);
  };
  put(facts.numbers, copy.numbers);
  put(facts.lengths, copy.lengths);
  put(facts.elements, copy.elements);
  put(facts.measures, copy.measures);
  put(facts.ranges, copy.ranges);
  put(facts.counts, copy.counts);
  put(facts.clamped, copy.clamped);
}
