import type { Instruction, InstructionOf, IrType, PlaceId, Region, ValueId } from '../ir/ir.js';
import { isIrType } from '../ir/ops.js';
import { isDiscrete, type Type } from '../ir/type.js';
import { cloneRegion, substituteIn } from '../ir/walk.js';
import { whenAsked } from './continuous.js';
import { equalityOf } from './equality.js';
import { dependence, invert, makers, sourceBehind } from './invert.js';
import { order } from './order.js';
import type { Worlds } from './worlds.js';

/** What evidence became, for `explain`. */
export type EvidenceNote = {
  readonly node: string;
  readonly how: 'score' | 'condition' | 'inversion' | 'approximate';
  readonly site: number | null;
};

/** What is gathered while evidence is turned into weights. */
export type EvidenceState = {
  readonly worlds: Worlds;
  /** Values that are known to be what was seen. */
  readonly alias: Map<ValueId, ValueId>;
  /** Sites that evidence has fixed, by the world that it speaks of. */
  readonly claimed: Map<number, number>;
  /** The world of the evidence at hand. */
  world: number;
  /** Values that equal a given number with probability zero; found when they are asked for. */
  continuous: () => ReadonlySet<ValueId>;
  readonly notes: EvidenceNote[];
  problem: { readonly code: 'E0490' | 'E0491'; readonly message: string; readonly at: PlaceId } | null;
};

/** What a node was seen to be. */
export type Seen = {
  readonly value: ValueId;
  /** Where the evidence speaks of one member of a family, or holds in a branch only: whether it speaks of this one. */
  readonly when: ValueId | null;
  /** What makes the value, where it can only be made when `when` is true. */
  readonly body: readonly Instruction[];
  readonly at: PlaceId;
};

/** Sites whose noise is fixed by evidence on another world than the one seen. */
export const fixedInCopies = (state: EvidenceState): ReadonlySet<number> =>
  new Set([...state.claimed].filter(([, world]) => world !== 0).map(([site]) => site));

/** The instructions in order; a problem where they wait for each other. */
export function inOrder(state: EvidenceState, body: readonly Instruction[], at: PlaceId): readonly Instruction[] {
  const sorted = order(body, fixedInCopies(state));
  if (sorted !== null) return sorted;
  state.problem ??= {
    code: 'E0490',
    message: 'What was seen here hangs on the very node that it was seen of.',
    at,
  };
  return body;
}

/**
 * Evidence on one place that names the node. Where a draw makes the value, it is not drawn: its density at what was seen is the weight
 * (likelihood weighting), and where other worlds share its noise, that noise is abducted. Elsewhere the value is demanded.
 */
export function claimNode(
  state: EvidenceState,
  body: readonly Instruction[],
  node: InstructionOf<'node'>,
  seen: Seen,
): readonly Instruction[] {
  const claimed = claim(state, body, node.value, node.name, seen);
  return inOrder(state, claimed ?? demandNode(state, body, node, seen), seen.at);
}

/** Two worlds cannot both fix the noise of one draw. Members of a family share a site, and one piece of evidence may fix several. */
const claimedElsewhere = (state: EvidenceState, site: number): boolean =>
  (state.claimed.get(site) ?? state.world) !== state.world;

/**
 * Makes the draw behind a value give what was seen. Null where no free draw stands behind it in this region. Behind an `if` both
 * sides must have one, or be a demand.
 */
export function claim(
  state: EvidenceState,
  body: readonly Instruction[],
  value: ValueId,
  node: string,
  seen: Seen,
): readonly Instruction[] | null {
  const made = makers(body);
  const maker = made.get(value);
  if (maker === undefined) return null;
  const source = sourceBehind(made, maker);
  if (source !== null) return claim(state, body, source, node, seen);
  if (maker.kind === 'draw') {
    if (claimedElsewhere(state, maker.site)) return null;
    const score = scoreOf(state, maker, seen.value);
    state.notes.push({ node, how: 'score', site: maker.site });
    if (seen.when === null) {
      state.alias.set(maker.result.id, seen.value);
      return body.map((i) => (i === maker ? score : i));
    }
    const either = scoredWhen(state, maker, seen, { body: [score], value: seen.value });
    return body.map((i) => (i === maker ? either : i));
  }
  if (maker.kind !== 'if') return null;
  const position = maker.results.findIndex((r) => r.id === value);
  const result = maker.results[position];
  if (result === undefined) return null;
  const side = (region: Region): Region | null => {
    const target = region.yields[position];
    const claimed = target === undefined ? null : claim(state, region.body, target, node, renewed(state, seen));
    return claimed === null ? null : { ...region, body: claimed };
  };
  const then = side(maker.then);
  const otherwise = side(maker.otherwise);
  if (then === null && otherwise === null) return null;
  const other = (region: Region): Region => {
    const target = region.yields[position] ?? value;
    return { ...region, body: demand(state, region.body, target, result.type, renewed(state, seen), node) };
  };
  const whole: Instruction = {
    ...maker,
    then: then ?? other(maker.then),
    otherwise: otherwise ?? other(maker.otherwise),
  };
  return body.map((i) => (i === maker ? whole : i));
}

/** The score in the place of a draw; its site counts as claimed. */
function scoreOf(state: EvidenceState, draw: InstructionOf<'draw'>, value: ValueId): Instruction {
  const { family, params, address, site, at } = draw;
  state.claimed.set(site, state.world);
  return {
    kind: 'score',
    at,
    family,
    params,
    value,
    address,
    site,
    abduct: draw.shared || state.worlds.sharedSites.has(site),
  };
}

/** The draw where the evidence speaks of another member, else what scores it. */
function scoredWhen(
  state: EvidenceState,
  draw: InstructionOf<'draw'>,
  seen: Seen,
  scored: { readonly body: readonly Instruction[]; readonly value: ValueId },
): Instruction {
  const natural = state.worlds.fresh(draw.result.type);
  return {
    kind: 'if',
    at: seen.at,
    results: [draw.result],
    condition: seen.when ?? natural.id,
    then: { args: [], body: [...seen.body, ...scored.body], yields: [scored.value] },
    otherwise: { args: [], body: [{ ...draw, result: natural }], yields: [natural.id] },
  };
}

/** A computed node: its mark gives what was seen from then on, where it was solved for. */
function demandNode(
  state: EvidenceState,
  body: readonly Instruction[],
  node: InstructionOf<'node'>,
  seen: Seen,
): readonly Instruction[] {
  const notes = state.notes.length;
  const demanded = demand(state, body, node.value, node.result.type, seen, node.name);
  const solved = state.notes.slice(notes).some((n) => n.how === 'inversion');
  if (!solved || node.result.type.kind !== 'real') return demanded;
  if (seen.when === null) return demanded.map((i) => (i === node ? { ...node, value: seen.value } : i));
  const value = state.worlds.fresh(node.result.type);
  const again = renewed(state, seen);
  const either: Instruction = {
    kind: 'if',
    at: seen.at,
    results: [value],
    condition: seen.when,
    then: { args: [], body: again.body, yields: [again.value] },
    otherwise: { args: [], body: [], yields: [node.value] },
  };
  return demanded.flatMap((i) => (i === node ? [either, { ...node, value: value.id }] : [i]));
}

/** The same evidence with values of its own, for another region. */
function renewed(state: EvidenceState, seen: Seen): Seen {
  if (seen.body.length === 0) return seen;
  const copy = cloneRegion({ args: [], body: seen.body, yields: [seen.value] }, state.worlds.fresh);
  return { ...seen, body: copy.body, value: copy.yields[0] ?? seen.value };
}

/**
 * A value without a draw of its own: solved for a noise that it is invertible in if it is continuous, part by part if its parts are
 * known, else a condition.
 */
export function demand(
  state: EvidenceState,
  body: readonly Instruction[],
  value: ValueId,
  type: IrType,
  seen: Seen,
  name: string,
): readonly Instruction[] {
  if (type.kind === 'address') return body;
  if (isDiscrete(type) || !state.continuous().has(value)) {
    state.notes.push({ node: name, how: 'condition', site: null });
    return [...body, ...condition(state, value, type, seen)];
  }
  if (type.kind === 'real') {
    const solved = solve(state, body, value, name, seen);
    if (solved !== null) return solved;
  }
  const parts = seen.when === null ? demandParts(state, body, value, seen, name) : null;
  if (parts !== null) return parts;
  state.problem ??= {
    code: 'E0491',
    message: `No single noise explains '${name}' exactly: it is computed, and not invertible in one continuous draw that is free.`,
    at: seen.at,
  };
  return body;
}

/** An array, tuple or record that is put together here equals another when its parts do. */
function demandParts(
  state: EvidenceState,
  body: readonly Instruction[],
  value: ValueId,
  seen: Seen,
  name: string,
): readonly Instruction[] | null {
  const made = makers(body);
  let maker = made.get(value);
  while (maker?.kind === 'node') maker = made.get(maker.value);
  if (maker?.kind !== 'make') return null;
  const { type } = maker.result;
  const { fresh } = state.worlds;
  let out = body;
  if (type.kind === 'array') out = [...out, ...sameLength(state, value, seen.value, seen.at)];
  for (const [i, part] of maker.parts.entries()) {
    const partType = partOf(type, i);
    const wanted = fresh(partType);
    if (type.kind === 'array') {
      const index = fresh({ kind: 'int' });
      out = [
        ...out,
        { kind: 'const', at: seen.at, result: index, value: i },
        { kind: 'op', at: seen.at, result: wanted, op: 'index', args: [seen.value, index.id] },
      ];
    } else out = [...out, { kind: 'get', at: seen.at, result: wanted, target: seen.value, position: i }];
    const one: Seen = { ...seen, value: wanted.id };
    out = claim(state, out, part, name, one) ?? demand(state, out, part, partType, one, name);
    const outside = [...state.continuous()].filter((id) => !made.has(id));
    state.continuous = whenAsked(out, outside);
  }
  return out;
}

function partOf(type: IrType, position: number): IrType {
  let part: Type | undefined;
  if (type.kind === 'array') part = type.element;
  if (type.kind === 'tuple') part = type.elements[position];
  if (type.kind === 'record') part = type.fields[position]?.type;
  return part !== undefined && isIrType(part) ? part : { kind: 'unit' };
}

/** An array is what was seen only if it has as many elements. */
export function sameLength(state: EvidenceState, array: ValueId, seen: ValueId, at: PlaceId): readonly Instruction[] {
  const { fresh } = state.worlds;
  const lengths = [fresh({ kind: 'int' }), fresh({ kind: 'int' })] as const;
  const same = fresh({ kind: 'bool' });
  return [
    { kind: 'op', at, result: lengths[0], op: 'length', args: [array] },
    { kind: 'op', at, result: lengths[1], op: 'length', args: [seen] },
    { kind: 'op', at, result: same, op: 'eq', args: [lengths[0].id, lengths[1].id] },
    { kind: 'condition', at, value: same.id },
  ];
}

/** Weight zero unless the values are equal, where the evidence speaks of them. */
function condition(state: EvidenceState, value: ValueId, type: IrType, seen: Seen): readonly Instruction[] {
  const { fresh } = state.worlds;
  const same = equalityOf(value, seen.value, type, fresh, seen.at);
  const tests: readonly Instruction[] = [...same.body, { kind: 'condition', at: seen.at, value: same.value }];
  if (seen.when === null) return tests;
  return [
    {
      kind: 'if',
      at: seen.at,
      results: [],
      condition: seen.when,
      then: { args: [], body: [...seen.body, ...tests], yields: [] },
      otherwise: { args: [], body: [], yields: [] },
    },
  ];
}

/**
 * Solves for one draw of the same region. Draws inside the node's own equation come first, then those that nothing else uses, then the
 * latest. The weight is the density of the draw's value times the Jacobian (change of variables).
 */
function solve(
  state: EvidenceState,
  body: readonly Instruction[],
  value: ValueId,
  node: string,
  seen: Seen,
): readonly Instruction[] | null {
  // What earlier evidence solved for may hang on the very draws that this one is to be solved for.
  const made = makers(body.map((i) => substituteIn(i, state.alias)));
  const behind = ancestors(made, value);
  const candidates = body.filter(
    (i): i is InstructionOf<'draw'> =>
      i.kind === 'draw' && behind.has(i.result.id) && i.result.type.kind === 'real' && !claimedElsewhere(state, i.site),
  );
  const own = ancestors(made, value, (i) => i.kind !== 'node');
  const rank = (draw: InstructionOf<'draw'>): number =>
    body.indexOf(draw) +
    (usedOnlyBehind(body, draw, behind) ? body.length : 0) +
    (own.has(draw.result.id) ? 2 * body.length : 0);
  for (const draw of [...candidates].sort((a, b) => rank(b) - rank(a))) {
    if (dependence(made, draw.result.id)(seen.value)) continue;
    const inverse = invert(made, value, draw.result.id, seen.value, state.worlds.fresh, seen.at);
    if (inverse === null) continue;
    const score = scoreOf(state, draw, inverse.source);
    state.notes.push({ node, how: 'inversion', site: draw.site });
    const weights: Instruction[] = inverse.domain.map((good) => ({ kind: 'condition', at: seen.at, value: good }));
    if (inverse.logJacobian !== null) weights.push({ kind: 'factor', at: seen.at, value: inverse.logJacobian });
    const scored = [...inverse.body, ...weights, score];
    if (seen.when === null) {
      state.alias.set(draw.result.id, inverse.source);
      return [...body.filter((i) => i !== draw), ...scored];
    }
    const either = scoredWhen(state, draw, seen, { body: scored, value: inverse.source });
    return body.map((i) => (i === draw ? either : i));
  }
  return null;
}

/** What a value is computed from, itself too; not further than instructions that are not to be passed. */
function ancestors(
  made: ReadonlyMap<ValueId, Instruction>,
  value: ValueId,
  passes: (i: Instruction) => boolean = () => true,
): ReadonlySet<ValueId> {
  const found = new Set<ValueId>();
  const add = (id: ValueId): void => {
    if (found.has(id)) return;
    found.add(id);
    const instruction = made.get(id);
    if (instruction === undefined || !passes(instruction)) return;
    const source = sourceBehind(made, instruction);
    const through = source !== null ? [source] : instruction.kind === 'op' ? instruction.args : [];
    for (const used of through) add(used);
  };
  add(value);
  return found;
}

/** Whether all that uses the draw, through its name as a node, lies on the way to the value. */
function usedOnlyBehind(
  body: readonly Instruction[],
  draw: InstructionOf<'draw'>,
  behind: ReadonlySet<ValueId>,
): boolean {
  const names = new Set<ValueId>([draw.result.id]);
  for (const i of body) if (i.kind === 'node' && names.has(i.value)) names.add(i.result.id);
  return body.every((i) => {
    if (i.kind === 'node' || !('args' in i) || !i.args.some((a) => names.has(a))) return true;
    return 'result' in i && behind.has(i.result.id);
  });
}
