import type { Instruction, IrType, PlaceId, Value, ValueId } from '../ir/ir.js';
import { isIrType, type OpName } from '../ir/ops.js';
import type { Type } from '../ir/type.js';
import type { Fresh, Piece } from './surgery.js';

const bool: IrType = { kind: 'bool' };
const int: IrType = { kind: 'int' };
const real: IrType = { kind: 'real' };

/** Relative difference up to which two computed reals count as equal: what rounding may do on the way. */
const rounding = 1e-9;

/** Whether two values of one type are equal, part by part; reals up to rounding. */
export function equalityOf(a: ValueId, b: ValueId, type: Type | IrType, fresh: Fresh, at: PlaceId): Piece {
  const body: Instruction[] = [];
  const op = (name: OpName, args: readonly ValueId[], result: IrType = bool): ValueId => {
    const made = fresh(result);
    body.push({ kind: 'op', at, result: made, op: name, args });
    return made.id;
  };
  const constant = (value: number, of: IrType): ValueId => {
    const made = fresh(of);
    body.push({ kind: 'const', at, result: made, value });
    return made.id;
  };
  const inner = (x: ValueId, y: ValueId, of: Type): ValueId => {
    const piece = equalityOf(x, y, of, fresh, at);
    body.push(...piece.body);
    return piece.value;
  };
  switch (type.kind) {
    case 'real': {
      const distance = op('abs', [op('sub', [a, b], real)], real);
      const near = op('le', [distance, op('mul', [op('abs', [b], real), constant(rounding, real)], real)]);
      return { value: op('or', [op('eq', [a, b]), near]), body };
    }
    case 'tuple':
    case 'record': {
      const types = type.kind === 'tuple' ? type.elements : type.fields.map((f) => f.type);
      const tests = types.map((of, position) => {
        const [x, y] = [fresh(irType(of)), fresh(irType(of))];
        body.push(
          { kind: 'get', at, result: x, target: a, position },
          { kind: 'get', at, result: y, target: b, position },
        );
        return inner(x.id, y.id, of);
      });
      return { value: tests.reduce((so, test) => op('and', [so, test]), constant(1, bool)), body };
    }
    case 'array': {
      const same = op('eq', [op('length', [a], int), op('length', [b], int)]);
      const result = fresh(bool);
      body.push(elementwise(a, b, type.element, same, result, fresh, at));
      return { value: result.id, body };
    }
    default:
      return { value: op('eq', [a, b]), body };
  }
}

/** Arrays of one length are compared element by element. */
function elementwise(
  a: ValueId,
  b: ValueId,
  element: Type,
  same: ValueId,
  result: Value,
  fresh: Fresh,
  at: PlaceId,
): Instruction {
  const of = irType(element);
  const [low, high, index, so, x, y, all, next, no] = [
    fresh(int),
    fresh(int),
    fresh(int),
    fresh(bool),
    fresh(of),
    fresh(of),
    fresh(bool),
    fresh(bool),
    fresh(bool),
  ];
  const equal = equalityOf(x.id, y.id, element, fresh, at);
  const start = fresh(bool);
  return {
    kind: 'if',
    at,
    results: [result],
    condition: same,
    then: {
      args: [],
      body: [
        { kind: 'const', at, result: low, value: 0 },
        { kind: 'op', at, result: high, op: 'length', args: [a] },
        { kind: 'const', at, result: start, value: 1 },
        {
          kind: 'for',
          at,
          results: [all],
          low: low.id,
          high: high.id,
          inits: [start.id],
          body: {
            args: [index, so],
            body: [
              { kind: 'op', at, result: x, op: 'index', args: [a, index.id] },
              { kind: 'op', at, result: y, op: 'index', args: [b, index.id] },
              ...equal.body,
              { kind: 'op', at, result: next, op: 'and', args: [so.id, equal.value] },
            ],
            yields: [next.id],
          },
        },
      ],
      yields: [all.id],
    },
    otherwise: { args: [], body: [{ kind: 'const', at, result: no, value: 0 }], yields: [no.id] },
  };
}

const irType = (type: Type): IrType => (isIrType(type) ? type : { kind: 'unit' });
