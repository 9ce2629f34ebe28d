import type { Declared } from '../check/project.js';
import { accepts } from '../ir/type.js';
import type { Source, Span } from '../syntax/span.js';
import type { Body, DeclarationOf, Parameter } from '../syntax/tree.js';
import { typeOfAnnotation } from './annotation.js';
import { coerce } from './dist.js';
import { effectsOf } from './effects.js';
import { lowerExpr } from './expression.js';
import { bind, createFrame, type Frame, type Slot } from './frame.js';
import { irTypeOf, type Operand, onlyId, operand } from './operand.js';
import { raise } from './raise.js';
import { lowerBody } from './statement.js';
import { type Type, unknown } from './types.js';
import { type Instance, typesKey, type Unit } from './unit.js';

/** The type a parameter has in an instance: its annotation where it has one that says it, else the argument's type. */
export function parameterType(unit: Unit, parameter: Parameter, argument: Type, source: Source, span: Span): Type {
  const annotated = parameter.annotation === null ? null : typeOfAnnotation(unit.project, parameter.annotation);
  if (annotated === null) return argument;
  if (!accepts(annotated, argument)) {
    raise('E0490', `The parameter '${parameter.name.text}' does not take a value of this type.`, source, span);
  }
  return annotated;
}

/** The slot that holds what a function returns. */
export const returnSlot: Slot = { name: '#return', kind: 'return', rank: 0 };

/**
 * The function for these argument types, lowered on first use. A recursive function's result type is found by lowering its body again
 * until the assumption it was lowered under comes out.
 */
export function instantiate(
  unit: Unit,
  declared: Declared<DeclarationOf<'function'>>,
  types: readonly Type[],
): Instance {
  const { declaration, source } = declared;
  const name = `${declaration.name.text}(${typesKey(types)})`;
  const known = unit.instances.get(name);
  if (known !== undefined) {
    if (known.result === null) known.assumed = true;
    return known;
  }
  const effects = effectsOf(unit.project, declaration.body, types);
  const draws = effects.draws || effects.scores;
  const annotated = declaration.result === null ? null : typeOfAnnotation(unit.project, declaration.result);
  const instance: Instance = { name, draws, scores: effects.scores, result: annotated, assumed: false };
  unit.instances.set(name, instance);
  let assumption: Type = annotated ?? unknown;
  for (let round = 0; round < 4; round++) {
    const result = lowerFunction(
      unit,
      name,
      declaration.name.text,
      declaration.parameters,
      types,
      declaration.body,
      source,
      {
        draws,
        scores: effects.scores,
        result: annotated,
      },
    );
    const settled = typesKey([result]) === typesKey([assumption]) || !instance.assumed;
    instance.result = result;
    assumption = result;
    if (settled) break;
  }
  return instance;
}

type Shape = { readonly draws: boolean; readonly scores: boolean; readonly result: Type | null };

/** Lowers a body with parameters of given types into a function of the unit; gives the type of its result. */
export function lowerFunction(
  unit: Unit,
  name: string,
  path: string,
  parameters: readonly { readonly name: { readonly text: string } }[],
  types: readonly Type[],
  body: Body,
  source: Source,
  shape: Shape,
): Type {
  const frame = createFrame(unit, source, { path });
  const b = frame.builder;
  let result: Type = unknown;
  const irTypes = [...(shape.draws ? [{ kind: 'address' } as const] : []), ...types.map(irTypeOf)];
  const region = b.region(irTypes, (args) => {
    const values = shape.draws ? args.slice(1) : args;
    frame.address = shape.draws ? (args[0] ?? null) : null;
    for (const [i, parameter] of parameters.entries()) {
      const id = values[i];
      if (id !== undefined)
        bind(frame, parameter.name.text, { kind: 'value', operand: operand(id, types[i] ?? unknown) });
    }
    const value = lowerResult(frame, body);
    const wide = shape.result === null ? value : coerce(frame, value, shape.result);
    result = wide.type;
    return [wide.id];
  });
  unit.functions.set(name, {
    name,
    body: region,
    results: [irTypeOf(result)],
    draws: shape.draws,
    scores: shape.scores,
  });
  return result;
}

/** The value of a function's body. */
function lowerResult(frame: Frame, body: Body): Operand {
  if (body.kind === 'expression') return lowerExpr(frame, body.value);
  lowerBody(frame, body.block);
  const value = frame.slots.get(returnSlot);
  return value ?? operand(frame.builder.constant({ kind: 'unit' }, 0), { kind: 'unit' });
}

/** A constant of the program is a function without parameters, evaluated once the data is bound. */
export function lowerConst(frame: Frame, name: string): Operand {
  const declared = frame.unit.project.consts.get(name);
  if (declared === undefined) throw new Error(`lowering: no const ${name}`);
  const key = `const ${name}`;
  let instance = frame.unit.instances.get(key);
  if (instance === undefined) {
    instance = { name: key, draws: false, scores: false, result: null, assumed: false };
    frame.unit.instances.set(key, instance);
    const { declaration, source } = declared;
    const annotated =
      declaration.annotation === null ? null : typeOfAnnotation(frame.unit.project, declaration.annotation);
    const body: Body = { kind: 'expression', value: declaration.value };
    instance.result = lowerFunction(frame.unit, key, key, [], [], body, source, {
      draws: false,
      scores: false,
      result: annotated,
    });
  }
  const type = instance.result ?? unknown;
  const known = literalNumber(declared.declaration.value);
  return operand(onlyId(frame.builder.call(key, [], [irTypeOf(type)])), type, known);
}

const literalNumber = (value: DeclarationOf<'const'>['value']): number | null => {
  if (value.kind === 'number') return value.value;
  return value.kind === 'negate' && value.operand.kind === 'number' ? -value.operand.value : null;
};
