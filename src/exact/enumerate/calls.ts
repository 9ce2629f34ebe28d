/**
 * Functions that draw: the distribution of their results is a function of their arguments, found once for each. Recursion gives equations
 * between such distributions; their least solution is approached from below, by running each function with what is known of the others
 * so far. What is still open is an upper bound of what is missing.
 */
import { defaultLimits } from '../../ir/engine.js';
import { depthFault } from '../../ir/faults.js';
import type { PlaceId } from '../../ir/ir.js';
import { findFunction } from '../../ir/program.js';
import type { RuntimeValue } from '../../ir/values.js';
import { keyOfAll, type State } from './distribution.js';
import { giveUp } from './refusal.js';
import { scopeOf } from './scope.js';
import { unitSeries } from './series.js';
import { type Push, type Walking, walkRegion } from './walk.js';

/** One way in which a call can end. */
type Result = { readonly values: readonly RuntimeValue[]; readonly weight: number; readonly dimension: number };

/** All ways in which a call can end; weights times exp(scale). `open` is the weight of what is not known. */
type Outcome = { readonly results: readonly Result[]; readonly scale: number; readonly open: number };

/** Calls of functions that draw or weigh. */
export type Calls = {
  /** `weight` is that of all the states that call with these arguments, relative to the call that they are in. */
  readonly run: (callee: string, args: readonly RuntimeValue[], weight: number, at: PlaceId) => Outcome;
};

type Entry = {
  readonly callee: string;
  readonly args: readonly RuntimeValue[];
  outcome: Outcome;
  /** The greatest weight with which it is reached from the outermost call. */
  reach: number;
  evaluated: boolean;
  complete: boolean;
};

/** Calls that are reached with less weight than this are left open. */
const unreachable = 1e-18;
/** Results of less weight are left out, so that convolutions don't grow without end. */
const negligible = 1e-18;
/** Nested calls that are followed at once; deeper ones wait for the next round. */
const deepest = 250;
/** What may stay open, and the change of a round that counts as none. */
const closed = 1e-15;
const still = 1e-17;
/** Open weight that does not shrink any more and is more than this belongs to runs that never end. */
const endless = 1e-9;

/** Every so many rounds is seen how many more there will be, and more than this are too many. */
const look = 64;
const patience = 2000;

const nothing: Outcome = { results: [], scale: 0, open: 1 };

/** The calls of a program. */
export function callsOf(host: () => Walking): Calls {
  const entries = new Map<string, Entry>();
  const compiled = new Map<string, (args: readonly RuntimeValue[]) => Outcome>();
  /** Calls that are being evaluated: whether one that is not complete was used, and how they are reached. */
  const frames: { incomplete: boolean; readonly reach: number }[] = [];
  let waiting: Entry[] = [];

  const functionOf = (callee: string): ((args: readonly RuntimeValue[]) => Outcome) => {
    const known = compiled.get(callee);
    if (known !== undefined) return known;
    // A function that calls itself is compiled when its body runs.
    const made = compile(callee, host());
    compiled.set(callee, made);
    return made;
  };

  const evaluate = (entry: Entry): number => {
    const frame = { incomplete: false, reach: entry.reach };
    frames.push(frame);
    const outcome = functionOf(entry.callee)(entry.args);
    frames.pop();
    const change = differenceOf(entry.outcome, outcome);
    entry.outcome = outcome;
    entry.evaluated = true;
    if (!frame.incomplete) entry.complete = true;
    return change;
  };

  const settle = (root: Entry, at: PlaceId): void => {
    evaluate(root);
    const history: number[] = [];
    while (!root.complete) {
      const round = waiting.filter((entry) => !entry.complete);
      waiting = round;
      let change = 0;
      for (let k = round.length - 1; k >= 0; k--) {
        const entry = round[k]!;
        change = Math.max(change, evaluate(entry) * Math.min(1, entry.reach));
      }
      const { open, results } = root.outcome;
      const mass = results.reduce((sum, r) => sum + r.weight, 0);
      if (open <= closed * (mass + open)) root.complete = true;
      else if (change <= still && waiting.length === round.length) {
        if (open > endless * (mass + open)) {
          // What was never looked into may come to an end.
          if (waiting.some((entry) => !entry.evaluated)) giveUp('its recursion is reached in too many ways');
          throw depthFault(defaultLimits.depth, at);
        }
        root.complete = true;
      }
      history.push(open);
      if (!root.complete && history.length % look === 0 && roundsLeft(history) > patience)
        giveUp(`the weight of endless recursion, now ${open.toPrecision(2)}, falls too slowly`);
    }
  };

  return {
    run: (callee, args, weight, at) => {
      const key = `${callee}(${keyOfAll(args)})`;
      let entry = entries.get(key);
      const frame = frames.at(-1);
      const reach = (frame?.reach ?? 1) * Math.min(1, weight);
      if (entry === undefined) {
        entry = { callee, args, outcome: nothing, reach, evaluated: false, complete: false };
        entries.set(key, entry);
        host().budget.spend(10);
      }
      entry.reach = Math.max(entry.reach, reach);
      if (entry.complete) return entry.outcome;
      if (frame === undefined) {
        waiting = [...entries.values()].filter((e) => e.evaluated && !e.complete);
        if (!waiting.includes(entry)) waiting.push(entry);
        settle(entry, at);
        return entry.outcome;
      }
      if (!entry.evaluated && entry.reach >= unreachable) {
        if (!waiting.includes(entry)) waiting.push(entry);
        if (frames.length < deepest) {
          entry.evaluated = true;
          evaluate(entry);
        }
      }
      if (!entry.complete) frame.incomplete = true;
      return entry.outcome;
    },
  };
}

/** How many rounds it will take until a round changes nothing, by the last changes of what is open. */
function roundsLeft(history: readonly number[]): number {
  const back = (k: number): number => history.at(-1 - k) ?? Number.NaN;
  const before = back(look) - back(look / 2);
  const last = back(look / 2) - back(0);
  if (!(before > 0) || !(last > still)) return 0;
  return ((look / 2) * Math.log(still / last)) / Math.log(Math.min(1, last / before));
}

function compile(callee: string, host: Walking): (args: readonly RuntimeValue[]) => Outcome {
  const func = findFunction(host.program, callee);
  if (func === null) return giveUp(`there is no function ${callee}`);
  const scope = scopeOf(host.program, func, false);
  const params = func.body.args.filter((a) => a.type.kind !== 'address').map((a) => scope.lives.slots.get(a.id));
  const reads = func.body.yields.map(scope.read);
  let push: Push | null = null;
  return (args) => {
    push ??= walkRegion(scope, func.body, host);
    const state: State = { values: new Array(scope.lives.width), series: unitSeries(0), dimension: 0 };
    for (const [k, slot] of params.entries()) if (slot !== undefined) state.values[slot] = args[k]!;
    const d = push({ states: [state], scale: 0, open: 0 });
    const byKey = new Map<string, { values: RuntimeValue[]; weight: number; dimension: number }>();
    for (const s of d.states) {
      const values = reads.map((read) => read(s));
      const key = `${s.dimension};${keyOfAll(values)}`;
      const same = byKey.get(key);
      if (same === undefined) byKey.set(key, { values, weight: s.series[0]!, dimension: s.dimension });
      else same.weight += s.series[0]!;
    }
    let { open } = d;
    for (const [key, result] of byKey) {
      if (result.weight >= negligible) continue;
      open += result.weight;
      byKey.delete(key);
    }
    return { results: [...byKey.values()], scale: d.scale, open };
  };
}

/** The sum of all changes of weights. */
function differenceOf(a: Outcome, b: Outcome): number {
  if (a.scale !== b.scale) return 1;
  const before = new Map(a.results.map((r) => [`${r.dimension};${keyOfAll(r.values)}`, r.weight]));
  let change = Math.abs(a.open - b.open);
  for (const r of b.results) {
    const key = `${r.dimension};${keyOfAll(r.values)}`;
    change += Math.abs(r.weight - (before.get(key) ?? 0));
    before.delete(key);
  }
  for (const weight of before.values()) change += weight;
  return change;
}
