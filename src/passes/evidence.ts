import type { Instruction, InstructionOf, PlaceId, Region, ValueId } from '../ir/ir.js';
import { inlineRegion, mapRegions, visit } from '../ir/walk.js';
import type { Situation } from '../lower/situation.js';
import {
  claimNode,
  type EvidenceNote,
  type EvidenceState,
  fixedInCopies,
  inOrder,
  type Seen,
  sameLength,
} from './claim.js';
import { whenAsked } from './continuous.js';
import { applyStatements } from './observed.js';
import { elementOf, familyType, type Piece, sameIndices, wholeToMember } from './surgery.js';
import type { Worlds } from './worlds.js';

/** The instructions of all worlds with evidence as weights. `alias` says which values are what was seen. */
type Evident =
  | {
      readonly ok: true;
      readonly instructions: readonly Instruction[];
      readonly alias: ReadonlyMap<ValueId, ValueId>;
      readonly notes: readonly EvidenceNote[];
      /** Sites whose noise is fixed by evidence on another world than the one seen. */
      readonly fixedInCopies: ReadonlySet<number>;
    }
  | { readonly ok: false; readonly code: 'E0490' | 'E0491'; readonly message: string; readonly at: PlaceId };

/**
 * Turns evidence into weights. A node that is a draw is not drawn: its density at what was seen is the weight (likelihood weighting), and
 * where other worlds share its noise, that noise is abducted. A discrete computed node becomes a condition. A continuous one is solved
 * for one noise it is invertible in: density times Jacobian.
 */
export function applyEvidence(question: Situation, worlds: Worlds): Evident {
  const state: EvidenceState = {
    worlds,
    alias: new Map(),
    claimed: new Map(),
    world: 0,
    continuous: whenAsked(worlds.instructions),
    notes: [],
    problem: null,
  };
  const membership = worlds.members.map(membersOf);
  const observe: ObserveNode = (instructions, target) => observeNode(state, question, membership, instructions, target);
  let instructions = applyStatements(state, worlds.instructions, observe);
  for (const evidence of question.evidence) {
    const given = inlineRegion(evidence.value, [worlds.root.id], worlds.fresh);
    const [value, seen] = given.yields;
    if (value === undefined) continue;
    const { at } = evidence;
    // Literals come first, so that all is in order still where they are used.
    instructions = given.instructions.every((i) => i.kind === 'const')
      ? [...given.instructions, ...instructions]
      : [...instructions, ...given.instructions];
    switch (evidence.kind) {
      case 'condition':
        instructions = [...instructions, { kind: 'condition', at, value }];
        break;
      case 'approximate':
        instructions = [...instructions, { kind: 'approximate', at, value, seen: seen ?? value }];
        break;
      case 'equal': {
        const indices = inlineRegion(evidence.indices, [worlds.root.id], worlds.fresh);
        instructions = [...instructions, ...indices.instructions];
        state.world = evidence.world;
        const target = { value, when: null, body: [], at };
        instructions = observe(instructions, {
          node: evidence.node,
          indices: indices.yields,
          seen: target,
          seenAt: null,
        });
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

/** Evidence on a node, a member of a family, or with no indices a whole family. */
type Observed = {
  readonly node: string;
  readonly indices: readonly ValueId[];
  /** What was seen, as the text says it. */
  readonly seen: Seen;
  /** What was seen of one place that names the node; null where the text says it for all. */
  readonly seenAt: ((node: InstructionOf<'node'>) => SeenHere) | null;
};

/** What was seen of one place, and instructions that find whether the evidence speaks of it. */
export type SeenHere = { readonly body: readonly Instruction[]; readonly seen: Seen };

/** Applies evidence on a node to all places of the present world that name it. */
export type ObserveNode = (instructions: readonly Instruction[], observed: Observed) => readonly Instruction[];

function observeNode(
  state: EvidenceState,
  question: Situation,
  membership: readonly ReadonlySet<ValueId>[],
  instructions: readonly Instruction[],
  { node: name, indices, seen, seenAt }: Observed,
): readonly Instruction[] {
  const mine = membership[state.world] ?? new Set();
  const before = state.notes.length;
  let out = onNodes(
    state,
    instructions,
    (node) => node.name === name && mine.has(node.result.id),
    (body, node) => {
      const here = seenAt?.(node) ?? meet(state, node, seen, indices);
      return claimNode(state, [...body, ...here.body], node, here.seen);
    },
  );
  const info = question.model.nodes.find((n) => n.name === name);
  const family = state.worlds.nodes[state.world]?.get(name);
  if (indices.length === 0 && info !== undefined && info.rank > 0 && family !== undefined)
    out = [...out, ...sameLength(state, family, seen.value, seen.at)];
  if (state.notes.length === before && state.problem === null)
    state.problem = { code: 'E0491', message: `No run has the node '${name}'.`, at: seen.at };
  state.continuous = whenAsked(out);
  return out;
}

function membersOf(instructions: readonly Instruction[]): ReadonlySet<ValueId> {
  const found = new Set<ValueId>();
  visit({ args: [], body: instructions, yields: [] }, (i) => {
    if (i.kind === 'node') found.add(i.result.id);
  });
  return found;
}

/** Runs `change` on the body of each region that has such a node, innermost first; changed bodies are put in order. */
function onNodes(
  state: EvidenceState,
  body: readonly Instruction[],
  wanted: (node: InstructionOf<'node'>) => boolean,
  change: (body: readonly Instruction[], node: InstructionOf<'node'>) => readonly Instruction[],
): readonly Instruction[] {
  const inner = (region: Region): Region => {
    const next = onNodes(state, region.body, wanted, change);
    return next === region.body ? region : { ...region, body: inOrder(state, next, -1) };
  };
  let changed = false;
  let out: readonly Instruction[] = body.map((instruction) => {
    const next = mapRegions(instruction, inner);
    if (next !== instruction) changed = true;
    return next;
  });
  for (const node of out) {
    if (node.kind !== 'node' || !wanted(node)) continue;
    out = change(out, node);
    changed = true;
  }
  return changed ? out : body;
}

/** Evidence from right of the bar, as it speaks of one place that names the node. */
function meet(state: EvidenceState, node: InstructionOf<'node'>, seen: Seen, wanted: readonly ValueId[]): SeenHere {
  const { at } = seen;
  if (node.indices.length === 0) return { body: [], seen };
  if (wanted.length > 0) {
    const test = sameIndices(node.indices, wanted, state.worlds.fresh, at);
    return { body: test.body, seen: { ...seen, when: test.value } };
  }
  const member = wholeToMember(seen.value, node, state.worlds.fresh, at);
  const inside = withinLengths(state, seen.value, node, at);
  return { body: inside.body, seen: { value: member.value, when: inside.value, body: member.body, at } };
}

/** Whether a member lies inside the array that its whole family was seen to be. */
function withinLengths(state: EvidenceState, whole: ValueId, node: InstructionOf<'node'>, at: PlaceId): Piece {
  const { fresh } = state.worlds;
  const [index = whole, ...deeper] = node.indices;
  const [length, number, inside] = [fresh({ kind: 'int' }), fresh({ kind: 'int' }), fresh({ kind: 'bool' })];
  const body: Instruction[] = [
    { kind: 'op', at, result: length, op: 'length', args: [whole] },
    { kind: 'op', at, result: number, op: 'to_int', args: [index] },
    { kind: 'op', at, result: inside, op: 'lt', args: [number.id, length.id] },
  ];
  if (deeper.length === 0) return { body, value: inside.id };
  const row = elementOf(whole, [index], familyType(node.result.type, deeper.length), fresh, at);
  const rest = withinLengths(state, row.value, { ...node, indices: deeper }, at);
  const both = fresh({ kind: 'bool' });
  const no = fresh({ kind: 'bool' });
  body.push({
    kind: 'if',
    at,
    results: [both],
    condition: inside.id,
    then: { args: [], body: [...row.body, ...rest.body], yields: [rest.value] },
    otherwise: { args: [], body: [{ kind: 'const', at, result: no, value: 0 }], yields: [no.id] },
  });
  return { body, value: both.id };
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
