import { type Instruction, type InstructionOf, type IrType, resultsOf, type ValueId } from '../ir/ir.js';
import { isDiscrete } from '../ir/type.js';
import { type Definition, definitions, mapRegions, rewrite, some, typesOf, visit } from '../ir/walk.js';
import { claim, claimNode, demand, type EvidenceState, inOrder, type Seen } from './claim.js';
import { equalityOf } from './equality.js';
import type { ObserveNode, SeenHere } from './evidence.js';
import { makers, sourceBehind } from './invert.js';
import { createLift, type Step } from './lift.js';

type Equal = InstructionOf<'equal'>;

/** A statement that is to be applied in another region than its own, and the way down to it. */
type Moved = { readonly statement: Equal; readonly way: readonly Step[] };

/** `observe name = value` in the model: applied where the node is drawn, be that in another region than the statement. */
export function applyStatements(
  state: EvidenceState,
  instructions: readonly Instruction[],
  observe: ObserveNode,
): readonly Instruction[] {
  if (!some({ args: [], body: instructions, yields: [] }, (i) => i.kind === 'equal')) return instructions;
  const moved: Moved[] = [];
  const there = inPlace(state, instructions, [], moved);
  const done = new Set<Instruction>();
  const out = moved.reduce((so, statement) => {
    const next = elsewhere(state, so, statement, observe);
    if (next !== null) done.add(statement.statement);
    return next ?? so;
  }, there);
  return remaining(state, out, done);
}

/** Statements that stand beside what they speak of are applied there; the others are gathered. */
function inPlace(
  state: EvidenceState,
  body: readonly Instruction[],
  way: readonly Step[],
  moved: Moved[],
): readonly Instruction[] {
  let out = body.map((owner) =>
    mapRegions(owner, (region) => {
      const next = inPlace(state, region.body, [...way, { owner, region }], moved);
      return next === region.body ? region : { ...region, body: inOrder(state, next, owner.at) };
    }),
  );
  for (const statement of out.filter((i): i is Equal => i.kind === 'equal')) {
    const made = makers(out);
    const maker = behind(made, statement.value);
    if (maker === null || isFamily(maker)) {
      moved.push({ statement, way });
      continue;
    }
    const rest = out.filter((i) => i !== statement);
    const seen: Seen = { value: statement.seen, when: null, body: [], at: statement.at };
    if (maker.kind === 'node') out = [...claimNode(state, rest, maker, seen)];
    else {
      const type = typeOf(made, statement.value);
      const claimed = claim(state, rest, statement.value, seenName, seen);
      out = [...(claimed ?? demand(state, rest, statement.value, type, seen, seenName))];
    }
  }
  return out.length === body.length && out.every((i, k) => i === body[k]) ? body : out;
}

/** Statements that could not be applied elsewhere: discrete ones are conditions where they stand. */
function remaining(
  state: EvidenceState,
  instructions: readonly Instruction[],
  done: ReadonlySet<Instruction>,
): readonly Instruction[] {
  const types = typesOf({ args: [], body: state.worlds.instructions, yields: [] });
  return rewrite({ args: [], body: instructions, yields: [] }, (i) => {
    if (i.kind !== 'equal') return i;
    if (done.has(i)) return [];
    const type = types.get(i.value) ?? real;
    if (type.kind !== 'address' && isDiscrete(type)) {
      const same = equalityOf(i.value, i.seen, type, state.worlds.fresh, i.at);
      return [...same.body, { kind: 'condition', at: i.at, value: same.value }];
    }
    state.problem ??= { code: 'E0491', message: 'Which draw has to give what is seen here cannot be told.', at: i.at };
    return [];
  }).body;
}

const typeOf = (made: ReadonlyMap<ValueId, Instruction>, id: ValueId): IrType => {
  const maker = made.get(id);
  return (maker === undefined ? null : resultsOf(maker).find((r) => r.id === id)?.type) ?? real;
};

const real: IrType = { kind: 'real' };
const seenName = 'the observed value';

/** What makes a value in this region, through members of families that are put in and taken out again. */
function behind(made: ReadonlyMap<ValueId, Instruction>, value: ValueId): Instruction | null {
  const maker = made.get(value) ?? null;
  const source = maker === null || maker.kind === 'node' ? null : sourceBehind(made, maker);
  return source === null ? maker : behind(made, source);
}

/** A family, or a member of one that is not made in this region. */
const isFamily = (maker: Instruction): boolean =>
  maker.kind === 'for' ||
  maker.kind === 'while' ||
  (maker.kind === 'op' && (maker.op === 'index' || maker.op === 'extend'));

/** Applies a statement at the places that name the node it speaks of; null where these cannot be told. */
function elsewhere(
  state: EvidenceState,
  instructions: readonly Instruction[],
  { statement, way }: Moved,
  observe: ObserveNode,
): readonly Instruction[] | null {
  const { at } = statement;
  const subject = subjectOf(definitions({ args: [], body: state.worlds.instructions, yields: [] }), statement.value);
  if (subject === null) return null;
  const seen: Seen = { value: statement.seen, when: null, body: [], at };
  const observed = { node: subject.node, indices: subject.indices, seen };
  if (way.length === 0) return observe(instructions, { ...observed, seenAt: null });
  const lift = createLift(state.worlds, way, statement.seen, subject.indices);
  const here = new Map<ValueId, SeenHere>();
  for (const node of nodesOf(state.worlds.members[0] ?? [], subject.node)) {
    const lifted = lift(node, at);
    if (lifted === null) return null;
    here.set(node.result.id, lifted);
  }
  return observe(instructions, { ...observed, seenAt: (node) => here.get(node.result.id) ?? { body: [], seen } });
}

function nodesOf(body: readonly Instruction[], name: string): readonly InstructionOf<'node'>[] {
  const found: InstructionOf<'node'>[] = [];
  visit({ args: [], body, yields: [] }, (i) => {
    if (i.kind === 'node' && i.name === name) found.push(i);
  });
  return found;
}

/** The node or family that a value comes from, and the indices by which it was taken out. */
function subjectOf(
  found: ReadonlyMap<ValueId, Definition>,
  value: ValueId,
): { readonly node: string; readonly indices: readonly ValueId[] } | null {
  const indices: ValueId[] = [];
  let from = value;
  for (
    let made = found.get(from);
    made?.kind === 'result' && made.instruction.kind === 'op' && made.instruction.op === 'index';
    made = found.get(from)
  ) {
    const [array = from, index = from] = made.instruction.args;
    indices.unshift(index);
    from = array;
  }
  const node = nodeOf(found, from, new Set());
  if (node === null || (indices.length !== 0 && indices.length !== node.indices.length)) return null;
  return { node: node.name, indices };
}

/** A node whose value, or whose family, a value is. */
function nodeOf(
  found: ReadonlyMap<ValueId, Definition>,
  value: ValueId,
  visited: Set<ValueId>,
): InstructionOf<'node'> | null {
  const made = found.get(value);
  if (made === undefined || visited.has(value)) return null;
  visited.add(value);
  const first = (ids: readonly (ValueId | undefined)[]): InstructionOf<'node'> | null => {
    for (const id of ids) {
      const node = id === undefined ? null : nodeOf(found, id, visited);
      if (node !== null) return node;
    }
    return null;
  };
  if (made.kind === 'argument') {
    const { yields, args } = made.region;
    return first([yields[made.position - (args.length - yields.length)]]);
  }
  const { instruction, position } = made;
  switch (instruction.kind) {
    case 'node':
      return instruction;
    case 'op':
      return instruction.op === 'extend' ? first([instruction.args[2], instruction.args[0]]) : null;
    case 'if':
      return first([instruction.then.yields[position], instruction.otherwise.yields[position]]);
    case 'for':
    case 'while':
      return first([instruction.body.yields[position]]);
    default:
      return null;
  }
}
