/**
 * What the distributions of a model alone say of a counterfactual. A table P(v | pa) fixes how a draw falls under each of its parameters, and
 * not how its values under several parameters hang together: any joint distribution of them with these margins belongs to a model that agrees
 * with this one on every observation and every experiment (response functions: Balke and Pearl, UAI 1994; with two values and two rows these
 * are the Fréchet–Hoeffding bounds).
 */
import type { Family, Program } from '../../ir/ir.js';
import { findFamily } from '../../ir/program.js';
import { isScalarType, type RuntimeValue } from '../../ir/values.js';
import { visit } from '../../ir/walk.js';
import { type CoupledTerm, type Coupling, extremes } from './couplings.js';
import { type DrawEvent, hookedRun, unfollowed } from './hooked_run.js';
import { type Choose, everyPath } from './paths.js';

/** The distribution of a draw: `weights[k]` is the probability of `low + k`. Laws at other parameters have other numbers. */
export type DrawLaw = { readonly number: number; readonly low: number; readonly weights: ArrayLike<number> };

/** The law of a family at some parameters. It throws where the draw has no finite support. */
type LawOf = (family: Family, params: readonly RuntimeValue[], site: number) => DrawLaw;

/** Between what an expectation lies, whatever the mechanisms are. */
export type MechanismBounds = { readonly low: number; readonly high: number };

/** What one run says: how likely it is, what it yields, and what it asks of draws that it sees under several parameters. */
type Path = {
  readonly weight: number;
  readonly outputs: readonly number[];
  readonly coupled: ReadonlyMap<string, ReadonlyMap<string, number>>;
};

/** Runs of the program that are followed at most, and values of a draw. */
const mostPaths = 2048;
/** Instructions of all runs together, and loop steps of one. */
const mostInstructions = 1_000_000;
const mostSteps = 500;
const mostValues = 16;

/** What is asked: the mean of the one output, each probability of the joint law of all outputs, or the weight of the evidence itself. */
export type Asked = 'mean' | 'law' | 'weight';

/**
 * Between what a question's answer lies: one pair for `mean` and `weight`, one for each value that the outputs can have for `law`. Null where the runs
 * are too many to be followed, and where draws are coupled in more ways than can be searched. Throws an `Unfollowed` where a draw has no finite
 * support.
 */
export function mechanismBounds(
  program: Program,
  main: string,
  lawOf: LawOf,
  asked: Asked,
): readonly MechanismBounds[] | null {
  const laws = new Map<string, Map<string, readonly number[]>>();
  const most = Math.min(mostPaths, Math.floor(mostInstructions / sizeOf(program)));
  const paths = everyPath((choose) => follow(program, main, lawOf, choose, laws), most);
  if (paths === null) return null;
  const couplings = [...new Set(paths.flatMap(({ coupled }) => [...coupled.keys()]))].map((draw): Coupling => {
    const rows = new Set(paths.flatMap(({ coupled }) => [...(coupled.get(draw)?.keys() ?? [])]));
    return { draw, rows: new Map([...rows].map((row) => [row, laws.get(draw)!.get(row)!])) };
  });
  const bound = (above: (path: Path) => number): MechanismBounds | null => {
    const terms: CoupledTerm[] = paths.map((path) => ({
      above: path.weight * above(path),
      below: asked === 'weight' ? 0 : path.weight,
      coupled: path.coupled,
    }));
    if (asked === 'weight') terms.push({ above: 0, below: 1, coupled: new Map() });
    return extremes(terms, couplings);
  };
  if (asked !== 'law') {
    const found = bound(({ outputs }) => (asked === 'weight' ? 1 : (outputs[0] ?? Number.NaN)));
    return found === null ? null : [found];
  }
  const found: MechanismBounds[] = [];
  for (const value of new Set(paths.map(({ outputs }) => outputs.join()))) {
    const bounds = bound(({ outputs }) => (outputs.join() === value ? 1 : 0));
    if (bounds === null) return null;
    found.push(bounds);
  }
  return found;
}

function sizeOf(program: Program): number {
  let size = 1;
  for (const { body } of Object.values(program.functions)) visit(body, () => size++);
  return size;
}

/** Marks a run of weight zero. */
const dead = Symbol('dead');

/** One run; null where it has no weight. */
function follow(
  program: Program,
  main: string,
  lawOf: LawOf,
  choose: Choose,
  laws: Map<string, Map<string, readonly number[]>>,
): Path | null {
  let weight = 1;
  /** The values of each draw, by its parameters. */
  const seen = new Map<string, Map<string, number>>();
  const lawAt = (event: DrawEvent): { readonly row: string; readonly law: DrawLaw } => {
    const family = findFamily(program, event.family);
    if (family === null || !family.discrete || !isScalarType(family.value)) throw unfollowed('a draw is continuous');
    const law = lawOf(family, event.params, event.site);
    if (law.weights.length > mostValues) throw unfollowed('a draw has many values');
    const row = String(law.number);
    const known = laws.get(event.address) ?? new Map<string, readonly number[]>();
    laws.set(event.address, known);
    if (!known.has(row)) known.set(row, valuesFrom(law.low, law.weights));
    return { row, law };
  };
  const settle = (event: DrawEvent, row: string, value: number): void => {
    const values = seen.get(event.address) ?? new Map<string, number>();
    seen.set(event.address, values);
    values.set(row, value);
  };
  try {
    const outputs = hookedRun(
      program,
      main,
      {
        draw: (event) => {
          const { row, law } = lawAt(event);
          const before = seen.get(event.address)?.get(row);
          if (before !== undefined) return before;
          const possible = possibleIn(law);
          const value = possible[choose(possible.length)]!;
          settle(event, row, value);
          return value;
        },
        score: (event, given) => {
          const { row, law } = lawAt(event);
          const value = Number(given);
          if (!possibleIn(law).includes(value)) throw dead;
          const before = seen.get(event.address)?.get(row);
          if (before !== undefined && before !== value) throw dead;
          settle(event, row, value);
        },
        condition: (holds) => {
          if (!holds) throw dead;
        },
        factor: (amount) => {
          weight *= Math.exp(amount);
          if (!(weight > 0)) throw dead;
        },
        node: (_name, value) => value,
      },
      mostSteps,
    );
    const coupled = new Map<string, ReadonlyMap<string, number>>();
    for (const [draw, rows] of seen) {
      if (rows.size > 1) {
        coupled.set(draw, rows);
        continue;
      }
      for (const [row, value] of rows) weight *= probabilityOf(laws.get(draw)!.get(row)!, value);
    }
    return { weight, outputs: outputs.map(Number), coupled };
  } catch (thrown) {
    if (thrown === dead) return null;
    throw thrown;
  }
}

const possibleValues = new WeakMap<DrawLaw, readonly number[]>();

/** The values that have probability. */
function possibleIn(law: DrawLaw): readonly number[] {
  const known = possibleValues.get(law);
  if (known !== undefined) return known;
  const found = Array.from(law.weights, (p, k) => (p > 0 ? [law.low + k] : [])).flat();
  possibleValues.set(law, found);
  return found;
}

/** Probabilities behind their least value. */
const valuesFrom = (low: number, weights: ArrayLike<number>): readonly number[] => [low, ...Array.from(weights)];

/** The probability of a value in a law that `valuesFrom` wrote. */
const probabilityOf = ([low = 0, ...weights]: readonly number[], value: number): number => weights[value - low] ?? 0;
