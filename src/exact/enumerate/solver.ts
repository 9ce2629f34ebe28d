/**
 * Forward enumeration: the distribution over the states of a run is pushed through the program, a state being the values that are still
 * needed. Loops of random length are Markov chains, recursion is a system of equations.
 */
import { findFunction } from '../../ir/program.js';
import { isScalarType } from '../../ir/values.js';
import { atomsOf, type JointLaw, type Law } from '../law.js';
import { type Problem, refuse, type Solved, type Solver } from '../solver.js';
import { callsOf } from './calls.js';
import { type Distribution, massOf, merge, type State } from './distribution.js';
import { obstacle } from './obstacle.js';
import { type Budget, budgetOf, giveUp, isGivenUp } from './refusal.js';
import { type Scope, scopeOf } from './scope.js';
import { unitSeries } from './series.js';
import { familiesOf } from './support.js';
import { type Walking, walkRegion } from './walk.js';

/** Enumeration of programs that only draw discrete values, with random control flow. */
export const enumerate: Solver = {
  name: 'enumerate',
  solve: (problem) => {
    const reason = obstacle(problem);
    if (reason !== null) return refuse(reason);
    const budget = budgetOf(problem.budget / operationsOfState);
    let refusal = '';
    for (const byMoments of problem.momentsSuffice === true ? [true, false] : [false, true]) {
      try {
        const end = run(problem, byMoments, budget);
        if (end !== null) return { ok: true, solved: answerOf(problem, end) };
      } catch (thrown) {
        if (!isGivenUp(thrown)) throw thrown;
        refusal = thrown.reason;
      }
    }
    return refuse(refusal);
  },
};

/** The end of an enumeration. */
type End = { readonly scope: Scope; readonly states: readonly State[]; readonly distribution: Distribution };

/** Null where moments are asked for and no number can be kept by them. */
function run(problem: Problem, byMoments: boolean, budget: Budget): End | null {
  const { program, main } = problem;
  const func = findFunction(program, main);
  if (func === null) return giveUp(`there is no function ${main}`);
  const scope = scopeOf(program, func, byMoments);
  if (byMoments && scope.lives.rank === 0) return null;
  const host: Walking = {
    program,
    budget,
    pure: problem.pure,
    families: familiesOf(problem, budget),
    calls: callsOf(() => host),
  };
  const state: State = {
    values: new Array(scope.lives.width),
    series: unitSeries(scope.lives.rank),
    dimension: 0,
  };
  const pushed = walkRegion(scope, func.body, host)({ states: [state], scale: 0, open: 0 });
  const distribution = merge(
    pushed,
    func.body.yields.flatMap((id) => scope.lives.slots.get(id) ?? []),
  );
  const lowest = distribution.states.reduce((least, s) => Math.min(least, s.dimension), Number.POSITIVE_INFINITY);
  return { scope, states: distribution.states.filter((s) => s.dimension === lowest), distribution };
}

/** Elementary operations that one instruction on one state is counted as. */
const operationsOfState = 40;

/** Atoms of a joint law at most. */
const largestJoint = 200_000;

function answerOf(problem: Problem, { scope, states, distribution }: End): Solved {
  const { moments, rank } = scope.lives;
  const yields = scope.func.body.yields;
  const total = massOf({ ...distribution, states: [...states] });
  const weights = Float64Array.from(states, (s) => s.series[0]! / total);
  const column = (output: number): Float64Array | null => {
    const id = yields[output] ?? -1;
    if (moments.has(id)) return null;
    const read = scope.number(id);
    return Float64Array.from(states, read);
  };
  /** E[a b] where `b` is left out E[a]. */
  const expectation = (a: number, b: number | null): number => {
    const [x, y] = [moments.get(yields[a] ?? -1), b === null ? undefined : moments.get(yields[b] ?? -1)];
    const [p, q] = [column(a), b === null ? null : column(b)];
    let sum = 0;
    for (const [k, { series }] of states.entries()) {
      if (x !== undefined && y !== undefined) sum += series[1 + rank + x * rank + y]!;
      else if (x !== undefined) sum += series[1 + x]! * (q?.[k] ?? 1);
      else if (y !== undefined) sum += series[1 + y]! * p![k]!;
      else sum += series[0]! * p![k]! * (q?.[k] ?? 1);
    }
    return sum / total;
  };
  const covariance = (a: number, b: number): number => expectation(a, b) - expectation(a, null) * expectation(b, null);
  const leftOut = total > 0 ? Math.min(1, distribution.open / total) : 0;
  return {
    logEvidence: total > 0 ? Math.log(total) + distribution.scale : Number.NEGATIVE_INFINITY,
    leftOut,
    marginal: (output): Law => {
      const values = column(output);
      if (values !== null) return atomsOf(values, weights);
      return { kind: 'moments', mean: expectation(output, null), variance: Math.max(0, covariance(output, output)) };
    },
    covariance: (a, b) => {
      const value = covariance(a, b);
      return Number.isNaN(value) ? null : value;
    },
    joint: (outputs) => jointOf(outputs.map(column), weights),
    how: sentences(problem, scope, states.length, leftOut),
  };
}

function jointOf(columns: readonly (Float64Array | null)[], weights: Float64Array): JointLaw | null {
  const rows = new Map<string, { readonly row: Float64Array; weight: number }>();
  for (const [k, weight] of weights.entries()) {
    const row = new Float64Array(columns.length);
    for (const [j, values] of columns.entries()) {
      if (values === null) return null;
      row[j] = values[k]! + 0;
    }
    const key = row.join();
    const same = rows.get(key);
    if (same === undefined) rows.set(key, { row, weight });
    else same.weight += weight;
    if (rows.size > largestJoint) return null;
  }
  const list = [...rows.values()];
  return { kind: 'atoms', rows: list.map((r) => r.row), probabilities: Float64Array.from(list, (r) => r.weight) };
}

function sentences(problem: Problem, scope: Scope, states: number, leftOut: number): readonly string[] {
  const how = [`All runs of the program are enumerated, equal states joined: ${states} states at its end.`];
  const loops = [...scope.lives.of.keys()].filter((i) => i.kind === 'while').length;
  if (loops > 0)
    how.push(
      scope.lives.rank > 0
        ? 'Loops of random length are Markov chains whose ends and moments are found by linear elimination.'
        : 'Loops of random length are Markov chains.',
    );
  if (leftOut > 0) how.push(`Runs of a probability of at most ${leftOut.toPrecision(2)} are left out.`);
  if (problem.outputs.some((type) => !isScalarType(type))) how.push('Some targets are no numbers.');
  return how;
}
