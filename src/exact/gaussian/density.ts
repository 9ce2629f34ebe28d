/** Whether a family's density is that of its draw: what the solver conditions on is the draw. */
import type { Constant, Family } from '../../ir/ir.js';
import type { Problem } from '../solver.js';
import { type Abstract, constantOf, elementsOf, isAffine, isItems, itemsOf } from './abstract.js';
import { addScaled, type Linear } from './affine.js';
import { jointMoments } from './conditioned.js';
import type { Meter } from './refusal.js';
import { newTape, type Tape } from './tape.js';

const tolerance = 1e-8;

/**
 * Compares the two at two points, with what the parameters hang on set to 0. `drawn` is the draw, whose noises have numbers from
 * `first` on in the tape.
 */
export function agreesWithDensity(
  problem: Problem,
  family: Family,
  params: readonly Abstract[],
  drawn: readonly Linear[],
  tape: Tape,
  first: number,
  meter: Meter,
): boolean {
  const logpdf = problem.entry(family.name, 'logpdf');
  if (logpdf === null) return false;
  const constants: Constant[] = [];
  for (const [k, param] of params.entries()) {
    const constant = constantOf(atOrigin(param), family.parameters[k]?.type ?? { kind: 'real' });
    if (constant === null) return false;
    constants.push(constant);
  }
  const { value } = family;
  const isVector = value.kind === 'array' && value.element.kind === 'real';
  if (!isVector && value.kind !== 'real') return false;
  return [0.4, 1.1].every((size) => {
    const at = noiseAt(tape, first, size);
    const points = drawn.map((x) => evaluate(x, at));
    const own: Tape = newTape();
    for (let id = first; id < tape.definitions.length; id++) {
      const definition = tape.definitions[id] ?? null;
      const moved = definition === null ? null : renumbered(definition, first);
      own.definitions.push(
        moved !== null && typeof moved === 'number'
          ? { kind: 'affine', constant: moved, ids: [], coefficients: [] }
          : moved,
      );
    }
    for (const [k, x] of drawn.entries()) {
      const difference = addScaled(renumbered(x, first), points[k] ?? 0, -1);
      if (typeof difference !== 'number') own.observations.push(difference);
    }
    const expected = jointMoments(own, [], meter).logDensity;
    const given = Number(logpdf(...constants, isVector ? Float64Array.from(points) : (points[0] ?? 0)));
    return Math.abs(given - expected) <= tolerance * (1 + Math.abs(expected));
  });
}

/** The value where everything random is 0. */
function atOrigin(value: Abstract): Abstract {
  if (isAffine(value)) return value.constant;
  return isItems(value) ? itemsOf([...(elementsOf(value) ?? [])].map(atOrigin)) : value;
}

/** Some values of the noises, and what the definitions make of them. */
function noiseAt(tape: Tape, first: number, size: number): (id: number) => number {
  const values = new Map<number, number>();
  const at = (id: number): number => values.get(id) ?? 0;
  for (let id = first; id < tape.definitions.length; id++) {
    const definition = tape.definitions[id] ?? null;
    values.set(id, definition === null ? size * Math.cos(1 + id - first) : evaluate(definition, at));
  }
  return at;
}

function evaluate(x: Linear, at: (id: number) => number): number {
  if (typeof x === 'number') return x;
  return x.ids.reduce((sum, id, i) => sum + (x.coefficients[i] ?? 0) * at(id), x.constant);
}

/** The function with earlier variables set to 0 and the others counted from 0. */
function renumbered(x: Linear, first: number): Linear {
  if (typeof x === 'number') return x;
  const kept = x.ids.map((_, i) => i).filter((i) => (x.ids[i] ?? 0) >= first);
  if (kept.length === 0) return x.constant;
  return {
    kind: 'affine',
    constant: x.constant,
    ids: kept.map((i) => (x.ids[i] ?? 0) - first),
    coefficients: kept.map((i) => x.coefficients[i] ?? 0),
  };
}
