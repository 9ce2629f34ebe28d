import { describe, expect, test } from 'vitest';
import { emitJavaScript, javascript } from '../../src/codegen/javascript.js';
import { compileResumable } from '../../src/codegen/resumable.js';
import { buildFunction } from '../../src/ir/build.js';
import type { IrType, Program } from '../../src/ir/ir.js';
import { address, bool, real, reals, string } from '../ir/families.js';
import { mainProgram, programOf } from '../ir/hand_program.js';
import { expectSame, options, oracle, outcome, outcomeOf } from './agree.js';

const hostile = [
  '"); globalThis.broken = 1; ("',
  "'); globalThis.broken = 1; ('",
  ['`$', '{globalThis.broken = 1}`'].join(''),
  '*/ globalThis.broken = 1 /*',
  '\n globalThis.broken = 1 //',
  '\u2028globalThis.broken = 1',
  '__proto__',
  'constructor',
  'process',
  '\\u0022',
  '</script>',
  'main(){}',
];

const record: IrType = { kind: 'record', fields: hostile.map((name) => ({ name, type: { kind: 'real' } })) };
const labels: IrType = { kind: 'enum', name: hostile[0]!, members: hostile };

/** The names stand wherever a program can have names. */
const named = (name: string): Program => {
  const program = programOf([
    buildFunction(name, [address, real], [real], { draws: true, scores: false }, (b, [a, x]) => [
      b.draw('normal', real, [x!, b.real(1)], a!, 10),
    ]),
    buildFunction(
      'main',
      [address],
      [real, string, bool, record, labels],
      { draws: true, scores: true },
      (b, [root]) => {
        const [x] = b.call(name, [b.address(root!, 11), b.real(2)], [real]);
        const text = b.constant(string, name);
        b.node(name, [], x!);
        b.score('normal', [x!, b.real(1)], b.real(0), root!, 12);
        b.check(b.op('lt', [x!, b.real(100)]), 'E0601', name);
        const host = b.extern(name, [x!], real);
        return [
          host,
          text,
          b.op('eq', [text, b.constant(string, name)]),
          b.make(
            record,
            hostile.map(() => x!),
          ),
          b.op('to_enum', [b.int(3)], labels),
        ];
      },
    ),
  ]);
  const sites = Object.fromEntries(Object.keys(program.sites).map((site) => [site, { name, at: -1 }]));
  return { ...program, sites };
};

describe('text of a program is never code', () => {
  test.each(hostile)('%j', (name) => {
    const externs = Object.fromEntries([[name, (x: unknown) => Number(x) + 1]]);
    if (name === '__proto__')
      Object.defineProperty(externs, name, { value: (x: unknown) => Number(x) + 1, enumerable: true });
    const program = named(name);
    for (const layout of ['addressed', 'particle', 'column'] as const) {
      const text = emitJavaScript(program, 'main', { ...options(layout), externs });
      expect(text).not.toContain('broken');
      if (name !== 'main(){}') expect(text).not.toContain(name);
      expect(text).toMatch(/^[\x20-\x7e\n]*$/);
      expectSame(name, outcome(javascript, program, layout, 1, 10, { externs }), oracle(program, layout, { externs }));
      const kernel = compileResumable(program, 'main', { ...options(layout), externs });
      kernel.start(1, 10);
      expectSame(name, outcomeOf(kernel.finish), oracle(program, layout, { externs }));
    }
    expect('broken' in globalThis).toBe(false);
  });

  test('the same program gives the same text', () => {
    expect(emitJavaScript(named('x'), 'main', options('column'))).toBe(
      emitJavaScript(named('x'), 'main', options('column')),
    );
  });

  test('literals read back as the same doubles', () => {
    const numbers = [
      -0,
      0,
      1e-323,
      5e-324,
      1.7976931348623157e308,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      0.1,
      -1e21,
      123456789012345680000,
      2 ** 53,
    ];
    const program = mainProgram([real, ...numbers.map(() => real), reals], (b, root) => {
      const one = b.draw('bernoulli', bool, [b.real(1)], root, 10);
      const chosen = numbers.map((x) => b.op('select', [one, b.real(x), b.real(1)]));
      return [b.op('to_real', [one]), ...chosen, b.constant(reals, numbers)];
    });
    const result = javascript(program, 'main', options('addressed')).runBlock(0, 1);
    numbers.forEach((x, k) => {
      expect(result.columns[k + 1]![0]).toBe(x);
    });
    expect(result.columns.at(-1)![0]).toEqual(Float64Array.from(numbers));
  });
});
