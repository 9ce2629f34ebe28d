import type { Instruction, InstructionOf, IrType, Value, ValueId } from '../ir/ir.js';
import { inlineRegion, rewrite, substituteIn } from '../ir/walk.js';
import { type InterventionSpec, naturalName } from '../lower/question.js';

/** Makes a value with a number that no other value of the function has. */
export type Fresh = (type: IrType) => Value;

/**
 * Graph surgery: at every place that names an intervened node, the value is replaced and the natural one left for `slice` to remove.
 * A shift (`x := x + 1`) reads the natural value. An intervention on a member acts where the indices are the same. Pearl, Causality
 * (2009), section 3.2: the equation of the node is replaced, all others stay.
 */
export function operate(
  instructions: readonly Instruction[],
  interventions: readonly InterventionSpec[],
  world: number,
  root: ValueId,
  fresh: Fresh,
): readonly Instruction[] {
  if (interventions.length === 0) return instructions;
  const region = rewrite({ args: [], body: instructions, yields: [] }, (instruction) => {
    if (instruction.kind !== 'node') return instruction;
    const acting = interventions.filter((i) => i.node === instruction.name);
    return acting.length === 0 ? instruction : replaceNode(instruction, acting, world, root, fresh);
  });
  return region.body;
}

function replaceNode(
  node: InstructionOf<'node'>,
  interventions: readonly InterventionSpec[],
  world: number,
  root: ValueId,
  fresh: Fresh,
): readonly Instruction[] {
  const out: Instruction[] = [];
  let value = node.value;
  for (const intervention of interventions) {
    const at = intervention.at;
    const given = inlineRegion(intervention.value, [root], fresh);
    const natural = value;
    const reads = naturalReads(given.instructions, world, node.name, natural);
    const indices = inlineRegion(intervention.indices, [root], fresh);
    let next = reads.by.get(given.yields[0] ?? natural) ?? given.yields[0] ?? natural;
    if (indices.yields.length === 0 && node.indices.length > 0 && intervention.kind === 'set') {
      const member = wholeToMember(next, node, fresh, at);
      out.push(...reads.body, ...member.body);
      next = member.value;
    } else if (indices.yields.length > 0) {
      out.push(...indices.instructions);
      const test = sameIndices(node.indices, indices.yields, fresh, at);
      out.push(...test.body);
      const result = fresh(node.result.type);
      out.push({
        kind: 'if',
        at,
        results: [result],
        condition: test.value,
        then: { args: [], body: reads.body, yields: [next] },
        otherwise: { args: [], body: [], yields: [natural] },
      });
      next = result.id;
    } else out.push(...reads.body);
    value = next;
  }
  out.push({ ...node, value });
  return out;
}

/** In the value of an intervention, the node's own name is its natural value. */
function naturalReads(
  body: readonly Instruction[],
  world: number,
  name: string,
  natural: ValueId,
): { readonly body: readonly Instruction[]; readonly by: ReadonlyMap<ValueId, ValueId> } {
  const by = new Map<ValueId, ValueId>();
  const kept: Instruction[] = [];
  for (const instruction of body) {
    if (instruction.kind === 'read' && instruction.node === naturalName(name) && instruction.world === world)
      by.set(instruction.result.id, natural);
    else kept.push(instruction);
  }
  const region = rewriteUses(kept, by);
  return { body: region, by };
}

const rewriteUses = (body: readonly Instruction[], by: ReadonlyMap<ValueId, ValueId>): readonly Instruction[] =>
  by.size === 0 ? body : body.map((i) => substituteIn(i, by));

/** `i == a and j == b`. */
export function sameIndices(
  indices: readonly ValueId[],
  wanted: readonly ValueId[],
  fresh: Fresh,
  at: number,
): { readonly body: readonly Instruction[]; readonly value: ValueId } {
  const body: Instruction[] = [];
  let so: ValueId | null = null;
  for (const [i, index] of indices.entries()) {
    const want = wanted[i];
    if (want === undefined) continue;
    const test = fresh({ kind: 'bool' });
    body.push({ kind: 'op', at, result: test, op: 'eq', args: [index, want] });
    if (so === null) so = test.id;
    else {
      const both: Value = fresh({ kind: 'bool' });
      body.push({ kind: 'op', at, result: both, op: 'and', args: [so, test.id] });
      so = both.id;
    }
  }
  if (so === null) {
    const always = fresh({ kind: 'bool' });
    body.push({ kind: 'const', at, result: always, value: 1 });
    so = always.id;
  }
  return { body, value: so };
}

/** One member's value out of the array that the whole family is set to. */
export function wholeToMember(
  whole: ValueId,
  node: InstructionOf<'node'>,
  fresh: Fresh,
  at: number,
): { readonly body: readonly Instruction[]; readonly value: ValueId } {
  const body: Instruction[] = [];
  let value = whole;
  for (const [depth, index] of node.indices.entries()) {
    const result = fresh(
      depth === node.indices.length - 1 ? node.result.type : { kind: 'array', element: { kind: 'real' }, length: null },
    );
    body.push({ kind: 'op', at, result, op: 'index', args: [value, index] });
    value = result.id;
  }
  return { body, value };
}
