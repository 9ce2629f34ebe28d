import type { Instruction, InstructionOf, IrType, PlaceId, Value, ValueId } from '../ir/ir.js';
import { isIrType } from '../ir/ops.js';
import { inlineRegion, rewrite, substituteIn } from '../ir/walk.js';
import { naturalName } from '../lower/question.js';
import type { InterventionSpec } from '../lower/situation.js';

/** Makes a value with a number that no other value of the function has. */
export type Fresh = (type: IrType) => Value;

/** The interventions of one world, ready to be put in the place of equations. */
export type Surgery = {
  readonly world: number;
  readonly interventions: readonly InterventionSpec[];
  /** What the values of whole families are computed by: once in a world, not once for each member. */
  readonly prelude: readonly Instruction[];
  /** The values that whole families are set to. */
  readonly whole: ReadonlyMap<InterventionSpec, ValueId>;
  readonly root: ValueId;
  readonly fresh: Fresh;
};

/** Makes interventions ready; `isFamily` says which nodes are families. */
export function prepare(
  interventions: readonly InterventionSpec[],
  world: number,
  isFamily: (node: string) => boolean,
  root: ValueId,
  fresh: Fresh,
): Surgery {
  const prelude: Instruction[] = [];
  const whole = new Map<InterventionSpec, ValueId>();
  for (const intervention of interventions) {
    if (intervention.indices.yields.length > 0 || !isFamily(intervention.node)) continue;
    const given = inlineRegion(intervention.value, [root], fresh);
    prelude.push(...given.instructions);
    const [value] = given.yields;
    if (value !== undefined) whole.set(intervention, value);
  }
  return { world, interventions, prelude, whole, root, fresh };
}

/**
 * Graph surgery: at every place that names an intervened node, the value is replaced and the natural one left for `slice` to remove.
 * A shift (`x := x + 1`) reads the natural value. An intervention on a member acts where the indices are the same. Pearl, Causality
 * (2009), section 3.2: the equation of the node is replaced, all others stay.
 */
export function operate(instructions: readonly Instruction[], surgery: Surgery): readonly Instruction[] {
  if (surgery.interventions.length === 0) return instructions;
  return rewrite({ args: [], body: instructions, yields: [] }, (instruction) => {
    if (instruction.kind !== 'node') return instruction;
    const acting = surgery.interventions.filter((i) => i.node === instruction.name);
    return acting.length === 0 ? instruction : replaceNode(instruction, acting, surgery);
  }).body;
}

function replaceNode(
  node: InstructionOf<'node'>,
  interventions: readonly InterventionSpec[],
  surgery: Surgery,
): readonly Instruction[] {
  const { fresh, root } = surgery;
  const out: Instruction[] = [];
  let value = node.value;
  for (const intervention of interventions) {
    const { at } = intervention;
    const whole = surgery.whole.get(intervention);
    if (whole !== undefined) {
      const member = wholeToMember(whole, node, fresh, at);
      out.push(...member.body);
      value = member.value;
      continue;
    }
    const next = newValue(intervention, surgery, node.name, value);
    if (intervention.indices.yields.length === 0) {
      out.push(...next.body);
      value = next.value;
      continue;
    }
    const indices = inlineRegion(intervention.indices, [root], fresh);
    const test = sameIndices(node.indices, indices.yields, fresh, at);
    const result = fresh(node.result.type);
    out.push(...indices.instructions, ...test.body, {
      kind: 'if',
      at,
      results: [result],
      condition: test.value,
      then: { args: [], body: next.body, yields: [next.value] },
      otherwise: { args: [], body: [], yields: [value] },
    });
    value = result.id;
  }
  out.push({ ...node, value });
  return out;
}

/** The value that an intervention gives at one place; in it, the node's own name is its natural value. */
function newValue(intervention: InterventionSpec, surgery: Surgery, node: string, natural: ValueId): Piece {
  const given = inlineRegion(intervention.value, [surgery.root], surgery.fresh);
  const by = new Map<ValueId, ValueId>();
  const { body } = rewrite({ args: [], body: given.instructions, yields: [] }, (i) => {
    if (i.kind !== 'read' || i.node !== naturalName(node) || i.world !== surgery.world) return i;
    by.set(i.result.id, natural);
    return [];
  });
  const [value = natural] = given.yields;
  return { body: body.map((i) => substituteIn(i, by)), value: by.get(value) ?? value };
}

/** Instructions and the value that they end in. */
export type Piece = { readonly body: readonly Instruction[]; readonly value: ValueId };

/** `i == a and j == b`. */
export function sameIndices(indices: readonly ValueId[], wanted: readonly ValueId[], fresh: Fresh, at: PlaceId): Piece {
  const body: Instruction[] = [];
  const test = (op: 'eq' | 'and', args: readonly ValueId[]): ValueId => {
    const result = fresh({ kind: 'bool' });
    body.push({ kind: 'op', at, result, op, args });
    return result.id;
  };
  const tests = indices.flatMap((index, i) => (wanted[i] === undefined ? [] : [test('eq', [index, wanted[i]])]));
  const [first, ...rest] = tests;
  if (first !== undefined) return { value: rest.reduce((so, next) => test('and', [so, next]), first), body };
  const always = fresh({ kind: 'bool' });
  return { body: [{ kind: 'const', at, result: always, value: 1 }], value: always.id };
}

/** One member's value out of the array that the whole family is set to, or seen to be. */
export const wholeToMember = (whole: ValueId, node: InstructionOf<'node'>, fresh: Fresh, at: PlaceId): Piece =>
  elementOf(whole, node.indices, node.result.type, fresh, at);

/** `whole[i, j, …]`, a value of the given type. */
export function elementOf(whole: ValueId, indices: readonly ValueId[], type: IrType, fresh: Fresh, at: PlaceId): Piece {
  const body: Instruction[] = [];
  let value = whole;
  for (const [depth, index] of indices.entries()) {
    const result = fresh(familyType(type, indices.length - 1 - depth));
    body.push({ kind: 'op', at, result, op: 'index', args: [value, index] });
    value = result.id;
  }
  return { body, value };
}

/** The type of a family of so many indices with members of a type. */
export const familyType = (type: IrType, rank: number): IrType =>
  rank === 0 || type.kind === 'address' || !isIrType(type)
    ? type
    : familyType({ kind: 'array', element: type, length: null }, rank - 1);
