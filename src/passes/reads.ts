import { type Instruction, type InstructionOf, type Region, resultsOf, type ValueId } from '../ir/ir.js';
import { mapRegions, regionsOf, some, substituteIn, usesOf } from '../ir/walk.js';
import { makers } from './invert.js';
import { order } from './order.js';

/** One region on the way down to a read: its instructions, and the one that is or holds the read. */
type Step = { readonly body: readonly Instruction[]; readonly at: Instruction };

/**
 * Puts the values of nodes in the place of the reads that `valueIn` knows. A read inside a loop or branch that makes the node's family
 * itself (`do(x[1] = x[0])`) gets the family as it is there: with the members that are made before.
 */
export function resolveReads(
  instructions: readonly Instruction[],
  valueIn: (read: InstructionOf<'read'>) => ValueId | undefined,
): { readonly instructions: readonly Instruction[]; readonly by: ReadonlyMap<ValueId, ValueId> } {
  const by = new Map<ValueId, ValueId>();
  const isRead = (i: Instruction): boolean => i.kind === 'read' && valueIn(i) !== undefined;
  if (!some({ args: [], body: instructions, yields: [] }, isRead)) return { instructions, by };
  const see = (body: readonly Instruction[], way: readonly Step[]): void => {
    for (const at of body) {
      const here = [...way, { body, at }];
      const value = at.kind === 'read' ? valueIn(at) : undefined;
      if (at.kind === 'read' && value !== undefined)
        by.set(at.result.id, way.length === 0 ? value : soFar(value, here));
      for (const region of regionsOf(at)) see(region.body, here);
    }
  };
  see(instructions, []);
  if (by.size === 0) return { instructions, by };
  const without = (body: readonly Instruction[]): readonly Instruction[] =>
    body.flatMap((i) => (i.kind === 'read' && by.has(i.result.id) ? [] : [inRegions(i)]));
  const inRegions = (instruction: Instruction): Instruction =>
    mapRegions(instruction, (region) => {
      const body = without(region.body);
      return body.every((i, k) => i === region.body[k]) && body.length === region.body.length
        ? region
        : { ...region, body };
    });
  const changed = without(instructions).map((i) => {
    const next = substituteIn(i, by);
    return next === i ? i : mapRegions(next, sorted);
  });
  return { instructions: changed, by };
}

/** The region and those inside it in an order in which they can run. */
const sorted = (region: Region): Region => {
  const body = region.body.map((i) => mapRegions(i, sorted));
  return { ...region, body: order(body) ?? body };
};

/** The value that `id`, a value of the outermost region, has at the end of the way. */
function soFar(id: ValueId, way: readonly Step[]): ValueId {
  let value = id;
  for (const [depth, { body, at }] of way.entries()) {
    const made = makers(body);
    const later = following(body, at);
    let maker = made.get(value);
    while (maker !== undefined && maker !== at && later.has(maker)) {
      const before = familyBefore(maker, value);
      if (before === null) return value;
      value = before;
      maker = made.get(value);
    }
    if (maker === undefined || maker !== at) return value;
    const position = resultsOf(at).findIndex((r) => r.id === value);
    const next = way[depth + 1];
    const region = regionsOf(at).find((r) => r.body === next?.body);
    const inside = region?.yields[position];
    if (inside === undefined) return value;
    value = inside;
  }
  return value;
}

/** The instructions of a body that hang on what `at` gives. */
function following(body: readonly Instruction[], at: Instruction): ReadonlySet<Instruction> {
  const found = new Set<Instruction>([at]);
  const values = new Set<ValueId>(resultsOf(at).map((r) => r.id));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const instruction of body) {
      if (found.has(instruction) || ![...usesOf(instruction)].some((id) => values.has(id))) continue;
      found.add(instruction);
      for (const { id } of resultsOf(instruction)) values.add(id);
    }
  }
  return found;
}

/** The family before the instruction that lengthened it; null where the instruction does something else. */
function familyBefore(maker: Instruction, value: ValueId): ValueId | null {
  switch (maker.kind) {
    case 'op':
      return maker.op === 'extend' ? (maker.args[0] ?? null) : null;
    case 'for':
    case 'while':
      return maker.inits[maker.results.findIndex((r) => r.id === value)] ?? null;
    case 'if': {
      const position = maker.results.findIndex((r) => r.id === value);
      for (const region of [maker.then, maker.otherwise]) {
        const made = makers(region.body);
        let inner = region.yields[position] ?? null;
        while (inner !== null) {
          const maker = made.get(inner);
          if (maker === undefined) return inner;
          inner = familyBefore(maker, inner);
        }
      }
      return null;
    }
    default:
      return null;
  }
}
