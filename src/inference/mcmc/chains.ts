/** What chains gave, put together as they move on. */
import type { Constant, IrType } from '../../ir/ir.js';
import { isScalarType } from '../../ir/values.js';
import type { Course, Finding, Posterior } from '../backend.js';
import type { ChainOutput } from './sweeps.js';

type Chains<State> = {
  readonly state: (chain: number) => State | null;
  /** Sweeps that the chain has made, those of its warm-up among them. */
  readonly sweeps: (chain: number) => number;
  readonly add: (chain: number, sweeps: number, output: ChainOutput<State>) => void;
  /** Whether some chain found no start. */
  readonly homeless: () => boolean;
  /** Draws behind the warm-up. */
  readonly draws: () => number;
  /** Share of the proposals behind the warm-up that were accepted; null before. */
  readonly acceptance: () => number | null;
  /** About what the draws take. */
  readonly bytes: () => number;
  /** How many bytes of independent draws it takes as long to make an answer of. */
  readonly answering: () => number;
  readonly found: (stopped: Course['stopped'], converged: boolean) => Posterior;
};

/** Of each draw: its dimension and its weight. */
const bytesBeside = 16;
/**
 * How chains hang together is found by ranks, normal scores and autocovariances of each quantity, twice folded and once as it is: about as
 * long as so many sorts of its draws where the chains mix well, and up to three times as long where Fourier transforms are needed.
 */
const sorts = 24;

type Column = Float64Array | readonly Constant[];

/** One chain so far: its draws piece by piece. */
type Part<State> = { state: State | null; sweeps: number; readonly pieces: Piece[] };

type Piece = { readonly dimension: Float64Array; readonly columns: readonly Column[] };

/** Nothing yet of `count` chains. */
export function newChains<State>(outputs: readonly IrType[], count: number): Chains<State> {
  const parts = Array.from({ length: count }, (): Part<State> => ({ state: null, sweeps: 0, pieces: [] }));
  let homeless = 0;
  let attempts = 0;
  let draws = 0;
  let bytes = 0;
  let [proposed, accepted, steps, unaligned] = [0, 0, 0, 0];
  const acceptance = (): number | null => (proposed === 0 ? null : accepted / proposed);

  const found: Chains<State>['found'] = (stopped, converged) => {
    const course = {
      unaligned,
      steps,
      stopped,
      converged,
      acceptance: acceptance(),
      ancestors: null,
      approximation: null,
    };
    if (homeless > 0) return { ...nothing(outputs, attempts), ...course, findings: [] };
    const pieces = parts.map((part) => part.pieces);
    const all = pieces.flat();
    let lowest = Number.POSITIVE_INFINITY;
    for (const { dimension } of all) for (const d of dimension) if (d < lowest) lowest = d;
    const keeps = all.some(({ dimension }) => dimension.some((d) => d > lowest));
    const kept = keeps ? pieces.map((chain) => chain.map((piece) => atDimension(piece, lowest))) : pieces;
    const starts = new Int32Array(count);
    let total = 0;
    kept.forEach((chain, c) => {
      starts[c] = total;
      for (const { dimension } of chain) total += dimension.length;
    });
    return {
      logWeights: new Float64Array(total),
      columns: outputs.map((type, k) =>
        joined(
          type,
          kept.flat().map(({ columns }) => columns[k] ?? []),
          total,
        ),
      ),
      dependence: { kind: 'chains', starts },
      measuresEvidence: false,
      ...course,
      findings: keeps ? [leftAtoms(draws - total)] : [],
    };
  };

  return {
    state: (chain) => parts[chain]!.state,
    sweeps: (chain) => parts[chain]!.sweeps,
    add: (chain, sweeps, output) => {
      const part = parts[chain]!;
      steps += output.steps;
      if (output.state === null) {
        homeless += 1;
        attempts += output.runs;
        return;
      }
      part.state = output.state;
      part.sweeps += sweeps;
      const { dimension, columns } = output;
      if (dimension.length === 0) return;
      part.pieces.push({ dimension, columns });
      proposed += output.proposed;
      accepted += output.accepted;
      unaligned += output.unaligned;
      draws += dimension.length;
      for (const column of columns) bytes += bytesOf(column);
      bytes += bytesBeside * dimension.length;
    },
    homeless: () => homeless > 0,
    draws: () => draws,
    acceptance,
    bytes: () => bytes,
    answering: () => sorts * (bytes - bytesBeside * draws),
    found,
  };
}

/** Draws of weight zero, as many as there were runs. */
const nothing = (outputs: readonly IrType[], count: number): Omit<Posterior, keyof Course> => ({
  logWeights: new Float64Array(count).fill(Number.NEGATIVE_INFINITY),
  columns: outputs.map((type) =>
    isScalarType(type) ? new Float64Array(count).fill(Number.NaN) : new Array<Constant>(count).fill([]),
  ),
  dependence: { kind: 'independent' },
  measuresEvidence: false,
});

const leftAtoms = (dropped: number): Finding => ({
  code: 'W0621',
  message: `${dropped} draws came before their chain met the runs in which evidence holds exactly, and were left out.`,
  hint: 'ask for a longer warm-up',
  at: null,
});

function atDimension(piece: Piece, lowest: number): Piece {
  const { dimension, columns } = piece;
  const stays = (_: unknown, i: number): boolean => dimension[i] === lowest;
  return {
    dimension: dimension.filter(stays),
    columns: columns.map((column) => (column instanceof Float64Array ? column.filter(stays) : column.filter(stays))),
  };
}

function joined(type: IrType, columns: readonly Column[], total: number): Column {
  if (!isScalarType(type)) return columns.flatMap((column): readonly Constant[] => [...column]);
  const whole = new Float64Array(total);
  let from = 0;
  for (const column of columns) {
    if (column instanceof Float64Array) whole.set(column, from);
    from += column.length;
  }
  return whole;
}

function bytesOf(column: Column): number {
  if (column instanceof Float64Array) return 8 * column.length;
  const seen = column.slice(0, 64);
  const each = seen.reduce<number>((sum, value) => sum + bytesOfValue(value), 0) / Math.max(1, seen.length);
  return each * column.length;
}

/** An array of numbers has about 100 bytes of its own; every other value a word and its parts. */
function bytesOfValue(value: Constant): number {
  if (value instanceof Float64Array) return 100 + 8 * value.length;
  if (typeof value === 'number' || typeof value === 'string') return 16;
  return value.reduce<number>((sum, part) => sum + bytesOfValue(part), 32);
}
