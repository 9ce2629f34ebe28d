/**
 * Finds lines at which weights become zero: a program with a call of the host before each score, condition and factor, which says who
 * came by. Noise is addressed, so runs go as they went before.
 */
import type { KernelOptions } from '../ir/engine.js';
import type { Constant, Instruction, IrType, PlaceId, Program } from '../ir/ir.js';
import { withFunctions } from '../ir/program.js';
import { maximalId, rewrite } from '../ir/walk.js';

/** No name of the language has a space in it. */
const witness = ' witness';
const real: IrType = { kind: 'real' };
const int: IrType = { kind: 'int' };

/** A program that is watched, and what was seen of its runs. */
type Watched = {
  readonly program: Program;
  readonly externs: KernelOptions['externs'];
  /** Forgets what was seen. */
  readonly forget: () => void;
  /**
   * The place of the condition or factor that most runs failed; or, where none failed one, that of the score that came last. Null where
   * it has no source.
   */
  readonly place: () => PlaceId | null;
};

/** The program with its witness. */
export function watched(program: Program, externs: KernelOptions['externs']): Watched {
  let failures = new Map<number, number>();
  let last: number | null = null;
  const seeing =
    (dead: number | null) =>
    (value: Constant, at: Constant): Constant => {
      const place = Number(at);
      last = place;
      if (value === dead) failures.set(place, (failures.get(place) ?? 0) + 1);
      return value;
    };
  return {
    program: withWitness(program),
    externs: {
      ...externs,
      [`${witness}.condition`]: seeing(0),
      [`${witness}.factor`]: seeing(Number.NEGATIVE_INFINITY),
      [witness]: seeing(null),
    },
    forget: () => {
      failures = new Map();
    },
    place: () => {
      const [worst] = [...failures].sort(([, a], [, b]) => b - a);
      const place = worst?.[0] ?? last;
      return place === null || place < 0 ? null : place;
    },
  };
}

function withWitness(program: Program): Program {
  const functions = Object.values(program.functions).filter((f) => f.scores);
  return withFunctions(
    program,
    functions.map((f) => {
      let next = maximalId(f.body) + 1;
      const seen = (i: Instruction & { readonly at: PlaceId }, callee: string, value: number, type: IrType) => {
        const place = { id: next++, type: int };
        const result = { id: next++, type };
        const before: readonly Instruction[] = [
          { kind: 'const', at: i.at, result: place, value: i.at },
          { kind: 'extern', at: i.at, result, callee, args: [value, place.id] },
        ];
        return { before, value: result.id };
      };
      const body = rewrite(f.body, (i) => {
        switch (i.kind) {
          case 'condition': {
            const { before, value } = seen(i, `${witness}.condition`, i.value, { kind: 'bool' });
            return [...before, { ...i, value }];
          }
          case 'factor': {
            const { before, value } = seen(i, `${witness}.factor`, i.value, real);
            return [...before, { ...i, value }];
          }
          case 'score': {
            // A number that is neither of the two that kill, and adds nothing.
            const one = { id: next++, type: real };
            const { before, value } = seen(i, witness, one.id, real);
            const nothing = { id: next++, type: real };
            return [
              { kind: 'const', at: i.at, result: one, value: 1 },
              ...before,
              { kind: 'op', at: i.at, result: nothing, op: 'log', args: [value] },
              { kind: 'factor', at: i.at, value: nothing.id },
              i,
            ];
          }
          default:
            return i;
        }
      });
      return { ...f, body };
    }),
  );
}
