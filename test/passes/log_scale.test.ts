import { describe, expect, test } from 'vitest';
import { javascript } from '../../src/codegen/javascript.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Program } from '../../src/ir/ir.js';
import { verify } from '../../src/ir/verify.js';
import { some } from '../../src/ir/walk.js';
import { withLogScales } from '../../src/passes/log_scale.js';
import { options, outcomeOf } from '../codegen/agree.js';
import { real } from '../ir/families.js';
import { mainProgram } from '../ir/hand_program.js';

const volatility: Program = mainProgram([real], (b, root) => {
  const h = b.draw('normal', real, [b.real(0), b.real(1)], root, 10);
  const sd = b.op('exp', [b.op('div', [h, b.real(2)])]);
  b.score('normal', [b.real(0), sd], b.real(1.5), root, 11);
  b.score('normal', [h, b.real(2)], b.real(0.5), root, 12);
  return [b.op('add', [h, sd])];
});

describe('densities of parameters that are exponentials', () => {
  const changed = withLogScales(volatility);

  test('take the exponent, and ask for no logarithm', () => {
    expect(verify(changed)).toEqual([]);
    const density = Object.entries(changed.functions).find(
      ([name]) => name.endsWith('of exp 1') && /logpdf/.test(name),
    );
    expect(density).toBeDefined();
    expect(some(density![1].body, (i) => i.kind === 'op' && i.op === 'log')).toBe(false);
    expect(Object.keys(changed.families).filter((key) => key.endsWith('of exp 1'))).toHaveLength(1);
  });

  test('are the same numbers but for rounding', () => {
    const before = interpret(volatility, 'main', options('column')).runBlock(0, 300);
    const after = interpret(changed, 'main', options('column')).runBlock(0, 300);
    expect(after.columns).toEqual(before.columns);
    for (let p = 0; p < 300; p++) expect(after.logWeight[p]!).toBeCloseTo(before.logWeight[p]!, 12);
  });

  test('agree to the bit between engines', () => {
    for (const layout of ['addressed', 'column', 'particle'] as const)
      expect(outcomeOf(() => javascript(changed, 'main', options(layout)).runBlock(2, 50))).toEqual(
        outcomeOf(() => interpret(changed, 'main', options(layout)).runBlock(2, 50)),
      );
  });

  test('are left alone where no parameter is one', () => {
    const plain = mainProgram([real], (b, root) => {
      const x = b.draw('normal', real, [b.real(0), b.real(1)], root, 10);
      b.score('normal', [b.op('exp', [x]), b.real(2)], b.real(0.5), root, 12);
      return [x];
    });
    expect(withLogScales(plain)).toBe(plain);
  });
});
