/** The draws of a posterior as a table: for files that other programs read. */
import type { IrType } from '../ir/ir.js';
import type { Answer, Report, Sample } from './answer.js';

/** One variable, draw by draw, as numbers: bools are 0 and 1, labels their positions, what is absent NaN. */
export type DrawsColumn = { readonly name: string; readonly type: IrType; readonly values: Float64Array };

/** The draws of one query. */
export type DrawsTable = {
  /** The name of the query; `query` where it has none. */
  readonly query: string;
  readonly answer: Answer;
  readonly seed: string;
  /** They sum to 1. */
  readonly weights: Float64Array;
  /** Where each chain begins; one chain where draws follow no order. */
  readonly starts: Int32Array;
  readonly columns: readonly DrawsColumn[];
};

/** Whether an answer predicts: its draws are of what would be seen, not of what is behind it. */
export const isPrediction = ({ answer }: DrawsTable): boolean => /^\s*predict\b/.test(answer.text);

/** The draws of a run's answers, of those that have any. */
export const drawsOf = ({ answers, seed }: Report): readonly DrawsTable[] =>
  answers.flatMap((answer) =>
    answer.sample === undefined ? [] : [tableOf(answer, answer.sample, seed, answer.name ?? 'query')],
  );

const tableOf = (answer: Answer, { weights, columns, chains }: Sample, seed: string, query: string): DrawsTable => ({
  query,
  answer,
  seed,
  weights,
  columns,
  starts: chains ?? Int32Array.of(0),
});

/** Whether all draws count alike. */
export const isEven = ({ weights }: DrawsTable): boolean =>
  weights.every((weight) => Math.abs(weight * weights.length - 1) < 1e-9);

/** The chain of each draw, from 0, and its number within the chain. */
export function placesOf({ weights, starts }: DrawsTable): { readonly chain: Int32Array; readonly draw: Int32Array } {
  const chain = new Int32Array(weights.length);
  const draw = new Int32Array(weights.length);
  let current = 0;
  for (let i = 0; i < weights.length; i++) {
    while (current + 1 < starts.length && i >= starts[current + 1]!) current++;
    chain[i] = current;
    draw[i] = i - (starts[current] ?? 0);
  }
  return { chain, draw };
}

/** A cell as a value: a number, a bool, a label; null where it is absent. */
export function cellOf(type: IrType, value: number): number | boolean | string | null {
  if (Number.isNaN(value)) return null;
  if (type.kind === 'bool') return value !== 0;
  return type.kind === 'enum' ? (type.members[value] ?? null) : value;
}
