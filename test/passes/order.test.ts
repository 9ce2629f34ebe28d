import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Instruction, ValueId } from '../../src/ir/ir.js';
import { usesOf } from '../../src/ir/walk.js';
import { order } from '../../src/passes/order.js';

const make = (id: ValueId, ...parts: readonly ValueId[]): Instruction => ({
  kind: 'make',
  at: -1,
  result: { id, type: { kind: 'tuple', elements: parts.map(() => ({ kind: 'real' })) } },
  parts,
});
const site = 5;
const draw = (id: ValueId, copy: boolean): Instruction => ({
  kind: 'draw',
  at: -1,
  result: { id, type: { kind: 'real' } },
  family: 'f',
  params: [],
  address: 0,
  site,
  shared: true,
  copy,
});
const score = (value: ValueId): Instruction => ({
  kind: 'score',
  at: -1,
  family: 'f',
  params: [],
  value,
  address: 0,
  site,
  abduct: true,
});

describe('order', () => {
  test('leaves alone what is in order', () => {
    const body = [make(1), make(2, 1), make(3)];
    expect(order(body)).toBe(body);
  });

  test('makes values before their uses, and moves nothing else', () => {
    const [a, b, c, d] = [make(1, 3), make(2), make(3, 4), make(4)];
    expect(order([a, b, c, d])).toEqual([d, c, a, b]);
  });

  test('counts what regions use', () => {
    const inner: Instruction = {
      kind: 'if',
      at: -1,
      results: [],
      condition: 0,
      then: { args: [], body: [make(2, 1)], yields: [] },
      otherwise: { args: [], body: [], yields: [] },
    };
    const one = make(1);
    expect(order([inner, one])).toEqual([one, inner]);
  });

  test('has none for a circle, also one of a single instruction', () => {
    expect(order([make(1, 2), make(2, 1)])).toBeNull();
    const loop: Instruction = {
      kind: 'for',
      at: -1,
      results: [{ id: 3, type: { kind: 'real' } }],
      low: 0,
      high: 0,
      inits: [0],
      body: { args: [], body: [make(2, 3)], yields: [2] },
    };
    expect(order([loop])).toBeNull();
  });

  test('fixes noise before another world draws on it', () => {
    const [copied, fixed] = [draw(1, true), score(0)];
    expect(order([copied, fixed])).toEqual([fixed, copied]);
    const [own] = [draw(1, false)];
    expect(order([own, fixed])).toEqual([own, fixed]);
    expect(order([own, fixed], new Set([site]))).toEqual([fixed, own]);
  });

  test('any shuffle of instructions in order can be put in order again', () => {
    const shuffled = fc
      .array(fc.array(fc.nat(30), { maxLength: 3 }), { minLength: 1, maxLength: 12 })
      .map((parts) => parts.map((p, id) => make(id, ...new Set(p.filter((x) => x < id)))))
      .chain((body) => fc.shuffledSubarray(body, { minLength: body.length }));
    fc.assert(
      fc.property(shuffled, (body) => {
        const sorted = order(body) ?? [];
        expect(new Set(sorted)).toEqual(new Set(body));
        const made = new Set<ValueId>();
        for (const instruction of sorted) {
          for (const used of usesOf(instruction)) expect(made.has(used)).toBe(true);
          if ('result' in instruction) made.add(instruction.result.id);
        }
      }),
      { seed: 1 },
    );
  });
});
