/** Pushes distributions through the instructions of a function. */
import { weightFault } from '../../ir/faults.js';
import type { Instruction, InstructionOf, PlaceId, Program, Region, ValueId } from '../../ir/ir.js';
import { findFamily } from '../../ir/program.js';
import { countReals, type RuntimeValue, toConstant } from '../../ir/values.js';
import type { Calls } from './calls.js';
import { copyState, type Distribution, keyOfAll, merge, rescaled, type State, union, weigh } from './distribution.js';
import { isPure } from './liveness.js';
import { loopStep } from './loop.js';
import { isListed } from './obstacle.js';
import { type Budget, giveUp } from './refusal.js';
import type { Read, Scope } from './scope.js';
import { scaleBy, unitSeries } from './series.js';
import { type Computing, compute, type Each, kept } from './step.js';
import type { Families } from './support.js';

/** Maps a distribution over states to the one after it. The states given are used up. */
export type Push = (d: Distribution) => Distribution;

/** What walking needs beside the function. */
export type Walking = Computing & {
  readonly program: Program;
  readonly families: Families;
  readonly calls: Calls;
};

/** All instructions of a region. Before each that may branch, states that can't be told apart any more are joined. */
export function walkRegion(scope: Scope, region: Region, host: Walking): Push {
  const { lives } = scope;
  const pushes: Push[] = [];
  let pending: Each[] = [];
  let alive: ReadonlySet<ValueId> | null = null;
  const flush = (): void => {
    if (pending.length === 0) return;
    const steps = pending;
    pending = [];
    pushes.push((d) => {
      host.budget.spend(steps.length * d.states.length);
      for (const step of steps) for (const state of d.states) step(state);
      return d;
    });
  };
  for (const i of region.body) {
    const life = lives.of.get(i);
    if (life === undefined) continue;
    if (isPure(i, host.program)) {
      pending.push(compute(scope, i, host));
      alive = life.after;
      continue;
    }
    flush();
    if (alive !== null) pushes.push(joining(scope, alive));
    pushes.push(walk(scope, i, host));
    alive = life.after;
  }
  flush();
  return (given) => {
    let d = given;
    for (const push of pushes) {
      if (d.states.length === 0) return d;
      d = push(d);
    }
    return d;
  };
}

/** Joins states by the values that are alive. */
function joining(scope: Scope, alive: ReadonlySet<ValueId>): Push {
  const slots = [...alive].flatMap((id) => scope.lives.slots.get(id) ?? []);
  return (d) => merge(d, slots);
}

/** States that are kept at once. */
const crowd = 1_500_000;

const siteOf = (program: Program, site: number): string => program.sites[site]?.name ?? `site ${site}`;

function walk(scope: Scope, i: Instruction, host: Walking): Push {
  switch (i.kind) {
    case 'draw':
      return draw(scope, i, host);
    case 'score':
      return score(scope, i, host);
    case 'condition': {
      const get = scope.read(i.value);
      return (d) => ({ ...d, states: d.states.filter((state) => get(state) === 1) });
    }
    case 'factor': {
      const get = scope.number(i.value);
      return (d) => weigh(d, (state) => checkedWeight(get(state), 'factor', i.at));
    }
    case 'if':
      return choose(scope, i, host);
    case 'for':
      return repeat(scope, i, host);
    case 'while':
      return loopStep(scope, i, host);
    case 'call': {
      const life = scope.lives.of.get(i);
      const reads = i.args.flatMap((id) => (scope.type(id).kind === 'address' ? [] : [scope.read(id)]));
      const targets = i.results.map((r) => ({ id: r.id, needed: life?.after.has(r.id) === true }));
      return invoke(scope, { callee: i.callee, at: i.at }, reads, targets, host);
    }
    case 'noise':
      return giveUp('noise is drawn that is no discrete distribution');
    default:
      throw new Error(`enumerate: cannot walk ${i.kind}`);
  }
}

function checkedWeight(amount: number, what: string, at: number): number {
  if (Number.isNaN(amount)) throw weightFault(what, at);
  return amount;
}

function draw(scope: Scope, i: InstructionOf<'draw'>, host: Walking): Push {
  const asker = { site: siteOf(host.program, i.site), at: i.at };
  if (i.shared || i.copy) return giveUp(`worlds share the noise of ${asker.site}`);
  const family = findFamily(host.program, i.family);
  if (family === null) throw new Error(`enumerate: no family ${i.family}`);
  const reads = i.params.map(scope.read);
  if (!family.discrete) return giveUp(`${asker.site} is continuous`);
  if (!isListed(family) || host.families.logDensity(i.family) === null) {
    const needed = scope.lives.of.get(i)?.after.has(i.result.id) === true;
    const push = invoke(scope, { callee: family.draw, at: i.at }, reads, [{ id: i.result.id, needed }], host);
    return (d) => {
      for (const state of d.states) host.families.check(i.family, family, valuesOf(reads, state), asker);
      return push(d);
    };
  }
  const slot = scope.lives.slots.get(i.result.id);
  return (d) => {
    const states: State[] = [];
    let { open } = d;
    for (const state of d.states) {
      const support = host.families.support(i.family, family, valuesOf(reads, state), asker);
      open += support.leftOut * state.series[0]!;
      const count = support.values.length;
      if (states.length + count > crowd) giveUp(`more than ${crowd} states would have to be kept at ${asker.site}`);
      host.budget.spend(4 * count);
      for (let k = 0; k < count; k++) {
        const branch = k === count - 1 ? state : copyState(state);
        const p = support.probabilities[k]!;
        for (let m = 0; m < branch.series.length; m++) branch.series[m]! *= p;
        if (slot !== undefined) branch.values[slot] = support.values[k]!;
        states.push(branch);
      }
    }
    return { states, scale: d.scale, open };
  };
}

const valuesOf = (reads: readonly Read[], state: State): RuntimeValue[] => reads.map((get) => get(state));

function score(scope: Scope, i: InstructionOf<'score'>, host: Walking): Push {
  const asker = { site: siteOf(host.program, i.site), at: i.at };
  if (i.abduct) return giveUp(`worlds share the noise of ${asker.site}`);
  const family = findFamily(host.program, i.family);
  if (family === null) throw new Error(`enumerate: no family ${i.family}`);
  const reads = i.params.map(scope.read);
  const value = scope.read(i.value);
  const density = host.families.logDensity(i.family) ?? giveUp(`the distribution of ${asker.site} has no density`);
  return (d) => {
    host.budget.spend(10 * d.states.length);
    const known = new Map<string, number>();
    const scored = weigh(d, (state) => {
      const params = valuesOf(reads, state);
      const x = value(state);
      const key = keyOfAll([...params, x]);
      const before = known.get(key);
      if (before !== undefined) return before;
      host.families.check(i.family, family, params, asker);
      const log = density(...params.map(toConstant), toConstant(x));
      const amount = checkedWeight(typeof log === 'number' ? log : Number.NaN, asker.site, i.at);
      known.set(key, amount);
      return amount;
    });
    if (family.dimension !== 0)
      for (const state of scored.states) state.dimension += family.dimension ?? countReals(family.value, value(state));
    return rescaled(scored);
  };
}

function choose(scope: Scope, i: InstructionOf<'if'>, host: Walking): Push {
  const life = scope.lives.of.get(i);
  const needed = i.results.map((r) => life?.after.has(r.id) === true);
  const condition = scope.read(i.condition);
  const side = (region: Region): Push => {
    const push = walkRegion(scope, region, host);
    const assign = scope.assign(kept(i.results, region.yields, needed));
    return (given) => {
      const d = push(given);
      for (const state of d.states) assign(state);
      return d;
    };
  };
  const [then, otherwise] = [side(i.then), side(i.otherwise)];
  return (d) => {
    const yes = d.states.filter((state) => condition(state) === 1);
    const no = d.states.filter((state) => condition(state) !== 1);
    // What was left out before stays left out, on whichever side it would have come.
    const parts: Distribution[] = [{ states: [], scale: d.scale, open: d.open }];
    if (yes.length > 0) parts.push(then({ states: yes, scale: d.scale, open: 0 }));
    if (no.length > 0) parts.push(otherwise({ states: no, scale: d.scale, open: 0 }));
    return union(parts);
  };
}

/** States that go through a loop with the same bounds. */
type Bounds = { readonly low: number; readonly high: number; readonly states: State[] };

/** States that go through a loop together, and what share of them leaves it at each count. */
type Trip = { readonly low: number; readonly states: readonly State[]; readonly ends: ReadonlyMap<number, number> };

/** A loop with bounds: states leave it when their count is reached. */
function repeat(scope: Scope, i: InstructionOf<'for'>, host: Walking): Push {
  const { lives } = scope;
  const life = lives.of.get(i);
  const carried = life?.carried ?? [];
  const needed = i.results.map((r) => life?.after.has(r.id) === true);
  const [low, high] = [scope.number(i.low), scope.number(i.high)];
  const [counter, ...args] = i.body.args;
  const slot = counter === undefined ? undefined : lives.slots.get(counter.id);
  const enter = scope.assign(kept(args, i.inits, carried));
  const push = walkRegion(scope, i.body, host);
  const again = scope.assign(kept(args, i.body.yields, carried));
  const leave = scope.assign(
    kept(
      i.results,
      args.map((a) => a.id),
      needed,
    ),
  );
  const outside = new Set<ValueId>([...(life?.after ?? []), ...(life?.captured ?? [])]);
  for (const r of i.results) outside.delete(r.id);
  for (const [k, arg] of args.entries()) if (carried[k] === true) outside.add(arg.id);
  const join = joining(scope, outside);
  const slots = [...outside].flatMap((id) => lives.slots.get(id) ?? []);
  /** Runs that start in the same single state and differ by their length alone are run once, to the greatest length. */
  const alike = (groups: readonly Bounds[]): readonly Trip[] => {
    const trips: Trip[] = [];
    const single = new Map<string, Map<number, number>>();
    for (const { low: from, high: to, states } of groups) {
      const end = Math.max(from, to);
      const [state] = states;
      if (state === undefined || states.length > 1 || lives.rank > 0) {
        trips.push({ low: from, states, ends: new Map([[end, 1]]) });
        continue;
      }
      const key = `${from};${state.dimension};${keyOfAll(slots.map((at) => state.values[at]))}`;
      const weight = state.series[0]!;
      const same = single.get(key);
      if (same !== undefined) {
        same.set(end, (same.get(end) ?? 0) + weight);
        continue;
      }
      const ends = new Map([[end, weight]]);
      single.set(key, ends);
      trips.push({ low: from, states: [{ ...state, series: unitSeries(0) }], ends });
    }
    return trips;
  };
  return (d) => {
    const byBounds = new Map<string, Bounds>();
    for (const state of d.states) {
      const bounds = { low: low(state), high: high(state), states: [state] };
      const key = `${bounds.low}:${bounds.high}`;
      const same = byBounds.get(key);
      if (same === undefined) byBounds.set(key, bounds);
      else same.states.push(state);
    }
    for (const { states } of byBounds.values()) for (const state of states) enter(state);
    const parts: Distribution[] = [{ states: [], scale: d.scale, open: d.open }];
    for (const { low: start, states, ends } of alike([...byBounds.values()])) {
      const lengths = [...ends].sort(([a], [b]) => a - b);
      const last = lengths.at(-1)?.[0] ?? start;
      let current: Distribution = { states: [...states], scale: d.scale, open: 0 };
      const foresee = growthOf(host.budget);
      for (let k = start; ; k++) {
        // Some stop here: a share of each state for every way to come to this length.
        const share = ends.get(k);
        if (share !== undefined || k >= last) {
          const leaving = k >= last ? current.states : current.states.map(copyState);
          for (const state of leaving) {
            if (share !== undefined && share !== 1) scaleBy(state.series, share);
            leave(state);
          }
          parts.push({ states: leaving, scale: current.scale, open: current.open * (share ?? 1) });
        }
        if (k >= last) break;
        host.budget.spend(1 + 8 * current.states.length);
        if (slot !== undefined) for (const state of current.states) state.values[slot] = k;
        current = push(current);
        for (const state of current.states) again(state);
        current = rescaled(join(current));
        foresee(current.states.length, last - k);
      }
    }
    return union(parts);
  };
}

/** Fewer states than this tell nothing of how many there will be. */
const fewStates = 256;
/** The growth of states counts as that of all further iterations where it has not slowed down by more than this in three of them. */
const steady = 0.98;

/** Gives up on a loop whose states multiply in every iteration as soon as that shows; states that add up grow more and more slowly. */
function growthOf(budget: Budget): (states: number, left: number) => void {
  const seen: number[] = [];
  return (states, left) => {
    seen.push(states);
    const [a = 0, b = 0, c = 0, d = 0] = seen.slice(-4);
    if (seen.length < 4 || d < fewStates) return;
    const growth = d / c;
    if (growth > 1.2 && growth >= steady * (c / b) && c / b >= steady * (b / a))
      budget.expect(8 * d * growth ** Math.min(left, 1000));
  };
}

/** Replaces each state by what a function makes of its arguments. */
function invoke(
  scope: Scope,
  { callee, at }: { readonly callee: string; readonly at: PlaceId },
  reads: readonly Read[],
  targets: readonly { readonly id: ValueId; readonly needed: boolean }[],
  host: Walking,
): Push {
  const slots = targets.map(({ id, needed }) => (needed ? scope.lives.slots.get(id) : undefined));
  return (d) => {
    const parts: Distribution[] = [{ states: [], scale: d.scale, open: d.open }];
    const byScale = new Map<number, { states: State[]; open: number }>();
    const args = d.states.map((state) => valuesOf(reads, state));
    const keys = args.map(keyOfAll);
    const weights = new Map<string, number>();
    for (const [s, state] of d.states.entries()) weights.set(keys[s]!, (weights.get(keys[s]!) ?? 0) + state.series[0]!);
    for (const [s, state] of d.states.entries()) {
      const outcome = host.calls.run(callee, args[s]!, weights.get(keys[s]!) ?? 0, at);
      let part = byScale.get(outcome.scale);
      if (part === undefined) {
        part = { states: [], open: 0 };
        byScale.set(outcome.scale, part);
      }
      part.open += outcome.open * state.series[0]!;
      host.budget.spend(4 * outcome.results.length);
      for (const { values, weight, dimension } of outcome.results) {
        const branch = copyState(state);
        branch.dimension += dimension;
        for (let m = 0; m < branch.series.length; m++) branch.series[m]! *= weight;
        for (const [k, slot] of slots.entries()) if (slot !== undefined) branch.values[slot] = values[k]!;
        part.states.push(branch);
      }
    }
    for (const [scale, part] of byScale) parts.push({ ...part, scale: d.scale + scale });
    return union(parts);
  };
}
