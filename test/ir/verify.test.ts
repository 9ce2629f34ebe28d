import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildFunction } from '../../src/ir/build.js';
import type { Family, Instruction, InstructionOf, Program } from '../../src/ir/ir.js';
import { withFunctions } from '../../src/ir/program.js';
import { verify } from '../../src/ir/verify.js';
import { mapOperands, mapResults, operandsOf, rewrite, some } from '../../src/ir/walk.js';
import { arbitraryProgram } from './arbitrary_program.js';
import { address, bool, int, normal, real, reals } from './families.js';
import { programOf } from './hand_program.js';

const pair = { kind: 'tuple', elements: [{ kind: 'real' }, { kind: 'bool' }] } as const;

/** A program with an instruction of every kind that may stand anywhere. */
const base: Program = {
  ...programOf([
    buildFunction('square', [real], [real], { draws: false, scores: false }, (b, [x]) => [
      b.op('power', [x!, b.int(2)]),
    ]),
    buildFunction('main', [address], [real, bool], { draws: true, scores: true }, (b, [root]) =>
      b.withPlace(0, () => {
        const x = b.draw('normal', real, [b.real(0), b.real(1)], b.address(root!, 12, b.int(1)), 10);
        const flag = b.bool(true);
        const xs = b.make(reals, [x, x]);
        const one = b.op('index', [xs, b.int(0)]);
        const both = b.make(pair, [one, flag]);
        const first = b.get(both, 0);
        const [chosen] = b.ifElse(
          flag,
          () => [first],
          () => [b.real(3)],
        );
        const [total] = b.forLoop(b.int(0), b.int(3), [chosen!], (k, [sum]) => [b.op('add', [sum!, k])]);
        const [halved] = b.whileLoop(
          [total!],
          ([y]) => b.op('gt', [y!, b.real(1)]),
          ([y]) => [b.op('div', [y!, b.int(2)])],
        );
        const [squared] = b.call('square', [halved!], [real]);
        const named = b.node('squared', [b.int(0)], squared!);
        b.score('normal', [named, b.real(1)], b.real(2), root!, 11, true);
        b.condition(flag);
        b.factor(named);
        b.check(flag, 'E0601', 'No.');
        b.resample();
        return [named, flag];
      }),
    ),
  ]),
  sources: ['a.scm'],
  places: [{ source: 0, span: { start: 0, end: 1 } }],
  models: {
    M: {
      function: 'main',
      nodes: [
        { name: 'x', type: real, rank: 0, modifier: null, operator: '~', optional: false, at: 0 },
        { name: 'flag', type: bool, rank: 0, modifier: null, operator: ':=', optional: false, at: 0 },
      ],
    },
  },
};

/** The program with main's instructions of one kind changed. */
function withInstruction<K extends Instruction['kind']>(
  kind: K,
  change: (i: InstructionOf<K>) => Instruction,
): Program {
  const isKind = (i: Instruction): i is InstructionOf<K> => i.kind === kind;
  let done = false;
  const main = base.functions.main!;
  const body = rewrite(main.body, (i) => {
    if (done || !isKind(i)) return i;
    done = true;
    return change(i);
  });
  if (!done) throw new Error(`no ${kind} in main`);
  return withFunctions(base, [{ ...main, body }]);
}

const withFamily = (more: Partial<Family>): Program => ({
  ...base,
  families: { ...base.families, normal: { ...normal.family, ...more } },
});

const mutants: Readonly<Record<string, readonly [Program, string]>> = {
  'an unknown operand': [withInstruction('factor', (i) => ({ ...i, value: 999 })), '%999'],
  'a value made twice': [withInstruction('get', (i) => ({ ...i, result: { ...i.result, id: 1 } })), 'made twice'],
  'a value from inside a region': [
    withInstruction('condition', (i) => {
      const loop = base.functions.main!.body.body.find((j) => j.kind === 'for');
      return { ...i, value: loop?.kind === 'for' ? loop.body.yields[0]! : -1 };
    }),
    'not made before',
  ],
  'a literal of another type': [withInstruction('const', (i) => ({ ...i, value: 'text' })), 'literal'],
  'an operation on the wrong types': [withInstruction('op', (i) => ({ ...i, op: 'and' })), 'and of'],
  'an operation with a result of another type': [
    withInstruction('op', (i) => ({ ...i, result: { ...i.result, type: bool } })),
    'results of index',
  ],
  'an operation with too few operands': [withInstruction('op', (i) => ({ ...i, args: i.args.slice(1) })), 'index of'],
  'an array of another length': [
    withInstruction('make', (i) => ({ ...i, result: { ...i.result, type: { ...reals, length: 3 } as typeof reals } })),
    '2 parts make no real[3]',
  ],
  'a part that is not there': [withInstruction('get', (i) => ({ ...i, position: 2 })), 'has no part 2'],
  'a condition that is a number': [withInstruction('if', (i) => ({ ...i, condition: 1 })), 'the condition is'],
  'branches that yield too much': [
    withInstruction('if', (i) => ({ ...i, then: { ...i.then, yields: [...i.then.yields, i.condition] } })),
    '2 yields, not 1',
  ],
  'a branch with arguments': [
    withInstruction('if', (i) => ({ ...i, otherwise: { ...i.otherwise, args: [{ id: 500, type: real }] } })),
    'a branch has arguments',
  ],
  'a branch of another type': [
    withInstruction('if', (i) => ({ ...i, then: { ...i.then, yields: [0] } })),
    'yields 0 is address, not real',
  ],
  'a loop over reals': [withInstruction('for', (i) => ({ ...i, high: i.inits[0]! })), 'the high end'],
  'a loop without first values': [withInstruction('for', (i) => ({ ...i, inits: [] })), '0 first values, not 1'],
  'a loop whose values change their type': [
    withInstruction('for', (i) => ({ ...i, results: i.results.map((r) => ({ ...r, type: int })) })),
    'results 0 is real, not int',
  ],
  'a while without a condition': [
    withInstruction('while', (i) => ({ ...i, condition: { ...i.condition, yields: [] } })),
    'does not yield one value',
  ],
  'a while whose condition is a number': [
    withInstruction('while', (i) => ({ ...i, condition: { ...i.condition, yields: [i.condition.args[0]!.id] } })),
    'is not a bool',
  ],
  'a call of nothing': [withInstruction('call', (i) => ({ ...i, callee: 'constructor' })), 'no function constructor'],
  'a call with an argument too many': [
    withInstruction('call', (i) => ({ ...i, args: [...i.args, ...i.args] })),
    '2 arguments of square, not 1',
  ],
  'a call with another result': [
    withInstruction('call', (i) => ({ ...i, results: i.results.map((r) => ({ ...r, type: bool })) })),
    'results of square',
  ],
  'an address below a number': [withInstruction('address', (i) => ({ ...i, parent: i.index! })), 'the parent is int'],
  'an address of a reserved site': [
    withInstruction('address', (i) => ({ ...i, site: -1 })),
    'not the number of a site',
  ],
  'noise outside a family': [
    withInstruction('resample', (i) => ({
      kind: 'noise',
      at: i.at,
      result: { id: 700, type: real },
      noise: 'normal',
      address: 0,
      request: 0,
    })),
    'noise outside',
  ],
  'a draw from no family': [withInstruction('draw', (i) => ({ ...i, family: '__proto__' })), 'no family __proto__'],
  'a draw with a parameter missing': [
    withInstruction('draw', (i) => ({ ...i, params: i.params.slice(1) })),
    '1 parameters of normal, not 2',
  ],
  'a draw of another type': [
    withInstruction('draw', (i) => ({ ...i, result: { ...i.result, type: bool } })),
    'results of normal',
  ],
  'a draw without an address': [withInstruction('draw', (i) => ({ ...i, address: i.params[0]! })), 'the address is'],
  'a draw at an unknown site': [withInstruction('draw', (i) => ({ ...i, site: 99 })), 'site 99'],
  'a score of another type': [withInstruction('score', (i) => ({ ...i, value: i.address })), 'the value is address'],
  'a score without a density': [withFamily({ logpdf: null }), 'has no logpdf'],
  'an abduction that the family cannot do': [withFamily({ abduct: null }), 'has no abduct'],
  'a condition on a number': [
    withInstruction('condition', (i) => ({ ...i, value: base.functions.main!.body.yields[0]! })),
    'the value is real',
  ],
  'a factor that is a bool': [
    withInstruction('factor', (i) => ({ ...i, value: base.functions.main!.body.yields[1]! })),
    'the value is bool',
  ],
  'a node without a name': [withInstruction('node', (i) => ({ ...i, name: '' })), 'no name'],
  'a read outside questions': [
    withInstruction('resample', (i) => ({
      kind: 'read',
      at: i.at,
      result: { id: 700, type: real },
      world: 1,
      node: 'x',
    })),
    'outside a question',
  ],
  'evidence of another type': [
    withInstruction('condition', (i) => ({ kind: 'equal', at: i.at, value: i.value, seen: 0 })),
    'cannot be compared',
  ],
  'a place that is not there': [withInstruction('check', (i) => ({ ...i, at: 7 })), 'no place 7'],
  'a place in no source': [{ ...base, sources: [] }, 'no source 0'],
  'a type that no value has': [
    withInstruction('make', (i) => ({
      ...i,
      result: { ...i.result, type: { kind: 'array', element: { kind: 'unknown' }, length: null } },
    })),
    'cannot be or hold a unknown',
  ],
  'an exponent that is computed': [
    withFunctions(base, [
      buildFunction('square', [real], [real], { draws: false, scores: false }, (b, [x]) => [
        b.op('power', [x!, b.op('floor', [x!])]),
      ]),
    ]),
    'exponent of power',
  ],
  'a function of another name': [
    { ...base, functions: { ...base.functions, other: base.functions.square! } },
    'is named square',
  ],
  'a function that yields too little': [
    withFunctions(base, [{ ...base.functions.square!, results: [real, real] }]),
    'yields 1 values, not 2',
  ],
  'a flag of draws that is wrong': [
    withFunctions(base, [{ ...base.functions.main!, draws: false }]),
    'draws should be true',
  ],
  'a flag of scores that is wrong': [
    withFunctions(base, [{ ...base.functions.square!, scores: true }]),
    'scores should be false',
  ],
  'a family without its function': [withFamily({ cdf: 'missing' }), 'no function missing'],
  'a family with functions swapped': [withFamily({ logpdf: 'normal.draw' }), 'argument'],
  'a density that is not real': [withFamily({ logpdf: 'bernoulli.require' }), 'takes 1 arguments, not 3'],
  'a requirement that is not a bool': [withFamily({ require: 'uniform.draw' }), 'takes 3 arguments, not 2'],
  'a quantile that draws': [
    withFunctions(withFamily({ quantile: 'noisy' }), [
      buildFunction('noisy', [real, real, real], [real], { draws: false, scores: true }, (b, [x]) => {
        b.factor(x!);
        return [x!];
      }),
    ]),
    'noisy scores',
  ],
  'a discrete family with a dimension': [withFamily({ discrete: true }), 'dimension 0'],
  'a model of no function': [{ ...base, models: { M: { function: 'gone', nodes: [] } } }, 'no function gone'],
  'a model with a node too few': [
    { ...base, models: { M: { function: 'main', nodes: [] } } },
    'yields 2 values, not 0',
  ],
  'a node of another rank': [
    {
      ...base,
      models: { M: { ...base.models.M!, nodes: base.models.M!.nodes.map((n) => ({ ...n, rank: 1 })) } },
    },
    'has rank 1',
  ],
};

describe('verify', () => {
  test('accepts a program that keeps the rules', () => {
    expect(verify(base)).toEqual([]);
  });

  test.each(Object.entries(mutants))('finds %s', (_name, [program, problem]) => {
    expect(verify(program).join('\n')).toContain(problem);
  });

  test('a read may stand in a question', () => {
    const [program] = mutants['a read outside questions']!;
    expect(verify(program, { questions: new Set(['main']) })).toEqual([]);
  });

  test('finds an operand or a result that was renumbered anywhere in a random program', () => {
    fc.assert(
      fc.property(arbitraryProgram, fc.nat(), fc.boolean(), ({ program }, pick, operand) => {
        const main = program.functions.main!;
        let count = 0;
        const suits = (i: Instruction): boolean =>
          operand
            ? operandsOf(i).length > 0
            : i.kind === 'const' && some(main.body, (j) => operandsOf(j).includes(i.result.id));
        some(main.body, (i) => {
          if (suits(i)) count += 1;
          return false;
        });
        fc.pre(count > 0);
        let left = pick % count;
        const body = rewrite(main.body, (i) => {
          if (!suits(i) || left-- !== 0) return i;
          return operand ? mapOperands(i, () => 1_000_000) : mapResults(i, (v) => ({ ...v, id: 1_000_000 }));
        });
        expect(verify(withFunctions(program, [{ ...main, body }]))).not.toEqual([]);
      }),
      { seed: 3, numRuns: 100 },
    );
  });
});
