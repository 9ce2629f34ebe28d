import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkSource } from '../../src/check/check_source.js';
import { nodeHost } from '../../src/data/node_files.js';
import { codesOf } from './check.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => name.endsWith('.scm'))
    .sort();

/** Errors of a file; tables of the language page's programs stand with the examples. */
function errorsOf(name: string): readonly string[] {
  const path = join(root, name);
  const folder = name.startsWith('test/programs') ? join(root, 'examples') : dirname(path);
  const { diagnostics } = checkSource({ name, text: readFileSync(path, 'utf8') }, nodeHost(folder, { allowRead: [] }));
  return diagnostics.filter((d) => d.severity === 'error').map((d) => `${d.code} ${d.message}`);
}

describe('programs without errors', () => {
  it.each([...filesBelow('test/programs'), ...filesBelow('examples')])('%s', (name) => {
    expect(errorsOf(name)).toEqual([]);
  });
});

describe('the library', () => {
  it.each(filesBelow('stdlib'))('%s', (name) => {
    expect(errorsOf(name)).toEqual([]);
  });
});

/** Constructs of the language page, each of which must pass. */
const constructs: Readonly<Record<string, string>> = {
  'recursion with short circuit': `
    fn survives(t, rate) { let left = t - sample exponential(rate)
      if left < 0 { return sample bernoulli(0.9) }
      return survives(left, rate) or survives(left, rate) }
    model M { alive := survives(1.0, 2.0) } query q = P(alive)`,
  'int widens in var and branches':
    'model M { var x = 0 for i in 0..3 { x = x + 0.5 } y := if x > 1 then 1 else x } query q = E(y)',
  'functions of distributions':
    'fn draw_two(d) = [sample d, sample d] model M { x := draw_two(normal(0, 1)) } query q = E(x[0])',
  'arrays of distributions': 'model M { x ~ mixture([0.5, 0.5], [normal(0, 1), student_t(3, 0, 1)]) } query q = E(x)',
  'tables by enum and bool': `
    enum Drug { A, B } const rate = [[0.1, 0.2], [0.3, 0.4]]
    model M { sex ~ bernoulli(0.5) drug ~ categorical(Drug, [0.5, 0.5]) ill ~ bernoulli(rate[sex, drug]) }
    query q = P(ill | drug = Drug.A)`,
  'loops over enums':
    'enum Drug { A, B } model M { for d in Drug { risk[d] ~ beta(1, 1) } ill ~ bernoulli(risk[A]) } query q = P(ill)',
  'exclusive branches declare one node':
    'model M { c ~ bernoulli(0.5) if c { x ~ normal(0, 1) } else { x ~ cauchy(0, 1) } } query q = P(x > 0)',
  'families that read back':
    'model M { for t in 0..5 { x[t] ~ normal(if t == 0 then 0 else x[t-1], 1) } } query q = E(x[4])',
  'families that read each other': `
    model M { a[0] ~ normal(0, 1) b[0] ~ normal(a[0], 1)
      for t in 1..5 { a[t] ~ normal(b[t-1], 1) b[t] ~ normal(a[t], 1) } }
    query q = E(b[4])`,
  'records, tuples, match': `
    enum Kind { ring, box }
    fn area(s) = match s.kind { ring => pi * s.r^2, box => s.r^2 }
    fn both(x) = (x, 2 * x)
    model M { r ~ exponential(1) let (a, b) = both(area({ kind: ring, r: r })) y := a + b } query q = E(y)`,
  'calls and nodes of one name':
    'model M { beta ~ beta(1, 1) gamma ~ gamma(shape = 2, scale = beta) } query q = E(gamma / beta)',
  'worlds in worlds': `
    model M { x ~ bernoulli(0.5) m ~ bernoulli(if x then 0.9 else 0.1) y := x and m }
    query q = P(y[do(x = true, m = m[do(x = false)])] and not y[do(x = false)] | x = false)`,
  'stochastic and shifted actions':
    'model M { x ~ normal(0, 1) y ~ normal(x, 1) } query q = E(y | do(x ~ normal(1, 1))) + E(y[do(x := x + 1)])',
  'parts and their nodes': `
    model Shower(energy: real) { depth ~ exponential(energy) for i in 0..3 { hits[i] ~ poisson(depth) } }
    model M { energy ~ exponential(1) event ~ Shower(energy) seen := event.hits[2] > 1 }
    query q = E(event.depth | event.hits[0] = 3, do(event.depth = 2.0)) in M`,
  'evidence on whole families':
    'const y = [1.0, 2.0] model M { m ~ normal(0, 1) for i in 0..2 { x[i] ~ normal(m, 1) } } query q = E(m | x = y)',
  decisions:
    'model M { x ~ normal(0, 1) y ~ normal(x, 1) } query q = argmax d in [0.0, 0.5], e in 0..3 of E(y * e | do(x = d))',
  graphs:
    'graph G { latent u u -> x, y x -> m -> y a <-> y } query q = identify P(y | do(x), a) query r = identify E(y[do(x = 1)])',
  'operated models':
    'model M(p: real) { x ~ bernoulli(p) y := x } model N = do(M, x = true) query q = P(y) in N(0.5) query r = P(y) in M(0.5)',
  'own distributions': `
    dist twice(d: dist): real { draw = 2 * sample d logpdf(x) = logpdf(d, x / 2) - log(2) }
    dist shifted(by: real) { require by > 0 draw = by + noise_exponential() logpdf(x) = if x < by then -infinity else by - x }
    model M { x ~ twice(normal(0, 1)) y ~ shifted(2) } query q = E(x + y)`,
  'max of many': 'model M { x ~ normal(0, 1) y := max(x, 0, 1) + min([x, 2]) } query q = E(y)',
  existence: 'model M { n ~ poisson(3) for i in 0..n { x[i] ~ normal(0, 1) } } query q = E(x[2] | exists(x[2]))',
  information:
    'model M { theta ~ bernoulli(0.5) x ~ bernoulli(if theta then 0.9 else 0.2) } query q = I(theta; x) - H(x | do(theta = true))',
  extern:
    'extern fn detector(energy: real): vector model M { e ~ exponential(1) h := sum(detector(e)) } query q = E(h)',
};

describe('constructs of the language', () => {
  it.each(Object.entries(constructs))('%s', (_, text) => {
    expect(codesOf(text).filter((c) => c.startsWith('E'))).toEqual([]);
  });
});
