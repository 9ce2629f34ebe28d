/** `while` loops: each state goes to where the loop's Markov chain ends. */
import type { InstructionOf, PlaceId } from '../../ir/ir.js';
import type { RuntimeValue } from '../../ir/values.js';
import { absorb, type Ending } from './absorb.js';
import { type Chain, carriedOf, chainMaker } from './chain.js';
import { type Distribution, keyOfAll, rescaled, type State, union } from './distribution.js';
import { march } from './march.js';
import type { Budget } from './refusal.js';
import type { Scope } from './scope.js';
import type { Series } from './series.js';
import { kept } from './step.js';
import type { Push, Walking } from './walk.js';

/** States of a loop that are looked for before it counts as one without end. */
const most = 20_000;

/** Elimination is trusted with weights that are not smaller than this. */
const faint = 1e-200;

/** The push of a loop. */
export function loopStep(scope: Scope, i: InstructionOf<'while'>, host: Walking): Push {
  const { lives } = scope;
  const life = lives.of.get(i);
  const carried = carriedOf(scope, i);
  const make = chainMaker(scope, i, carried, host);
  const captured = (life?.captured ?? []).map(scope.read);
  const initial = (positions: readonly number[]): readonly number[] => positions.map((k) => i.inits[k] ?? -1);
  const coreInits = initial(carried.core).map(scope.read);
  const sumInits = initial(carried.sums).map(scope.number);
  const isNeeded = (k: number): boolean => life?.after.has(i.results[k]?.id ?? -1) === true;
  const slotOf = (k: number): number | undefined => (isNeeded(k) ? lives.slots.get(i.results[k]?.id ?? -1) : undefined);
  const coreSlots = carried.core.map(slotOf);
  const sumSlots = carried.sums.map(slotOf);
  const enter = scope.assign(
    kept(
      i.results,
      i.inits,
      i.results.map((_, k) => isNeeded(k) && carried.moments.includes(k)),
    ),
  );
  const numbers = carried.moments.map((k) => (isNeeded(k) ? (lives.moments.get(i.results[k]?.id ?? -1) ?? -1) : -1));
  const solvers = new Map<string, (starts: readonly number[]) => (start: number) => Ending>();
  const chains = new Map<string, Chain>();

  return (d) => {
    const groups = new Map<string, { readonly chain: Chain; readonly states: { state: State; start: number }[] }>();
    for (const state of d.states) {
      const outside = captured.map((read) => read(state));
      const key = keyOfAll(outside);
      let chain = chains.get(key);
      if (chain === undefined) {
        chain = make(outside);
        chains.set(key, chain);
        solvers.set(key, solverOf(chain, host.budget, i.at));
      }
      const group = groups.get(key) ?? { chain, states: [] };
      groups.set(key, group);
      group.states.push({ state, start: chain.stateOf(coreInits.map((read) => read(state))) });
    }
    const byScale = new Map<number, { readonly states: State[]; open: number }>();
    for (const [key, { chain, states }] of groups) {
      const ending = solvers.get(key)!([...new Set(states.map(({ start }) => start))]);
      for (const { state, start } of states) {
        const { scale, exits, open: left } = ending(start);
        let part = byScale.get(scale);
        if (part === undefined) {
          part = { states: [], open: 0 };
          byScale.set(scale, part);
        }
        part.open += left * state.series[0]!;
        host.budget.spend(2 * exits.length);
        const sums = sumInits.map((read) => read(state));
        enter(state);
        for (const exit of exits) {
          const values: RuntimeValue[] = state.values.slice();
          const core = chain.valuesOf(exit.state);
          for (const [k, slot] of coreSlots.entries()) if (slot !== undefined) values[slot] = core[k]!;
          for (const [k, slot] of sumSlots.entries()) if (slot !== undefined) values[slot] = sums[k]! + exit.added[k]!;
          const series = withAdded(state.series, lives.rank, exit.series, numbers);
          if (series[0]! > 0) part.states.push({ values, series, dimension: state.dimension });
        }
      }
    }
    const parts: Distribution[] = [{ states: [], scale: d.scale, open: d.open }];
    for (const [scale, part] of byScale) parts.push({ ...part, scale: d.scale + scale });
    return rescaled(union(parts));
  };
}

/** Endings for starts that are told beforehand: by elimination where the chain is finite and all sums are known by moments, else step by step. */
function solverOf(chain: Chain, budget: Budget, at: PlaceId): (starts: readonly number[]) => (start: number) => Ending {
  const endings = new Map<number, Ending>();
  let endless = false;
  const explore = (): boolean => {
    // Rows name new states, which are looked at in turn.
    for (let s = 0; s < chain.size() && chain.size() <= most; s++) chain.row(s);
    return chain.size() <= most;
  };
  return (starts) => {
    const unknown = starts.filter((start) => !endings.has(start));
    if (unknown.length > 0) {
      endless ||= !explore();
      if (!endless && chain.sums === 0)
        for (const [start, ending] of absorb(chain, unknown, budget, at)) {
          const ended = ending.exits.reduce((sum, exit) => sum + exit.series[0]!, 0);
          // Under so much evidence digits are lost, step by step they are not.
          endings.set(start, ended < faint ? march(chain, start, budget) : ending);
        }
      else {
        // Elimination finds loops that never end.
        if (!endless) absorb(chain, unknown, budget, at);
        for (const start of unknown) endings.set(start, march(chain, start, budget));
      }
    }
    return (start) => endings.get(start)!;
  };
}

/** A state's series after a loop that added independent numbers to some of its own (-1: to none). */
function withAdded(series: Series, r: number, added: Series, numbers: readonly number[]): Series {
  const w = added[0]!;
  const out = series.map((x) => x * w);
  const rank = numbers.length;
  for (const [a, x] of numbers.entries()) {
    if (x < 0) continue;
    const mean = added[1 + a]!;
    out[1 + x]! += series[0]! * mean;
    for (let k = 0; k < r; k++) {
      const cross = series[1 + k]! * mean;
      out[1 + r + x * r + k]! += cross;
      out[1 + r + k * r + x]! += cross;
    }
    for (const [b, y] of numbers.entries())
      if (y >= 0) out[1 + r + x * r + y]! += series[0]! * added[1 + rank + a * rank + b]!;
  }
  return out;
}
