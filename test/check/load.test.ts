import { describe, expect, it } from 'vitest';
import { loadProject } from '../../src/check/load.js';
import { resolveCall } from '../../src/check/resolve.js';
import { isLibrary } from '../../src/stdlib/prelude.js';
import { checkText, codesOf } from './check.js';
import { memoryHost } from './host.js';

const load = (text: string, files: Readonly<Record<string, string>> = {}) =>
  loadProject({ name: 'main.scm', text }, memoryHost(files));

describe('loading', () => {
  it('brings the library, whose trees are decoded when named', () => {
    const outcome = load('model M { x ~ normal(0, 1) }');
    expect(outcome.ok).toBe(true);
    if (!outcome.ok) return;
    expect(outcome.value.functions.has('erfc')).toBe(true);
    expect(outcome.value.dists.get('normal')?.[0]?.declaration.parameters.map((p) => p.name.text)).toEqual([
      'mean',
      'sd',
    ]);
    expect(outcome.value.dists.get('gamma')?.length).toBe(2);
    expect(outcome.value.functions.get('__proto__')).toBeUndefined();
    expect(outcome.value.functions.get('constructor')).toBeUndefined();
  });

  it('follows imports: listed names, or all of them', () => {
    const files = { 'm.scm': 'const k = 2\nfn f(x) = k * g(x)\nfn g(x) = x + 1\nenum Side { left, right }' };
    expect(codesOf('import "./m.scm" (f)\nmodel M { y := f(1) }\nquery q = E(y)', files)).toEqual([]);
    expect(codesOf('import "./m.scm"\nmodel M { y := f(k) + g(1) }\nquery q = E(y)', files)).toEqual([]);
    // What is not listed is not seen.
    expect(codesOf('import "./m.scm" (f)\nmodel M { y := f(1) + g(1) + k }\nquery q = E(y)', files)).toEqual([
      'E0202 2',
      'E0201 2',
    ]);
  });

  it('keeps the names of modules apart from those of the file', () => {
    const files = { 'm.scm': 'fn helper(x) = x + 1\nfn f(x) = helper(x)' };
    const outcome = load(
      'import "./m.scm" (f)\nfn helper(a, b) = a * b\nmodel M { y := f(helper(2, 3)) }\nquery q = E(y)',
      files,
    );
    expect(outcome.ok).toBe(true);
    if (!outcome.ok) return;
    expect(outcome.value.functions.get('helper')?.source.name).toBe('main.scm');
    expect([...outcome.value.functions.keys()].some((n) => n.startsWith('helper@'))).toBe(true);
    expect(
      codesOf('import "./m.scm" (f)\nfn helper(a, b) = a * b\nmodel M { y := f(helper(2, 3)) }\nquery q = E(y)', files),
    ).toEqual([]);
  });

  it('lets the file take names of the library, and the library keep its own', () => {
    const text =
      'fn sum(a, b) = a + b\nfn exp(x) = x\nmodel M { y := sum(1, 2) + mean([1.0, 2.0]) + exp(2)\n x ~ lognormal(0, 1) }\nquery q = E(y + x)';
    expect(codesOf(text)).toEqual([]);
    const { project } = checkText(text);
    expect(project.functions.get('sum')?.source.name).toBe('main.scm');
    const kept = project.functions.get('sum@library');
    expect(kept !== undefined && isLibrary(kept.source)).toBe(true);
    const own = resolveCall(project, 'exp', 1, false);
    expect(own?.kind).toBe('function');
    expect(resolveCall(project, 'exp@library', 1, false)?.kind).toBe('builtin');
  });

  it("puts a file's overloads of a family before the library's", () => {
    const text =
      'dist normal(mean: real): real { draw = mean + noise_normal() }\nmodel M { x ~ normal(0)\n y ~ normal(0, 1) }\nquery q = E(x + y)';
    expect(codesOf(text)).toEqual([]);
    const overloads = checkText(text).project.dists.get('normal') ?? [];
    expect(overloads.map((d) => isLibrary(d.source))).toEqual([false, true]);
  });

  it('reads a file once however often it is imported', () => {
    const files = {
      'a.scm': 'import "./c.scm"\nfn fa(x) = fc(x)',
      'b.scm': 'import "./c.scm"\nfn fb(x) = fc(x)',
      'c.scm': 'fn fc(x) = x',
    };
    expect(
      codesOf('import "./a.scm" (fa)\nimport "./b.scm" (fb)\nmodel M { y := fa(1) + fb(1) }\nquery q = E(y)', files),
    ).toEqual([]);
  });

  it('finds enums for the labels of tables wherever they are declared', () => {
    const text = 'data t = csv("t.csv")\nenum Drug { A, B }\nmodel M { x := t.drug[0] == A }\nquery q = P(x)';
    expect(codesOf(text, { 't.csv': 'drug\nA\nB\n' })).toEqual([]);
  });

  it('says what is wrong with imports', () => {
    expect(codesOf('import "./no.scm"')).toEqual(['E0501 1']);
    expect(codesOf('import "nothing_such" (f)')).toEqual(['E0521 1']);
    expect(codesOf('import "./m.scm" (g)', { 'm.scm': 'fn f(x) = x' })).toEqual(['E0216 1']);
    expect(codesOf('import "./a.scm"', { 'a.scm': 'import "./b.scm"', 'b.scm': 'import "./a.scm"' })).toEqual([
      'E0520 1',
    ]);
    expect(codesOf('import "./m.scm"\nfn f(x) = x', { 'm.scm': 'fn f(x) = x' })).toEqual(['E0205 1']);
  });

  it('goes on with what could be read', () => {
    expect(
      codesOf('data t = csv("no.csv")\nmodel M { x ~ normal(t.a[0] + t.rows, 1)\n y := zz }\nquery q = E(x)'),
    ).toEqual(['E0501 1', 'E0201 3']);
  });
});
