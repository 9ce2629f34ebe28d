import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildFunction } from '../../src/ir/build.js';
import type { Program } from '../../src/ir/ir.js';
import { decodeProgram, encodeProgram } from '../../src/ir/json.js';
import { parseProgram } from '../../src/ir/parse_text.js';
import { printFunction, printProgram } from '../../src/ir/print.js';
import { emptyProgram, withFunctions } from '../../src/ir/program.js';
import { sweep } from '../sweep.js';
import { arbitraryProgram, randomProgram } from './arbitrary_program.js';
import { address, bool, real, reals } from './families.js';
import { mainProgram } from './hand_program.js';

/** Every field in its rarer form: names that need quotes, models, missing entries, literals that JSON has no word for. */
function oddProgram(): Program {
  const tangled = {
    kind: 'array',
    element: { kind: 'record', fields: [{ name: 'a b', type: { kind: 'unit' } }] },
    length: 2,
  } as const;
  const shapes = { kind: 'enum', name: 'shape of "x"', members: ['a', '2', 'c d', 'NaN'] } as const;
  const func = buildFunction(
    'not\n"plain" // name',
    [address, tangled, shapes],
    [real],
    { draws: false, scores: true },
    (b, [root, , e]) => {
      b.constant(real, Number.NaN);
      b.constant(real, -0);
      b.constant(real, Number.NEGATIVE_INFINITY);
      b.constant(real, 1e-300);
      b.constant({ kind: 'string' }, 'line\nbreak \u2028 "quotes" \\ // no comment');
      b.constant(reals, Float64Array.of(Number.NaN, -0, Number.POSITIVE_INFINITY, 5e-324));
      b.constant(reals, [Number.NaN, 1]);
      b.input(real, 'trial.age');
      b.op('absent', [], tangled);
      b.address(root!, -5, e!);
      b.call('NaN', [], []);
      b.read(real, 2, 'x[3]');
      b.equal(e!, e!);
      b.approximate(e!, e!);
      b.resample();
      const x = b.real(1);
      b.check(b.bool(true), 'E0601', 'A "message".');
      return b.whileLoop(
        [x],
        () => b.bool(false),
        ([y]) => [y!],
      );
    },
  );
  const program = withFunctions(emptyProgram, [func]);
  return {
    ...program,
    functions: Object.fromEntries([
      ...Object.entries(program.functions),
      ['__proto__', { ...func, name: 'constructor' }],
    ]),
    families: {
      'odd(real[])': {
        name: 'odd',
        value: { kind: 'tuple', elements: [{ kind: 'real' }] },
        parameters: [
          { name: 'p', type: { kind: 'array', element: { kind: 'enum', name: 'shape', members: [] }, length: null } },
        ],
        discrete: false,
        dimension: null,
        draw: 'd',
        mechanism: null,
        abduct: 'x',
        logpdf: null,
        cdf: 'c',
        quantile: null,
        survival: null,
        logcdf: null,
        require: 'draw',
        support: null,
        mean: null,
        variance: 'v',
      },
    },
    models: {
      M: {
        function: 'f',
        nodes: [
          { name: 'event.depth', type: real, rank: 0, modifier: 'latent', operator: '~', optional: true, at: 0 },
          { name: 'random', type: reals, rank: 1, modifier: 'param', operator: ':=', optional: false, at: -1 },
        ],
      },
      empty: { function: 'f', nodes: [] },
    },
    sites: Object.fromEntries([[-7, { name: 'a site', at: 0 }]]),
    places: [{ source: 0, span: { start: 3, end: 9 } }],
    sources: ['dir/a "b".scm'],
  };
}

const readText = (text: string): Program => {
  const read = parseProgram(text);
  if (!read.ok) throw new Error(read.diagnostics.map((d) => d.message).join('\n'));
  return read.value;
};
const readJson = (text: string): Program => {
  const read = decodeProgram(text);
  if (!read.ok) throw new Error(read.diagnostics.map((d) => d.message).join('\n'));
  return read.value;
};

describe('text form', () => {
  test('random programs come back as they were', () => {
    fc.assert(
      fc.property(arbitraryProgram, ({ program }) => {
        expect(readText(printProgram(program))).toStrictEqual(program);
      }),
      { seed: 1, numRuns: sweep(100, 300) },
    );
  });

  test('odd programs come back as they were', () => {
    const text = printProgram(oddProgram());
    expect(readText(text)).toStrictEqual(oddProgram());
    expect(printProgram(readText(text))).toBe(text);
  });

  test('can be read by people', () => {
    const program = mainProgram([bool], (b, root) => {
      const p = b.forLoop(b.int(0), b.int(3), [b.real(0.5)], (_, [x]) => [b.op('mul', [x!, x!])])[0]!;
      b.score('normal', [p, b.real(1)], b.real(2), root, 11, true);
      return [b.draw('bernoulli', bool, [p], root, 10)];
    });
    expect(printFunction(program.functions.main!, program)).toBe(`fn main -> (bool) draws scores (%0: address) {
  %1: int = const 0
  %2: int = const 3
  %3: real = const 0.5
  %7: real = for %1, %2 [%3] (%4: int, %5: real) {
    %6: real = op mul(%5, %5)
    yield %6
  }
  %8: real = const 1
  %9: real = const 2
  score normal(%7, %8) at %9 below %0 site 11 abduct // s11
  %10: bool = draw bernoulli(%7) below %0 site 10 // s10
  yield %10
}`);
  });

  test.each([
    ['', "expected 'ir', found the end of the text", 0],
    ['ir 2', "expected version '1'", 3],
    ['ir 1\nfn f -> () { %0: real = op added() }', 'expected the name of an operation', 32],
    ['ir 1\nfn f -> () {\n  %0: reel = const 1\n}', 'expected a type', 24],
    ['ir 1\nfn f -> () { condition }', "expected '%', found '}'", 28],
    ['ir 1\nfn f -> () { £ }', 'cannot read this character', 18],
    ['ir 1\nsource "a', 'cannot read this character', 12],
    ['ir 1\nplace 1 0 0 0', "expected the number '0'", undefined],
  ])('%j is refused', (text, message, start) => {
    const read = parseProgram(text, 'x.ir');
    expect(read.ok).toBe(false);
    expect(read.diagnostics).toHaveLength(1);
    const [problem] = read.diagnostics;
    expect(problem?.code).toBe('E0590');
    expect(problem?.message).toContain(message);
    if (start !== undefined) expect(problem?.span.start).toBe(start);
  });

  test('a text that was cut or changed anywhere is read or refused, never a crash', () => {
    const text = printProgram(randomProgram(5, 4).program);
    for (let k = 0; k < 300; k++) {
      const cut = Math.floor((k / 300) * text.length);
      for (const broken of [text.slice(0, cut), `${text.slice(0, cut)}}${text.slice(cut + 1)}`]) {
        const read = parseProgram(broken);
        expect(read.diagnostics).toHaveLength(read.ok ? 0 : 1);
        for (const { span } of read.diagnostics) expect(span.end).toBeLessThanOrEqual(broken.length + 1);
      }
    }
  });
});

describe('JSON form', () => {
  test('random programs come back as they were', () => {
    fc.assert(
      fc.property(arbitraryProgram, ({ program }) => {
        expect(readJson(encodeProgram(program))).toStrictEqual(program);
      }),
      { seed: 2, numRuns: sweep(100, 300) },
    );
  });

  test('odd programs come back as they were', () => {
    expect(readJson(encodeProgram(oddProgram()))).toStrictEqual(oddProgram());
  });

  test.each([
    ['{', 'E0590', 'not JSON'],
    ['[]', 'E0590', 'no version'],
    ['{"version":2}', 'E0591', 'version 2'],
    ['{"version":1}', 'E0590', 'functions'],
    [encodeProgram(oddProgram()).replace('"kind":"resample"', '"kind":"sample"'), 'E0590', 'functions'],
    [encodeProgram(oddProgram()).replace('"dimension":null', '"dimension":"1"'), 'E0590', 'dimension'],
    [encodeProgram(oddProgram()).replace('"sources":', '"resources":'), 'E0590', 'sources'],
  ])('%.60s is refused', (text, code, word) => {
    const read = decodeProgram(text, 'x.json');
    expect(read.ok).toBe(false);
    expect(read.diagnostics[0]?.code).toBe(code);
    expect(read.diagnostics.map((d) => d.message).join('\n')).toContain(word);
  });
});
