/** Exact answers of programs whose draws are discrete. */
import type { RuntimeValue } from '../../ir/values.js';
import { rootAddress } from '../../runtime/random/address.js';
import { atomsOf, type JointLaw, type Law } from '../law.js';
import { type Problem, refuse, type Solved, type Solver } from '../solver.js';
import { newWalk, type Walk } from './draw.js';
import { tabled } from './factor.js';
import { isLatent } from './latent.js';
import { type Network, solveNetwork, variablesOf } from './network.js';
import { createRows } from './rows.js';
import { factorOf, isRefused, misused, refused, weigh } from './scene.js';
import { addShared } from './shared.js';
import { type Abstract, cellsOver, known, type Scope, scopeOf, sizeOfScope, unionOf } from './value.js';
import { invoke, invokeOne } from './walk.js';

/** Mass left out that is not worth another try. */
const enough = 1e-12;
/** Mass that the domains of draws may leave out, in each try. */
const least = 1e-300;
const tolerances = [1e-15, 1e-30, 1e-60, 1e-120, 1e-240, least] as const;

/**
 * Variable elimination over the factor graph of a question: every draw a discrete variable, every weight a factor, and what is computed
 * from several variables a variable that is certain given them.
 */
export const discrete: Solver = {
  name: 'discrete',
  solve: (problem) => {
    try {
      let impossible = false;
      for (const tolerance of tolerances) {
        // Evidence that no value agrees with is tried once more, with all values that a double can tell from none.
        if (impossible && tolerance !== least) continue;
        const solved = solveOnce(problem, tolerance);
        impossible = solved.logEvidence === Number.NEGATIVE_INFINITY;
        if (solved.leftOut <= enough || (impossible && tolerance === least))
          return { ok: true, solved: { ...solved, leftOut: impossible ? 0 : solved.leftOut } };
      }
      return refuse('the values that matter to an infinite support cannot be bounded');
    } catch (thrown) {
      if (isRefused(thrown)) return refuse(thrown.refused);
      throw thrown;
    }
  },
};

function solveOnce(problem: Problem, tolerance: number): Solved {
  const walk = newWalk(problem, createRows(problem, tolerance), problem.budget);
  const outputs = walked(walk).map(single);
  const done = addShared(walk, invokeOne);
  throwFaults(walk);
  keepLowest(walk);
  const { factors, cut, logMost } = walk.scene;
  const network = expectSolved(solveNetwork(factors, outputs.map(scopeOf), problem.budget));
  const { logTotal } = network;
  const leftOut = cut === 0 ? 0 : cut * Math.exp(Math.min(700, logMost - logTotal));
  const how = [
    `Variable elimination: ${variablesOf(factors).size} discrete variables, ${network.cells} cells in all cliques together.`,
    ...(walk.uses.size > 0
      ? [
          `${walk.uses.size} continuous parameters are averaged over: the laws of the draws are linear in them, or conjugate to them.`,
        ]
      : []),
    ...done,
    ...(cut > 0 ? [`Infinite supports are cut where less than ${tolerance} of their mass is left.`] : []),
  ];
  const laws = new Map<number, Law>();
  const marginal = (output: number): Law => {
    const before = laws.get(output);
    if (before !== undefined) return before;
    const value = outputs[output]!;
    const scope = scopeOf(value);
    const law = network.law(scope);
    if (law === null) throw new Error('exact: a marginal does not fit');
    const made = atomsOf(cellsOver(value, scope).map(numberOf), law);
    laws.set(output, made);
    return made;
  };
  const joint = (numbers: readonly number[]): JointLaw | null =>
    jointLaw(
      network,
      numbers.map((n) => outputs[n]!),
    );
  return {
    logEvidence: logTotal,
    leftOut: Number.isNaN(leftOut) ? 1 : leftOut,
    marginal,
    covariance: (a, b) => covarianceOf(joint([a, b])),
    joint,
    how,
  };
}

/** The outputs of the program. */
function walked(walk: Walk): readonly Abstract[] {
  try {
    return invoke(walk, walk.problem.main, [known(rootAddress)]);
  } catch (thrown) {
    throw misused(walk.scene, thrown);
  }
}

/** An output as one number. */
function single(value: Abstract): Abstract {
  if (value.kind === 'parts') throw refused('a target is no single number');
  for (const cell of value.kind === 'known' ? [value.value] : value.cells)
    if (isLatent(cell)) throw refused(`${cell.latent.site} is continuous, and asked for`);
  return value;
}

const numberOf = (cell: RuntimeValue | undefined): number => (typeof cell === 'number' ? cell : Number.NaN);

function expectSolved(made: ReturnType<typeof solveNetwork>): Network {
  if ('needs' in made) throw refused(`elimination would take ${made.needs.toPrecision(3)} cells`);
  return made;
}

/** Throws the first fault that has positive probability under the evidence before it. */
function throwFaults(walk: Walk): void {
  const { scene, problem } = walk;
  for (const { position, when, fault } of scene.faults) {
    const factors = scene.factors.filter((f) => f.position <= position);
    const scope = scopeOf(when);
    // Configurations that do not matter are no faults.
    const table = Float64Array.from(cellsOver(when, scope), (cell) => (cell === 1 ? 1 : 0));
    const event = { ...tabled(scope, table), child: null, position };
    const { logTotal } = expectSolved(solveNetwork([...factors, event], [], problem.budget));
    if (logTotal !== Number.NEGATIVE_INFINITY) throw fault;
  }
}

/** Runs of lower continuous dimension win: where the dimension hangs on chance, only the lowest that is possible is kept. */
function keepLowest(walk: Walk): void {
  const { dimension, scene, problem } = walk;
  if (dimension.kind === 'known') return;
  const scope = scopeOf(dimension);
  const cells = cellsOver(dimension, scope);
  const law = expectSolved(solveNetwork(scene.factors, [scope], problem.budget)).law(scope);
  let lowest = Number.POSITIVE_INFINITY;
  law?.forEach((p, i) => {
    if (p > 0) lowest = Math.min(lowest, numberOf(cells[i]));
  });
  if (lowest < Number.POSITIVE_INFINITY)
    weigh(
      scene,
      factorOf(dimension, (x) => (x === lowest ? 1 : 0)),
    );
}

/** The most atoms of a joint law. */
const mostAtoms = 1e5;

function jointLaw(network: Network, values: readonly Abstract[]): JointLaw | null {
  const scope: Scope = unionOf(values.map(scopeOf));
  if (sizeOfScope(scope) > mostAtoms) return null;
  const law = network.law(scope);
  if (law === null) return null;
  const columns = values.map((value) => cellsOver(value, scope).map(numberOf));
  const atoms = new Map<string, { readonly row: Float64Array; p: number }>();
  law.forEach((p, i) => {
    if (p === 0) return;
    const row = Float64Array.from(columns, (c) => c[i]!);
    const key = row.join();
    const atom = atoms.get(key);
    if (atom === undefined) atoms.set(key, { row, p });
    else atom.p += p;
  });
  const list = [...atoms.values()];
  return { kind: 'atoms', rows: list.map((a) => a.row), probabilities: Float64Array.from(list, (a) => a.p) };
}

function covarianceOf(law: JointLaw | null): number | null {
  if (law === null || law.kind !== 'atoms') return null;
  const mean = (f: (row: Float64Array) => number): number =>
    law.rows.reduce((sum, row, i) => sum + law.probabilities[i]! * f(row), 0);
  const [a, b] = [mean((r) => r[0]!), mean((r) => r[1]!)];
  return mean((r) => (r[0]! - a) * (r[1]! - b));
}
