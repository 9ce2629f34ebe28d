import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import { memoryHost } from '../check/host.js';

type Options = { readonly targets?: readonly string[]; readonly unroll?: boolean; readonly model?: string };

function graph(text: string, { targets = [], unroll = false, model }: Options = {}) {
  const opened = openSession({ name: 'main.scm', text }, memoryHost({}), defaultSettings);
  if (!opened.ok) throw new Error(opened.diagnostics.map((d) => `${d.code} ${d.message}`).join('\n'));
  const found = opened.value.graph(model ?? null, { targets, unroll });
  if (!found.ok) throw new Error(found.diagnostics.map((d) => d.message).join('\n'));
  return found.value;
}

/** Edges as written, sorted: `x -> y`, `x <-> y`. */
const edges = (text: string, options?: Options): readonly string[] =>
  graph(text, options)
    .edges.map((e) => `${e.from} ${e.kind} ${e.to}`)
    .sort();

const names = (text: string, options?: Options): readonly string[] => graph(text, options).nodes.map((n) => n.name);

describe('edges', () => {
  test('a collider', () => {
    const text = 'model M { a ~ normal(0, 1)  b ~ normal(0, 1)  c := a + b }';
    expect(names(text)).toEqual(['a', 'b', 'c']);
    expect(edges(text)).toEqual(['a -> c', 'b -> c']);
  });

  test('the front door, with its latent cause marked', () => {
    const text = `model M { latent u ~ bernoulli(0.5)  smoking ~ bernoulli(if u then 0.8 else 0.2)
      tar ~ bernoulli(if smoking then 0.9 else 0.1)  cancer ~ bernoulli(if tar or u then 0.3 else 0.1) }`;
    expect(edges(text)).toEqual(['smoking -> tar', 'tar -> cancer', 'u -> cancer', 'u -> smoking']);
    expect(graph(text).nodes.find((n) => n.name === 'u')?.latent).toBe(true);
  });

  test('go through local names and functions, and only through what these use', () => {
    const text = `fn first(a, b) = a
      model M { a ~ normal(0, 1)  b ~ normal(0, 1)  let pair = (a, b)  let (p, q) = pair  c := p  d := first(b, a)
        let r = { x: a, y: b }  e := r.y  f := q }`;
    expect(edges(text)).toEqual(['a -> c', 'b -> d', 'b -> e', 'b -> f']);
  });

  test('come from what decides whether a node is made', () => {
    const text = 'model M { c ~ bernoulli(0.5)  if c { x ~ normal(0, 1) }  y := c }';
    expect(edges(text)).toEqual(['c -> x', 'c -> y']);
  });

  test('do not come from branches that never run', () => {
    const text = 'const on = false\nmodel M { a ~ normal(0, 1)  x := if on then a else 1.0 }';
    expect(edges(text)).toEqual([]);
  });

  test('come from the number of rounds of a loop', () => {
    const text = 'model M { n ~ poisson(3)  var s = 0  for i in 0..n { s = s + 1 }  x := s }';
    expect(edges(text)).toEqual(['n -> x']);
  });

  test('through variables that a loop carries', () => {
    const text = `model M { a ~ normal(0, 1)  b ~ normal(0, 1)  var s = 0.0  var t = 0.0
      while s < 10 { t = s  s = s + a * a + 1 }  x := t  y := b }`;
    expect(edges(text)).toEqual(['a -> x', 'b -> y']);
  });
});

describe('unnamed common causes', () => {
  test('a draw that is no node and reaches two nodes', () => {
    expect(edges('model M { let u = sample normal(0, 1)  x := u + 1  y := 2 * u }')).toEqual(['x <-> y']);
  });

  test('not a draw that reaches the second node through the first', () => {
    expect(edges('model M { let u = sample normal(0, 1)  x := u + 1  y := 2 * x }')).toEqual(['x -> y']);
  });

  test('a variable that draws go into', () => {
    const text = 'model M { var u = 0.0  for i in 0..3 { u = u + sample normal(0, 1) }  x := u  y := u }';
    expect(edges(text)).toEqual(['x <-> y']);
  });

  test('a recursive function that draws, called once for two nodes', () => {
    const text = `fn f(n: int): real { if sample bernoulli(0.5) { return 0.0 }  return 1 + f(n + 1) }
      model M { let u = f(0)  x := u  y := u  z := f(0) }`;
    expect(edges(text)).toEqual(['x <-> y']);
  });

  test('draws of separate nodes are not common', () => {
    expect(edges('model M { x := sample normal(0, 1)  y := sample normal(0, 1) }')).toEqual([]);
  });
});

describe('families', () => {
  const walk = 'model M { x[0] ~ normal(0, 1)  for t in 1..3 { x[t] ~ normal(x[t - 1], 1) }  last := x[2] }';

  test('are one node without an edge to itself', () => {
    expect(names(walk)).toEqual(['x', 'last']);
    expect(edges(walk)).toEqual(['x -> last']);
  });

  test('are nodes of their own where that is asked for', () => {
    expect(names(walk, { unroll: true })).toEqual(['x[0]', 'x[1]', 'x[2]', 'last']);
    expect(edges(walk, { unroll: true })).toEqual(['x[0] -> x[1]', 'x[1] -> x[2]', 'x[2] -> last']);
  });

  test('draws inside of a loop are common to the nodes of one round only', () => {
    const text = 'model M { for i in 0..2 { let u = sample normal(0, 1)  x[i] := u  y[i] := u } }';
    expect(edges(text)).toEqual(['x <-> y']);
    expect(edges(text, { unroll: true })).toEqual(['x[0] <-> y[0]', 'x[1] <-> y[1]']);
  });

  test('with a number that is random stay one node', () => {
    const text = 'model M { n ~ poisson(2)  for i in 0..n { x[i] ~ normal(0, 1) }  s := sum(x) }';
    expect(names(text, { unroll: true })).toEqual(['n', 'x', 's']);
    expect(edges(text, { unroll: true })).toEqual(['n -> s', 'n -> x', 'x -> s']);
  });

  test('tables of parameters go by labels', () => {
    const text = 'enum D { A, B }\nmodel M { param r[bool, D] ~ beta(1, 1)  y ~ bernoulli(r[true, A]) }';
    expect(names(text, { unroll: true })).toEqual(['r[false, A]', 'r[false, B]', 'r[true, A]', 'r[true, B]', 'y']);
    expect(edges(text, { unroll: true })).toEqual(['r[true, A] -> y']);
    expect(graph(text).nodes.find((n) => n.name === 'r')?.parameter).toBe(true);
  });
});

describe('parts', () => {
  const text = `model Shower(energy: real) { depth ~ normal(energy, 1)  for k in 0..2 { hits[k] ~ normal(depth, 1) } }
    model M { e ~ normal(10, 2)  event ~ Shower(e)  seen := event.hits[1] }`;

  test('have nodes by their path', () => {
    expect(names(text, { model: 'M' })).toEqual(['e', 'event.depth', 'event.hits', 'seen']);
    expect(edges(text, { model: 'M' })).toEqual([
      'e -> event.depth',
      'event.depth -> event.hits',
      'event.hits -> seen',
    ]);
  });

  test('are operated on inside', () => {
    expect(edges(text, { model: 'M', targets: ['event.depth'] })).toEqual([
      'event.depth -> event.hits',
      'event.hits -> seen',
    ]);
  });
});

describe('interventions', () => {
  test('cut what points at the node, and its unnamed common causes', () => {
    const text = 'model M { let u = sample normal(0, 1)  a ~ normal(0, 1)  x := u + a  y := u + x }';
    expect(edges(text)).toEqual(['a -> x', 'x -> y', 'x <-> y']);
    expect(edges(text, { targets: ['x'] })).toEqual(['x -> y']);
  });

  test('of an operated model', () => {
    const text = `model Shower(energy: real) { depth ~ normal(energy, 1) }
      model M { e ~ normal(10, 2)  event ~ Shower(e)  y := event.depth }
      model D = do(M, event.depth = 3)`;
    expect(edges(text, { model: 'D' })).toEqual(['event.depth -> y']);
  });

  test('on a member act where members are nodes', () => {
    const text = 'model M { a ~ normal(0, 1)  for i in 0..2 { x[i] ~ normal(a, 1) } }';
    expect(edges(text, { targets: ['x[1]'], unroll: true })).toEqual(['a -> x[0]']);
    expect(edges(text, { targets: ['x'], unroll: true })).toEqual([]);
  });
});
