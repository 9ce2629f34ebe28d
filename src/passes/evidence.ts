import type { Instruction, InstructionOf, IrType, PlaceId, Region, Value, ValueId } from '../ir/ir.js';
import { isDiscrete } from '../ir/type.js';
import { inlineRegion, mapRegions, regionsOf, substitute } from '../ir/walk.js';
import type { Question } from '../lower/question.js';
import { continuousValues } from './continuous.js';
import { dependence, invert, makers } from './invert.js';
import { order } from './order.js';
import { sameIndices, wholeToMember } from './surgery.js';
import type { Worlds } from './worlds.js';

/** What evidence became, for `explain`. */
export type EvidenceNote = {
  readonly node: string;
  readonly how: 'score' | 'condition' | 'inversion' | 'approximate';
  readonly site: number | null;
};

/** The instructions of all worlds with evidence as weights. `alias` says which values are what was seen. */
export type Evident =
  | {
      readonly ok: true;
      readonly instructions: readonly Instruction[];
      readonly alias: ReadonlyMap<ValueId, ValueId>;
      readonly notes: readonly EvidenceNote[];
      /** Sites whose noise is fixed by evidence on another world than the one seen. */
      readonly fixedInCopies: ReadonlySet<number>;
    }
  | { readonly ok: false; readonly message: string; readonly at: PlaceId };

type State = {
  readonly worlds: Worlds;
  readonly alias: Map<ValueId, ValueId>;
  /** Sites that evidence has fixed, by the world that it speaks of. */
  readonly claimed: Map<number, number>;
  /** The world of the evidence at hand. */
  world: number;
  /** Values that equal a given number with probability zero. */
  readonly continuous: ReadonlySet<ValueId>;
  readonly notes: EvidenceNote[];
  problem: { readonly message: string; readonly at: PlaceId } | null;
};

/** What a node was seen to be: the value, and for a member of a family when the evidence speaks of this very member. */
type Seen = {
  readonly value: ValueId;
  readonly when: ValueId | null;
  /** What makes the value, where it can only be made when `when` is true. */
  readonly body: readonly Instruction[];
  readonly at: PlaceId;
};

/**
 * Turns evidence into weights. A node that is a draw is not drawn: its density at what was seen is the weight (likelihood weighting), and
 * where other worlds share its noise, that noise is abducted. A discrete computed node becomes a condition. A continuous one is solved
 * for one noise it is invertible in: density times Jacobian.
 */
export function applyEvidence(question: Question, worlds: Worlds): Evident {
  const state: State = {
    worlds,
    alias: new Map(),
    claimed: new Map(),
    world: 0,
    continuous: continuousValues(worlds.instructions),
    notes: [],
    problem: null,
  };
  let instructions = worlds.instructions;
  instructions = applyStatements(state, instructions);
  const membership = worlds.members.map((list) => new Set(list.flatMap(nodesIn)));
  for (const evidence of question.evidence) {
    const given = inlineRegion(evidence.value, [worlds.root.id], worlds.fresh);
    const [value, seen] = given.yields;
    if (value === undefined) continue;
    instructions = [...instructions, ...given.instructions];
    switch (evidence.kind) {
      case 'condition':
        instructions = [...instructions, { kind: 'condition', at: evidence.at, value }];
        break;
      case 'approximate':
        instructions = [...instructions, { kind: 'approximate', at: evidence.at, value, seen: seen ?? value }];
        break;
      case 'equal': {
        const indices = inlineRegion(evidence.indices, [worlds.root.id], worlds.fresh);
        instructions = [...instructions, ...indices.instructions];
        const mine = membership[evidence.world] ?? new Set();
        const before = state.notes.length;
        state.world = evidence.world;
        instructions = onNodes(
          state,
          instructions,
          evidence.node,
          (node) => mine.has(nodeKey(node)),
          (body, node) => meet(state, body, node, value, indices.yields, evidence.at),
        );
        const info = question.model.nodes.find((n) => n.name === evidence.node);
        const family = worlds.nodes[evidence.world]?.get(evidence.node);
        if (indices.yields.length === 0 && info !== undefined && info.rank > 0 && family !== undefined) {
          instructions = [...instructions, ...sameLength(state, family, value, evidence.at)];
        }
        if (state.notes.length === before)
          state.problem ??= { message: `No run has the node '${evidence.node}'.`, at: evidence.at };
        break;
      }
    }
    if (state.problem !== null) return { ok: false, ...state.problem };
  }
  if (state.problem !== null) return { ok: false, ...state.problem };
  return {
    ok: true,
    instructions,
    alias: resolveAliases(state.alias),
    notes: state.notes,
    fixedInCopies: fixedInCopies(state),
  };
}

const fixedInCopies = (state: State): ReadonlySet<number> =>
  new Set([...state.claimed].filter(([, world]) => world !== 0).map(([site]) => site));

/** Two worlds cannot both fix the noise of one draw. Members of a family share a site, and one piece of evidence may fix several. */
const claimedElsewhere = (state: State, site: number): boolean =>
  (state.claimed.get(site) ?? state.world) !== state.world;

const nodeKey = (node: InstructionOf<'node'>): ValueId => node.result.id;

const nodesIn = (instruction: Instruction): readonly ValueId[] => [
  ...(instruction.kind === 'node' ? [nodeKey(instruction)] : []),
  ...regionsOf(instruction).flatMap((r) => r.body.flatMap(nodesIn)),
];

/** Runs `change` on the body of each region that names the node, innermost first; changed bodies are put in order. */
function onNodes(
  state: State,
  body: readonly Instruction[],
  name: string,
  mine: (node: InstructionOf<'node'>) => boolean,
  change: (body: readonly Instruction[], node: InstructionOf<'node'>) => readonly Instruction[],
): readonly Instruction[] {
  const inner = (region: Region): Region => {
    const next = onNodes(state, region.body, name, mine, change);
    return next === region.body ? region : { ...region, body: order(next, fixedInCopies(state)) ?? next };
  };
  let changed = false;
  let out: readonly Instruction[] = body.map((instruction) => {
    if (!nodesIn(instruction).length) return instruction;
    const next = mapRegions(instruction, inner);
    if (next !== instruction) changed = true;
    return next;
  });
  for (const node of out) {
    if (node.kind !== 'node' || node.name !== name || !mine(node)) continue;
    out = change(out, node);
    changed = true;
  }
  return changed ? out : body;
}

/** `observe name = value` in the model. */
function applyStatements(state: State, body: readonly Instruction[]): readonly Instruction[] {
  const inner = (region: Region): Region => {
    const next = applyStatements(state, region.body);
    return next === region.body ? region : { ...region, body: order(next, fixedInCopies(state)) ?? next };
  };
  let out: readonly Instruction[] = body.map((i) => mapRegions(i, inner));
  for (const statement of out) {
    if (statement.kind !== 'equal') continue;
    const node = makers(out).get(statement.value);
    const rest = out.filter((i) => i !== statement);
    const seen: Seen = { value: statement.seen, when: null, body: [], at: statement.at };
    if (node?.kind === 'node') out = claimNode(state, rest, node, seen);
    else
      out = demand(state, rest, statement.value, resultType(state, out, statement.value), seen, 'the observed value');
  }
  const same = out.length === body.length && out.every((i, k) => i === body[k]);
  return same ? body : out;
}

const resultType = (_state: State, body: readonly Instruction[], id: ValueId): IrType => {
  const made = makers(body).get(id);
  return made !== undefined && 'result' in made ? made.result.type : { kind: 'real' };
};

/** Evidence from right of the bar on one place that names the node. */
function meet(
  state: State,
  body: readonly Instruction[],
  node: InstructionOf<'node'>,
  value: ValueId,
  wanted: readonly ValueId[],
  at: PlaceId,
): readonly Instruction[] {
  if (node.indices.length === 0) return claimNode(state, body, node, { value, when: null, body: [], at });
  if (wanted.length === 0) {
    const member = wholeToMember(value, node, state.worlds.fresh, at);
    const [index, ...others] = node.indices;
    if (index !== undefined && others.length === 0 && makers(body).get(node.value)?.kind === 'draw') {
      const inside = withinLength(state, value, index, at);
      return claimNode(state, [...body, ...inside.body], node, {
        value: member.value,
        when: inside.value,
        body: member.body,
        at,
      });
    }
    return claimNode(state, [...body, ...member.body], node, { value: member.value, when: null, body: [], at });
  }
  const test = sameIndices(node.indices, wanted, state.worlds.fresh, at);
  return claimNode(state, [...body, ...test.body], node, { value, when: test.value, body: [], at });
}

/** Whether an index lies inside the array that a whole family was seen to be. */
function withinLength(
  state: State,
  whole: ValueId,
  index: ValueId,
  at: PlaceId,
): { readonly body: readonly Instruction[]; readonly value: ValueId } {
  const length = state.worlds.fresh({ kind: 'int' });
  const inside = state.worlds.fresh({ kind: 'bool' });
  const body: readonly Instruction[] = [
    { kind: 'op', at, result: length, op: 'length', args: [whole] },
    { kind: 'op', at, result: inside, op: 'lt', args: [index, length.id] },
  ];
  return { body, value: inside.id };
}

/** A whole family is what was seen only if it has as many members. */
function sameLength(state: State, family: ValueId, whole: ValueId, at: PlaceId): readonly Instruction[] {
  const { fresh } = state.worlds;
  const a = fresh({ kind: 'int' });
  const b = fresh({ kind: 'int' });
  const same = fresh({ kind: 'bool' });
  return [
    { kind: 'op', at, result: a, op: 'length', args: [family] },
    { kind: 'op', at, result: b, op: 'length', args: [whole] },
    { kind: 'op', at, result: same, op: 'eq', args: [a.id, b.id] },
    { kind: 'condition', at, value: same.id },
  ];
}

function claimNode(
  state: State,
  body: readonly Instruction[],
  node: InstructionOf<'node'>,
  seen: Seen,
): readonly Instruction[] {
  const claimed = claim(state, body, node.value, node.name, seen);
  if (claimed !== null) return order(claimed, fixedInCopies(state)) ?? claimed;
  return (
    order(demand(state, body, node.result.id, node.result.type, seen, `'${node.name}'`, node), fixedInCopies(state)) ??
    body
  );
}

/**
 * Makes the draw behind a value give what was seen. Null where no free draw stands behind it in this region. Behind an `if` both
 * sides must have one, or be a demand.
 */
function claim(
  state: State,
  body: readonly Instruction[],
  value: ValueId,
  node: string,
  seen: Seen,
): readonly Instruction[] | null {
  const maker = makers(body).get(value);
  if (maker === undefined) return null;
  if (maker.kind === 'node') return claim(state, body, maker.value, node, seen);
  if (maker.kind === 'draw') {
    if (claimedElsewhere(state, maker.site)) return null;
    const abduct = state.worlds.sharedSites.has(maker.site);
    const { family, params, address, site, at } = maker;
    const score: Instruction = { kind: 'score', at, family, params, value: seen.value, address, site, abduct };
    state.claimed.set(site, state.world);
    state.notes.push({ node, how: 'score', site });
    if (seen.when === null) {
      state.alias.set(maker.result.id, seen.value);
      return body.map((i) => (i === maker ? score : i));
    }
    const natural = state.worlds.fresh(maker.result.type);
    const either: Instruction = {
      kind: 'if',
      at: seen.at,
      results: [maker.result],
      condition: seen.when,
      then: { args: [], body: [...seen.body, score], yields: [seen.value] },
      otherwise: { args: [], body: [{ ...maker, result: natural }], yields: [natural.id] },
    };
    return body.map((i) => (i === maker ? either : i));
  }
  if (maker.kind !== 'if') return null;
  const position = maker.results.findIndex((r) => r.id === value);
  const result = maker.results[position];
  if (result === undefined) return null;
  const side = (region: Region): Region | null => {
    const target = region.yields[position];
    if (target === undefined) return null;
    const claimed = claim(state, region.body, target, node, seen);
    return claimed === null ? null : { ...region, body: claimed };
  };
  const then = side(maker.then);
  const otherwise = side(maker.otherwise);
  if (then === null && otherwise === null) return null;
  const other = (region: Region): Region => {
    const target = region.yields[position] ?? value;
    return { ...region, body: demand(state, region.body, target, result.type, seen, `'${node}'`) };
  };
  const whole: Instruction = {
    ...maker,
    then: then ?? other(maker.then),
    otherwise: otherwise ?? other(maker.otherwise),
  };
  return body.map((i) => (i === maker ? whole : i));
}

/** A value without a draw of its own: a condition if it is discrete, else solved for a noise that it is invertible in. */
function demand(
  state: State,
  body: readonly Instruction[],
  value: ValueId,
  type: IrType,
  seen: Seen,
  what: string,
  node: InstructionOf<'node'> | null = null,
): readonly Instruction[] {
  const name = node?.name ?? what;
  if (type.kind !== 'address' && (isDiscrete(type) || !state.continuous.has(value))) {
    state.notes.push({ node: name, how: 'condition', site: null });
    return [...body, ...equalityCondition(state, value, seen)];
  }
  const from = node?.value ?? value;
  const solved = seen.when === null && type.kind === 'real' ? solve(state, body, from, name, seen) : null;
  if (solved !== null) {
    if (node === null) return solved;
    return solved.map((i) => (i === node ? { ...node, value: seen.value } : i));
  }
  state.problem ??= {
    message: `No single noise explains ${what} exactly: it is computed, and not invertible in one continuous draw that is free.`,
    at: seen.at,
  };
  return body;
}

function equalityCondition(state: State, value: ValueId, seen: Seen): readonly Instruction[] {
  const { fresh } = state.worlds;
  const same: Value = fresh({ kind: 'bool' });
  const test: Instruction = { kind: 'op', at: seen.at, result: same, op: 'eq', args: [value, seen.value] };
  if (seen.when === null) return [test, { kind: 'condition', at: seen.at, value: same.id }];
  const other: Value = fresh({ kind: 'bool' });
  const either: Value = fresh({ kind: 'bool' });
  return [
    test,
    { kind: 'op', at: seen.at, result: other, op: 'not', args: [seen.when] },
    { kind: 'op', at: seen.at, result: either, op: 'or', args: [same.id, other.id] },
    { kind: 'condition', at: seen.at, value: either.id },
  ];
}

/**
 * Solves for one draw of the same region. Draws inside the node's own equation come first, then those that nothing else uses, then the
 * latest.
 */
function solve(
  state: State,
  body: readonly Instruction[],
  value: ValueId,
  node: string,
  seen: Seen,
): readonly Instruction[] | null {
  const made = makers(body);
  const behind = ancestors(made, value);
  const candidates = body.filter(
    (i): i is InstructionOf<'draw'> =>
      i.kind === 'draw' && behind.has(i.result.id) && i.result.type.kind === 'real' && !claimedElsewhere(state, i.site),
  );
  const rank = (draw: InstructionOf<'draw'>): number =>
    body.indexOf(draw) + (usedOnlyBehind(body, draw, behind) ? body.length : 0);
  for (const draw of [...candidates].sort((a, b) => rank(b) - rank(a))) {
    if (dependence(made, draw.result.id)(seen.value)) continue;
    const inverse = invert(made, value, draw.result.id, seen.value, state.worlds.fresh, seen.at);
    if (inverse === null) continue;
    const { family, params, address, site, at } = draw;
    const abduct = state.worlds.sharedSites.has(site);
    state.claimed.set(site, state.world);
    state.notes.push({ node, how: 'inversion', site });
    state.alias.set(draw.result.id, inverse.source);
    const score: Instruction = { kind: 'score', at, family, params, value: inverse.source, address, site, abduct };
    const rest = body.filter((i) => i !== draw);
    const weights: Instruction[] = inverse.domain.map((good) => ({ kind: 'condition', at: seen.at, value: good }));
    if (inverse.logJacobian !== null) weights.push({ kind: 'factor', at: seen.at, value: inverse.logJacobian });
    return [...rest, ...inverse.body, ...weights, score];
  }
  return null;
}

function ancestors(made: ReadonlyMap<ValueId, Instruction>, value: ValueId): ReadonlySet<ValueId> {
  const found = new Set<ValueId>();
  const add = (id: ValueId): void => {
    if (found.has(id)) return;
    found.add(id);
    const instruction = made.get(id);
    if (instruction === undefined) return;
    for (const used of instruction.kind === 'node'
      ? [instruction.value]
      : 'args' in instruction
        ? instruction.args
        : [])
      add(used);
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

function resolveAliases(alias: ReadonlyMap<ValueId, ValueId>): ReadonlyMap<ValueId, ValueId> {
  const resolved = new Map<ValueId, ValueId>();
  for (const from of alias.keys()) {
    let to = alias.get(from) ?? from;
    for (let depth = 0; depth < alias.size && alias.has(to); depth++) to = alias.get(to) ?? to;
    resolved.set(from, to);
  }
  return resolved;
}

/** The region with aliases put in. */
export const withAliases = (region: Region, alias: ReadonlyMap<ValueId, ValueId>): Region =>
  alias.size === 0 ? region : substitute(region, alias);
