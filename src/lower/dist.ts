import type { ValueId } from '../ir/ir.js';
import { type FamilyType, int, sameFamily, type Type, type TypeOf } from '../ir/type.js';
import { absent, branches, type Frame } from './frame.js';
import { irTypeOf, type Operand, operand } from './operand.js';

/** The types of one family's value as a distribution type of its own. */
const single = (type: TypeOf<'dist'>, family: FamilyType): TypeOf<'dist'> => ({
  kind: 'dist',
  over: type.over,
  families: [family],
});

/** The parameters of a distribution of a single family. */
const parametersOf = (frame: Frame, dist: Operand, family: FamilyType): readonly Operand[] =>
  family.parameters.map((type, i) => operand(frame.builder.get(dist.id, i), type));

/** Turns a value into the form of a wider type; only distributions change their form. */
export function coerce(frame: Frame, value: Operand, to: Type): Operand {
  if (value.type.kind !== 'dist' || to.kind !== 'dist')
    return operand(value.id, to.kind === 'unknown' ? value.type : to, value.known);
  if (value.type.families.length === to.families.length) return operand(value.id, to);
  const from = value.type;
  const part = (family: FamilyType): ValueId => {
    const position = from.families.findIndex((f) => sameFamily(f, family));
    const type = single(to, family);
    if (position === -1) return emptyParameters(frame, family);
    return from.families.length === 1 ? value.id : operand(frame.builder.get(value.id, position + 1), type).id;
  };
  const tags = from.families.map((f) => to.families.findIndex((g) => sameFamily(f, g)));
  const tag = from.families.length === 1 ? frame.builder.int(tags[0] ?? 0) : retag(frame, value, tags);
  return operand(frame.builder.make(irTypeOf(to), [tag, ...to.families.map(part)]), to);
}

const emptyParameters = (frame: Frame, family: FamilyType): ValueId =>
  frame.builder.make(
    { kind: 'tuple', elements: irTuple(family) },
    family.parameters.map((type) => absent(frame, type).id),
  );

const irTuple = (family: FamilyType) => {
  const ir = irTypeOf({ kind: 'tuple', elements: family.parameters });
  return ir.kind === 'tuple' ? ir.elements : [];
};

function retag(frame: Frame, value: Operand, tags: readonly number[]): ValueId {
  const old = frame.builder.get(value.id, 0);
  const table = frame.builder.constant(
    { kind: 'array', element: int, length: tags.length } as const,
    Float64Array.from(tags),
  );
  return frame.builder.op('index', [table, old], irTypeOf(int));
}

/** Does one thing for each family that a distribution may be of, chosen by its tag. */
export function byFamily(
  frame: Frame,
  dist: Operand,
  span: { readonly start: number; readonly end: number },
  each: (family: FamilyType, parameters: readonly Operand[]) => readonly Operand[],
): readonly Operand[] {
  if (dist.type.kind !== 'dist') return [];
  const type = dist.type;
  const only = type.families[0];
  if (type.families.length === 1 && only !== undefined) return each(only, parametersOf(frame, dist, only));
  const tag = frame.builder.get(dist.id, 0);
  const choose = (position: number): readonly Operand[] => {
    const family = type.families[position];
    if (family === undefined) return [];
    const here = (): readonly Operand[] =>
      each(
        family,
        parametersOf(frame, operand(frame.builder.get(dist.id, position + 1), single(type, family)), family),
      );
    if (position === type.families.length - 1) return here();
    const test = frame.builder.op('eq', [tag, frame.builder.int(position)], { kind: 'bool' });
    return branches(frame, test, span, here, () => choose(position + 1));
  };
  return choose(0);
}
