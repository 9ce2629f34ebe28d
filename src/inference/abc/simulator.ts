/** Simulators with their distance in them, and those for a pilot; another seed needs no others, so they are kept. */
import type { Program } from '../../ir/ir.js';
import {
  type Comparison,
  type Measure,
  onlySummaries,
  type WrittenMeasure,
  withDistance,
  withRealParameters,
} from '../../passes/comparison.js';
import { rejectEarly } from '../../passes/early_rejection.js';

type DistanceSimulator = {
  readonly program: Program;
  /** What `main` takes behind the root address. */
  readonly given: readonly number[];
  /** Whether `main` takes the greatest distance of interest as well, and stops a run that passes it. */
  readonly early: boolean;
};

type Made = Omit<DistanceSimulator, 'given'>;

/** Scales that programs take as parameters at most. */
const mostGiven = 64;

/** By how many scales are parameters, and whether summaries are kept. They go when the program does. */
const made = new WeakMap<Program, WeakMap<Comparison, Map<string, Made>>>();

/** The program that yields the distance of a run behind what it yields already, and with `keeping` the summaries. */
export function simulatorOf(
  program: Program,
  comparison: Comparison,
  measure: Measure,
  keeping: boolean,
): DistanceSimulator {
  // Scales hang on the seed: few enough are parameters, so that the program does not.
  const scales = measure?.kind === 'scales' && measure.scales.length <= mostGiven ? measure.scales : null;
  if (measure !== null && scales === null) return { ...write({ program, measure }, comparison, keeping), given: [] };
  const ofProgram = made.get(program) ?? new WeakMap<Comparison, Map<string, Made>>();
  made.set(program, ofProgram);
  const ways = ofProgram.get(comparison) ?? new Map<string, Made>();
  ofProgram.set(comparison, ways);
  const name = `${scales?.length ?? 'none'} ${keeping}`;
  const found = ways.get(name) ?? write(opened(program, scales), comparison, keeping);
  ways.set(name, found);
  return { ...found, given: scales === null ? [] : [...scales] };
}

type Opened = { readonly program: Program; readonly measure: WrittenMeasure };

function opened(program: Program, scales: Float64Array | null): Opened {
  if (scales === null) return { program, measure: null };
  const { program: changed, parameters } = withRealParameters(program, scales.length);
  return { program: changed, measure: { kind: 'parameters', scales: parameters } };
}

function write({ program, measure }: Opened, comparison: Comparison, keeping: boolean): Made {
  const early = comparison.norm === null ? null : rejectEarly(program, comparison.norm, measure);
  return { program: withDistance(early ?? program, comparison, measure, keeping), early: early !== null };
}

const pilots = new WeakMap<Program, Program>();

/** The program that yields its summaries and what was seen of them alone. */
export function pilotOf(program: Program): Program {
  const found = pilots.get(program) ?? onlySummaries(program);
  pilots.set(program, found);
  return found;
}
