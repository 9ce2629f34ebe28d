import type { Func, Instruction, InstructionOf, Program, Region, ValueId } from '../ir/ir.js';
import { findFunction, weighs } from '../ir/program.js';
import { some } from '../ir/walk.js';
import { recursiveFunctions } from './call_graph.js';
import { type ChainStep, columnsFor, type Loop, type NoisePlace } from './columns.js';
import { type Cost, costOf } from './cost.js';
import { randomValues } from './randomness.js';
import { requestOfDraw } from './requests.js';

/** What a planner asks of a question's program before it chooses layout and method. */
export type Analysis = {
  readonly places: readonly NoisePlace[];
  /** The number of columns of noise where the column layout is possible, else null. */
  readonly columns: number | null;
  /** Why the column layout is not possible, in words that follow "because"; null where it is. */
  readonly noColumns: string | null;
  /** Whether some loop runs, or some function calls itself, as often as the particle's draws will have it. Families not counted. */
  readonly hasRandomTrips: boolean;
  /** Whether every particle comes to the same scores, conditions and factors equally often. */
  readonly scoresAligned: boolean;
  /** Scores, conditions and factors that a particle comes to; null where that is not known before the run. */
  readonly scores: number | null;
  /** Whether each draw takes exactly one number of noise, by the function that it is drawn by. */
  readonly singleRequest: boolean;
  readonly cost: Cost;
};

/** What the walk knows at a place: the loops and branches that lead to it. */
type Place = {
  /** How often every particle comes here; null where that is not known. */
  readonly times: number | null;
  /** Whether every particle comes here equally often. */
  readonly aligned: boolean;
  /** Loops with constant bounds around, outermost first. */
  readonly loops: readonly Loop[];
};

/** The function that is being walked: what is known of its values. */
type Scope = {
  readonly chains: Map<ValueId, readonly ChainStep[]>;
  readonly numbers: Map<ValueId, number>;
  readonly indices: Map<ValueId, Loop>;
  readonly random: ReadonlySet<ValueId>;
};

/** Calls are followed so often; a program with more is taken for one of which little is known. */
const mostCalls = 10_000;

/** Finds the facts of `main` and what it calls; meant for a program after `optimise`, right for any. */
export function analyse(program: Program, main: string): Analysis {
  const entry = findFunction(program, main);
  if (entry === null) throw new Error(`analyse: no function ${main}`);
  const recursive = recursiveFunctions(program);
  const places: NoisePlace[] = [];
  let hasRandomTrips = false;
  let scoresAligned = true;
  let scores: number | null = 0;
  let calls = 0;

  const weighed = (place: Place): void => {
    scoresAligned &&= place.aligned;
    scores = scores === null || place.times === null ? null : scores + place.times;
  };
  const noise = (i: InstructionOf<'draw' | 'score'>, place: Place, scope: Scope): void => {
    const above = scope.chains.get(i.address);
    const chain = above === undefined ? null : [...above, { site: i.site, index: 0 }];
    // An address that does not tell the iterations of a loop apart comes more than once.
    const apart = place.loops.every((loop) => chain?.some((step) => step.index === loop) ?? false);
    places.push({
      kind: i.kind === 'draw' ? 'draw' : 'abduct',
      family: i.family,
      site: i.site,
      shared: i.kind === 'draw' && i.shared,
      chain: apart ? chain : null,
      times: place.times,
    });
  };
  const loop = (
    i: InstructionOf<'for' | 'while'>,
    bounds: Loop | null,
    trips: readonly ValueId[],
    place: Place,
    scope: Scope,
  ): Place => {
    const random = trips.some((id) => scope.random.has(id));
    hasRandomTrips ||= random;
    if (bounds === null || i.kind === 'while') return { ...place, times: null, aligned: place.aligned && !random };
    const count = Math.max(0, bounds.high - bounds.low);
    return { ...place, times: place.times === null ? null : place.times * count, loops: [...place.loops, bounds] };
  };
  const region = (r: Region, place: Place, scope: Scope): void => {
    for (const instruction of r.body) see(instruction, place, scope);
  };
  const see = (i: Instruction, place: Place, scope: Scope): void => {
    if (weighs(i) && i.kind !== 'resample') weighed(place);
    switch (i.kind) {
      case 'const':
        if (typeof i.value === 'number') scope.numbers.set(i.result.id, i.value);
        return;
      case 'address': {
        const chain = scope.chains.get(i.parent);
        const index = i.index === null ? 0 : (scope.numbers.get(i.index) ?? scope.indices.get(i.index));
        if (chain !== undefined && index !== undefined)
          scope.chains.set(i.result.id, [...chain, { site: i.site, index }]);
        return;
      }
      case 'draw':
        noise(i, place, scope);
        return;
      case 'score':
        if (i.abduct) noise(i, place, scope);
        return;
      case 'if': {
        const random = scope.random.has(i.condition);
        const inside: Place = { ...place, times: null, aligned: place.aligned && !random };
        region(i.then, inside, scope);
        region(i.otherwise, inside, scope);
        return;
      }
      case 'for': {
        const [low, high] = [scope.numbers.get(i.low), scope.numbers.get(i.high)];
        const bounds = low === undefined || high === undefined ? null : { low, high };
        const [index] = i.body.args;
        if (bounds !== null && index !== undefined) scope.indices.set(index.id, bounds);
        region(i.body, loop(i, bounds, [i.low, i.high], place, scope), scope);
        return;
      }
      case 'while': {
        const inside = loop(i, null, i.condition.yields, place, scope);
        region(i.condition, inside, scope);
        region(i.body, inside, scope);
        return;
      }
      case 'call':
        call(i, place, scope);
        return;
      default:
        return;
    }
  };
  const call = (i: InstructionOf<'call'>, place: Place, scope: Scope): void => {
    const callee = findFunction(program, i.callee);
    if (callee === null || !(callee.draws || callee.scores)) return;
    calls += 1;
    if (recursive.has(i.callee) || calls > mostCalls) {
      hasRandomTrips ||= callee.draws;
      unknown(i.callee);
      return;
    }
    const given = callee.body.args.filter((_, k) => scope.random.has(i.args[k] ?? -1)).map((arg) => arg.id);
    const inner = scopeOf(callee, given);
    callee.body.args.forEach((arg, k) => {
      const from = i.args[k] ?? -1;
      const chain = scope.chains.get(from);
      const value = scope.numbers.get(from);
      const index = scope.indices.get(from);
      if (chain !== undefined) inner.chains.set(arg.id, chain);
      if (value !== undefined) inner.numbers.set(arg.id, value);
      if (index !== undefined) inner.indices.set(arg.id, index);
    });
    region(callee.body, place, inner);
  };
  const scopeOf = (func: Func, given: readonly ValueId[]): Scope => ({
    chains: new Map(),
    numbers: new Map(),
    indices: new Map(),
    random: randomValues(program, func.body, given),
  });
  /** A function that calls itself, with all that it calls: how often anything in it happens hangs on the run. */
  const unknown = (name: string, seen: Set<string> = new Set()): void => {
    const func = findFunction(program, name);
    if (func === null || seen.has(name)) return;
    seen.add(name);
    const scope = scopeOf(func, []);
    const place: Place = { times: null, aligned: false, loops: [] };
    some(func.body, (i) => {
      if (i.kind === 'call') unknown(i.callee, seen);
      else if (i.kind === 'draw' || i.kind === 'score' || weighs(i)) see(i, place, scope);
      return false;
    });
  };

  const scope = scopeOf(entry, []);
  const [root] = entry.body.args;
  if (root !== undefined) scope.chains.set(root.id, []);
  region(entry.body, { times: 1, aligned: true, loops: [] }, scope);
  const singleRequest = places.every((p) => p.kind === 'abduct' || requestOfDraw(program, p.family, p.shared) !== null);
  return {
    places,
    ...columnsFor(program, places),
    hasRandomTrips,
    scoresAligned,
    scores,
    singleRequest,
    cost: costOf(program, main),
  };
}
