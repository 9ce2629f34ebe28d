import { describe, expect, it } from 'vitest';
import { builtins, builtinType, findBuiltin } from '../../src/check/builtins.js';
import { newSession } from '../../src/check/constants.js';
import { checkModel } from '../../src/check/models.js';
import { descendants, type ModelInfo, wholeType } from '../../src/check/node_info.js';
import { arrayOf, bool, int, real, showType, string, unknown } from '../../src/ir/type.js';
import { checkText, codesOf } from './check.js';

function model(text: string, name = 'M'): ModelInfo {
  const { project } = checkText(text);
  return checkModel(newSession(project), name, project.models.get(name)!);
}

const typeOf = (info: ModelInfo, node: string): string => showType(wholeType(info.nodes.get(node)!));

describe('types of nodes', () => {
  it('are inferred from what is drawn and computed', () => {
    const info = model(`
      enum Drug { A, B }
      fn pair(x) = (x, x > 0)
      model M {
        n ~ poisson(3)
        drug ~ categorical(Drug, [0.5, 0.5])
        for i in 0..n { x[i] ~ normal(0, 1) }
        param risk[bool, Drug] ~ beta(1, 1)
        var total = 0
        for i in 0..n { total = total + x[i] }
        sum_of := total
        both := pair(n)
        rec := { a: n, b: drug }
        half := n / 2
        many ~ iid(bernoulli(0.5), 3)
        mixed ~ mixture([0.5, 0.5], [normal(0, 1), cauchy(0, 1)])
      }`);
    expect(typeOf(info, 'n')).toBe('int');
    expect(typeOf(info, 'drug')).toBe('Drug');
    expect(typeOf(info, 'x')).toBe('real[]');
    expect(typeOf(info, 'risk')).toBe('real[2][2]');
    expect(typeOf(info, 'sum_of')).toBe('real');
    expect(typeOf(info, 'both')).toBe('(int, bool)');
    expect(typeOf(info, 'rec')).toBe('{ a: int, b: Drug }');
    expect(typeOf(info, 'half')).toBe('real');
    expect(typeOf(info, 'many')).toBe('bool[]');
    expect(typeOf(info, 'mixed')).toBe('real');
    expect(info.nodes.get('x')?.optional).toBe(false);
  });

  it('join over recursion and branches', () => {
    const info = model(`
      fn grow(n) = if n == 0 then 0 else grow(n - 1) + 0.5
      fn even(n) = if n == 0 then true else odd(n - 1)
      fn odd(n) = if n == 0 then false else even(n - 1)
      model M {
        a := grow(3)
        b := even(4)
        c ~ bernoulli(0.5)
        if c { d := 1 } else { d := 0.5 }
        if c { e := 1 }
      }`);
    expect(typeOf(info, 'a')).toBe('real');
    expect(typeOf(info, 'b')).toBe('bool');
    expect(typeOf(info, 'd')).toBe('real');
    expect(info.nodes.get('d')?.reads).toEqual(new Set(['c']));
    expect(info.nodes.get('e')?.optional).toBe(true);
  });

  it('know what reads what, through locals, variables and control', () => {
    const info = model(`
      model M {
        a ~ normal(0, 1)
        b ~ normal(0, 1)
        let twice = 2 * a
        var s = 0.0
        while s < b { s = s + 1 }
        c := twice
        d := s
        e ~ normal(c + d, 1)
      }`);
    expect([...info.nodes.get('c')!.reads]).toEqual(['a']);
    expect([...info.nodes.get('d')!.reads]).toEqual(['b']);
    expect([...descendants(info, 'a')].sort()).toEqual(['c', 'e']);
    expect([...descendants(info, 'b')].sort()).toEqual(['d', 'e']);
  });
});

describe('primitives', () => {
  it('are found by name and number of arguments', () => {
    expect(findBuiltin('exp', 1)).toBe(builtins.exp);
    expect(findBuiltin('exp', 2)).toBeNull();
    expect(findBuiltin('max', 3)).toBe(builtins.max);
    expect(findBuiltin('max', 1)).toBeNull();
    expect(findBuiltin('exp@library', 1)).toBe(builtins.exp);
    for (const name of ['constructor', '__proto__', 'toString']) expect(findBuiltin(name, 1)).toBeNull();
  });

  it('have the types that their operations have', () => {
    expect(builtinType(builtins.floor!, [real])).toEqual(int);
    expect(builtinType(builtins.real!, [bool])).toEqual(real);
    expect(builtinType(builtins.min!, [int, real, int])).toEqual(real);
    expect(builtinType(builtins.append!, [arrayOf(unknown, 0), real])).toEqual(arrayOf(real, 1));
    expect(builtinType(builtins.append!, [arrayOf(int), string])).toBeNull();
    expect(builtinType(builtins.logpdf!, [{ kind: 'dist', over: bool, families: [] }, bool])).toEqual(real);
    expect(builtinType(builtins.logpdf!, [{ kind: 'dist', over: bool, families: [] }, string])).toBeNull();
    expect(builtinType(builtins.exp!, [unknown])).toEqual(real);
  });
});

describe('one error', () => {
  it('causes no others', () => {
    expect(
      codesOf('model M { x ~ nope(1)\n y := x + 1\n z ~ normal(y[0].a, x) }\nquery q = E(z | x = 1, do(y = 2))'),
    ).toEqual(['E0202 1']);
    expect(codesOf('const c = d\nmodel M { x ~ normal(c, 1)\n observe c > 0 }\nquery q = E(x)')).toEqual(['E0201 1']);
  });

  it('in a template is said once, however often it is called', () => {
    expect(
      codesOf('fn f(x) = x + true\nmodel M { a := f(1)\n b := f(2.5)\n c := f(1) }\nquery q = E(a + b + c)'),
    ).toEqual(['E0302 1']);
  });
});
