/** Commands that ask questions of graphs: their words, their JSON and their exit codes. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../src/embed/contract.js';
import { noFiles } from '../../src/embed/hosts.js';
import { openSession } from '../../src/embed/session.js';
import { runCommand, scratch } from './fake.js';

const napkin = 'dag { W -> Z -> X -> Y; W <-> X; W <-> Y }';
const program = `model Summer {
  latent heat ~ normal(25, 5)
  icecream ~ normal(2 * heat, 4)
  accidents ~ normal(0.5 * heat, 1)
}
graph Memory { latent m  m -> gps, memory  gps -> hippocampus -> memory }
query how = identify P(memory | do(gps)) in Memory
query bare = identify P(accidents | do(icecream)) in Summer`;

const file = (name: string, text: string): string => {
  const at = path.join(scratch(), name);
  writeFileSync(at, text);
  return at;
};
const ask = async (...args: readonly string[]) => {
  const { code, out, error } = await runCommand([...args], {
    session: (source) => openSession(source, noFiles, defaultSettings),
  });
  return { code, out, error, json: args.includes('--json') ? JSON.parse(out) : null };
};

describe('names with blanks', () => {
  const graph = file('income.dagitty', 'dag { "family income" -> school -> wage; "family income" -> wage }');
  it.each([
    [['adjust', graph, 'school', 'wage'], { sets: [['family income']], complete: true }],
    [['adjust', graph, 'family income', 'wage'], { sets: [[]], complete: true }],
    [['adjust', graph, 'school,"family income"', 'wage'], { sets: [[]], complete: true }],
    [
      ['separate', graph, '"family income", wage | school'],
      { separated: false, openPath: ['family income', '->', 'wage'] },
    ],
  ] as const)('%j', async (args, expected) => {
    const { code, json } = await ask(...args, '--json');
    expect([code, json]).toEqual([0, expected]);
  });
  it('in a causal question', async () => {
    const { json } = await ask('identify', graph, 'P(wage | do("family income"))', '--json');
    expect(json).toMatchObject({ identifiable: true, estimand: 'P(wage | "family income")' });
  });
});

it('a list that was cut says so', async () => {
  const graph = file('apart.dagitty', 'dag { a b c d }');
  expect((await ask('implications', graph, '--most', '2')).out).toContain('--most 20');
});

it('no optimal set with a node that none may hold', async () => {
  const graph = file('wish.dagitty', 'dag { z -> x -> y; z -> y; w -> y }');
  expect((await ask('adjust', graph, 'x', 'y', '--optimal', '--must-not', 'w', '--json')).json.sets).toBeNull();
});

it('a front door of ten thousand nodes', async () => {
  const chain = Array.from({ length: 10_000 }, (_, k) => `v${k}`).join(' -> ');
  const graph = file('long.dot', `digraph { ${chain}; v0 -> v9999 [dir=both] }`);
  const { json } = await ask('frontdoor', graph, 'v0', 'v9999', '--minimal', '--json');
  expect(json.sets[0]).toHaveLength(1);
}, 20_000);

describe('questions about a graph', () => {
  const graph = file('napkin.dagitty', napkin);
  it.each([
    [['separate', graph, 'W, Y'], { separated: false, openPath: ['W', '<->', 'Y'] }],
    [['separate', graph, 'Z, Y | W X'], { separated: false, openPath: ['Z', '->', 'X', '<->', 'W', '<->', 'Y'] }],
    [['separate', graph, 'Z, Y | X'], { separated: false, openPath: ['Z', '<-', 'W', '<->', 'Y'] }],
    [['adjust', graph, 'X', 'Y'], { sets: null, complete: true }],
    [['adjust', graph, 'Z', 'X'], { sets: [['W']], complete: true }],
    [['adjust', graph, 'Z', 'X', '--all', '--must-not', 'W'], { sets: null, complete: true }],
    [['adjust', graph, 'Z', 'X', '--optimal'], { sets: null, complete: true }],
    [['frontdoor', graph, 'X', 'Y'], { sets: null, complete: true }],
    [['frontdoor', graph, 'W', 'X'], { sets: [['Z']], complete: true }],
    [['instruments', graph, 'X', 'Y'], { instruments: [{ instrument: 'Z', given: ['W'] }] }],
    [['implications', graph], { independencies: [] }],
  ] as const)('%j', async (args, expected) => {
    const { code, json } = await ask(...args, '--json');
    expect([code, json]).toEqual([0, expected]);
  });

  it('is shown in another format, also after an intervention', async () => {
    const { code, out } = await ask('graph', graph, '--format', 'dot', '--do', 'X');
    expect(code).toBe(0);
    expect(out).toContain('"X" -> "Y";');
    expect(out).not.toContain('"Z" -> "X"');
    expect((await ask('graph', graph, '--do', 'none')).code).toBe(2);
  });

  it('identification, with its estimand or its hedge', async () => {
    const found = await ask('identify', graph, 'P(Y | do(X))', '--json');
    expect(found.json).toMatchObject({ identifiable: true, strategy: 'c-components', hedge: null });
    expect(found.json.estimand).toBe('[sum{W} P(Y | W, Z, X) P(X | W, Z) P(W)] / [sum{W} P(X | W, Z) P(W)]');
    const bow = file('bow.dot', 'digraph { x -> y; x -> y [dir=both] }');
    const none = await ask('identify', bow, 'P(y | do(x))', '--json');
    expect(none.json).toMatchObject({ identifiable: false, estimand: null });
    expect(none.json.hedge).toContain('{x, y} and {y}');
    const helped = await ask('identify', bow, 'P(y | do(x))', '--experiments', 'x', '--json');
    expect([helped.code, helped.json.strategy, helped.json.estimand]).toEqual([0, 'surrogate experiments', 'P_{x}(y)']);
  });

  it('models and graphs of a program', async () => {
    const scm = file('memory.scm', program);
    expect((await ask('separate', scm, 'icecream, accidents', '--model', 'Summer')).out).toBe(
      'connected: icecream <- heat -> accidents\n',
    );
    expect((await ask('frontdoor', scm, 'gps', 'memory', '--model', 'Memory')).out).toBe('{hippocampus}\n');
    expect((await ask('separate', scm, 'icecream, accidents')).code).toBe(1);
    const { code, out } = await ask('run', scm);
    expect(code).toBe(0);
    expect(out).toContain('identifiable (frontdoor)');
    expect(out).toContain('sum{hippocampus} P(hippocampus | gps) sum{gps*} P(memory | gps*, hippocampus) P(gps*)');
    expect(out).toContain('P(accidents)');
  });
});

describe('a picture with what is seen and the paths between two nodes', () => {
  const graph = file('view.dagitty', 'dag { z -> x -> y; z -> y; w <-> y }');
  it('as text and as SVG, after an intervention too', async () => {
    const { out } = await ask('graph', graph, '--given', 'z', '--path', 'x,y');
    expect(out).toContain('z (given) -> x, y\n');
    expect(out).toContain('\nopen    x -> y\nclosed  x <- z -> y\n');
    const svg = (await ask('graph', graph, '--format', 'svg', '--given', 'z', '--path', 'x,y')).out;
    expect(svg).toContain('z -&gt; y (on closed paths only)');
    expect((await ask('graph', graph, '--do', 'x', '--path', 'x,y')).out).not.toContain('closed');
    expect((await ask('graph', graph, '--path', 'x,w', '--do', 'y')).out).toContain('no path');
  });
  it.each([
    [['--path', 'x'], 2, ''],
    [['--given', 'q'], 1, 'E0441'],
    [['--given', 'z', '--format', 'dot'], 2, ''],
  ] as const)('%j', async (args, code, mentioned) => {
    const answer = await ask('graph', graph, ...args);
    expect(answer.code).toBe(code);
    expect(answer.error).toContain(mentioned);
  });
});

describe('graphs and sets that others stand for', () => {
  const chain = file('line.dagitty', 'dag { a -> b -> c; d -> c; c -> e }');
  const hidden = file('factor.dagitty', 'dag { l [latent]; l -> a; l -> b; l -> c; l -> d; a -> z; b -> z }');
  it('the class of a graph', async () => {
    const { out } = await ask('graph', chain, '--as', 'cpdag');
    expect(out).toContain('b -> c\n');
    expect(out).toContain('a -- b\n');
    expect(out).toContain('\n2 graphs\n');
    const written = await ask('graph', chain, '--as', 'cpdag', '--format', 'dagitty');
    expect((await ask('adjust', file('cpdag.dagitty', written.out), 'b', 'c', '--json')).json.sets).toEqual([[]]);
  });
  it('without what is hidden', async () => {
    const projected = (await ask('graph', hidden, '--as', 'projection')).out;
    expect(projected).toContain('a <-> b\n');
    expect(projected).not.toContain('latent');
    const mag = file('mag.dagitty', (await ask('graph', hidden, '--as', 'mag', '--format', 'dagitty')).out);
    expect((await ask('separate', mag, 'c, z | a b', '--json')).json.separated).toBe(
      (await ask('separate', hidden, 'c, z | a b', '--json')).json.separated,
    );
  });
  it.each([
    [['separate', chain, 'b'], { blanket: ['a', 'c', 'd'] }],
    [['separate', chain, 'a e'], { blanket: ['b', 'c'] }],
    [
      ['adjust', file('wide.dagitty', 'dag { z -> x -> y; z -> y; w -> y }'), 'x', 'y', '--maximal'],
      { sets: [['z', 'w']] },
    ],
    [
      ['adjust', file('two.dagitty', 'dag { v -> x; v -> z -> y; x -> y }'), 'x', 'y', '--minimal', '--optimal'],
      { sets: [['z']] },
    ],
    [
      ['frontdoor', file('door.dagitty', 'dag { x -> m -> n -> y; x <-> y }'), 'x', 'y', '--maximal'],
      { sets: [['m', 'n']] },
    ],
  ] as const)('%j', async (args, expected) => {
    const { code, json } = await ask(...args, '--json');
    expect([code, json]).toMatchObject([0, expected]);
  });
  it('tetrads beside independencies', async () => {
    const factor = file('one_factor.dagitty', 'dag { l [latent]; l -> a; l -> b; l -> c; l -> d }');
    const { json } = await ask('implications', factor, '--tetrads', '--json');
    expect(json.tetrads).toHaveLength(3);
    expect((await ask('implications', factor, '--tetrads')).out).toContain('cov(a, c) cov(b, d) = cov(a, d) cov(b, c)');
  });
});

describe('members of families', () => {
  const walk = file(
    'walk.scm',
    `model Walk {
  latent u ~ normal(0, 1)
  x[0] ~ normal(0, 1)
  for t in 1..4 { x[t] ~ normal(x[t - 1], 1) }
  y ~ normal(x[3] + u, 1)
}`,
  );
  it.each([
    [['separate', walk, 'x[0], x[2] | x[1]'], { separated: true }],
    [['separate', walk, 'x[0], y | x[1] x[3]'], { separated: true }],
    [['adjust', walk, 'x[2]', 'y'], { sets: [[]] }],
    [['adjust', walk, 'x[2]', 'y', '--all', '--must', 'x[0],x[1]'], { sets: [['x[0]', 'x[1]']] }],
    [['frontdoor', walk, 'x[1]', 'y', '--minimal'], { sets: [['x[3]']] }],
    [['identify', walk, 'P(y | do(x[2]))'], { identifiable: true, estimand: 'P(y | x[2])' }],
    [['identify', walk, 'P(y[do(x[2] = 1)])'], { identifiable: true, strategy: 'counterfactual' }],
    [['identify', walk, 'P(y | do(x))'], { identifiable: true, estimand: 'P(y | x)' }],
    [
      ['implications', walk, '--unroll', '--most', '1'],
      { independencies: [{ x: 'x[0]', y: 'x[2]', given: ['x[1]'], p: null }] },
    ],
  ] as const)('%j', async (args, expected) => {
    const { code, json } = await ask(...args, '--json');
    expect([code, json]).toMatchObject([0, expected]);
  });
});

describe('across worlds', () => {
  const bow = file('across.dagitty', 'dag { z -> x -> y; z -> y }');
  it.each([
    ['P(y[do(x = 1)] | x = 0)', true],
    ['P(y[do(x = 1)], y[do(x = 0)])', false],
    ['P(y[do(x = 1)] and not y[do(x = 0)])', false],
  ])('%s', async (question, identifiable) => {
    const { code, json } = await ask('identify', bow, question, '--json');
    expect(code).toBe(0);
    expect(json).toMatchObject({ identifiable, strategy: identifiable ? 'counterfactual' : null });
    const scm = file('across.scm', `graph G { z -> x, y  x -> y }\nquery q = identify ${question}`);
    const asked = await ask('run', scm, '--json');
    expect(asked.json.queries[0].identification).toEqual(json);
  });
  it('experiments count', async () => {
    const graph = file('hidden.dagitty', 'dag { x -> y; x <-> y }');
    expect((await ask('identify', graph, 'P(y[do(x = 1)])', '--json')).json.identifiable).toBe(false);
    const helped = await ask('identify', graph, 'P(y[do(x = 1)])', '--experiments', 'x', '--json');
    expect(helped.json).toMatchObject({ identifiable: true, estimand: 'P_{x=1}(y)' });
  });
  it.each([
    ['P(y[do(x)] | x = 0)', 3, 'E0680'],
    ['P(w[do(x = 1)])', 1, 'E0441'],
    ['P(y[do(x = 1)] |)', 2, ''],
  ])('%s', async (question, code, mentioned) => {
    const answer = await ask('identify', bow, question);
    expect(answer.code).toBe(code);
    expect(answer.error).toContain(mentioned);
  });
});

it('two models that show why an effect is not identifiable, as a program', async () => {
  const bow = file('witness.dagitty', 'dag { x -> y; x <-> y; end }');
  const { json } = await ask('identify', bow, 'P(y | do(x))', '--witness', '--json');
  expect(json.witness).toContain('model Second');
  const answers = await ask('run', file('witness.scm', json.witness), '--json');
  expect(answers.json.queries.map((q: { value: number }) => q.value)).toEqual([0.5, 0.75]);
  const known = await ask('identify', bow, 'P(end | do(x))', '--witness', '--json');
  expect(known.json).not.toHaveProperty('witness');
});

describe('bad questions', () => {
  const graph = file('chain.dagitty', 'dag { u [latent]; u -> x -> y }');
  it.each([
    [['separate', graph, 'x |'], 2, ''],
    [['adjust', graph, 'x', 'y', '--all', '--maximal'], 2, ''],
    [['separate', graph, 'u'], 1, 'E0553'],
    [['graph', graph, '--as', 'cpdag'], 3, 'E0670'],
    [['identify', graph, 'y given x'], 2, ''],
    [['adjust', graph, 'x', 'y', '--all', '--optimal'], 2, ''],
    [['separate', graph, 'x, yy'], 1, 'E0441'],
    [['separate', graph, 'x, y | x'], 1, 'E0553'],
    [['identify', graph, 'P(y | do(u))'], 1, 'E0553'],
    [['adjust', graph, 'u', 'y'], 1, 'E0553'],
    [['frontdoor', graph, 'u', 'y'], 1, 'E0553'],
    [['instruments', graph, 'x', 'u'], 1, 'E0553'],
    [['adjust', file('circle.dot', 'digraph { x -> y -> x }'), 'x', 'y'], 1, 'E0552'],
    [['adjust', file('broken.gml', 'graph [ directed 1 node'), 'x', 'y'], 1, 'E0550'],
  ] as const)('%j', async (args, code, mentioned) => {
    const answer = await ask(...args);
    expect(answer.code).toBe(code);
    expect(answer.error).toContain(mentioned);
  });

  it('a circle is no hindrance to separation', async () => {
    const circle = file('cycle.dot', 'digraph { a -> x; x -> y; y -> x; y -> b }');
    expect((await ask('separate', circle, 'a, b', '--json')).json.separated).toBe(false);
    expect((await ask('separate', circle, 'a, b | x y', '--json')).json.separated).toBe(true);
  });
});

describe('graphs with edges of unknown direction', () => {
  const graph = file('class.scm', 'graph C { a -- b -> y  c -> y  b -- d }');
  it.each([
    [['separate', graph, 'a, d | b'], { separated: true, openPath: null }],
    [['separate', graph, 'a, y'], { separated: false, openPath: ['a', '--', 'b', '->', 'y'] }],
    [['adjust', graph, 'c', 'y'], { sets: [[]], complete: true }],
    [['adjust', graph, 'b', 'y'], { sets: [[]], complete: true }],
    [['adjust', graph, 'a', 'y'], { sets: null, complete: true }],
    [['identify', graph, 'P(y | do(c))'], { identifiable: true, estimand: 'P(y | c)' }],
    [['identify', graph, 'P(y | do(a))'], { identifiable: false, hedge: expect.stringContaining('a -> b -> y') }],
    [['graph', graph], { edges: expect.arrayContaining([{ from: 'a', to: 'b', kind: '--' }]) }],
  ] as const)('%j', async (args, expected) => {
    const { code, json } = await ask(...args, '--json');
    expect(code).toBe(0);
    expect(json).toMatchObject(expected);
  });
  it.each([
    [['frontdoor', graph, 'c', 'y'], 'E0672'],
    [['instruments', graph, 'c', 'y'], 'E0672'],
    [['adjust', graph, 'c', 'y', '--direct'], 'E0672'],
    [['identify', graph, 'P(y | do(a), d)'], 'E0672'],
    [['graph', graph, '--do', 'a'], 'E0672'],
    [['graph', graph, '--format', 'lavaan'], 'E0672'],
    [['separate', file('both.dagitty', 'pdag { a -- b; b <-> c }'), 'a, c'], 'E0670'],
    [['separate', file('square.dagitty', 'pdag { a -- b -- c -- d -- a }'), 'a, c'], 'E0671'],
    [['adjust', file('many.scm', `graph G { ${allPairs(10)} }`), 'v0', 'v1'], 'E0673'],
  ] as const)('%j says %s', async (args, code) => {
    const said = await ask(...args);
    expect(said.code).toBe(3);
    expect(said.error).toContain(code);
  });
  it('are drawn without a head and read back', async () => {
    expect((await ask('graph', graph)).out).toContain('a -- b');
    expect((await ask('graph', graph, '--format', 'dot')).out).toContain('"a" -> "b" [dir=none]');
    expect((await ask('graph', graph, '--format', 'svg')).out).toMatch(/stroke="black"><title>a -- b/);
    for (const [format, ending] of [
      ['dot', 'dot'],
      ['dagitty', 'dagitty'],
      ['gml', 'gml'],
      ['mermaid', 'mmd'],
    ] as const) {
      const written = file(`again.${ending}`, (await ask('graph', graph, '--format', format)).out);
      const again = (await ask('graph', written, '--json')).json;
      expect(again).toEqual((await ask('graph', graph, '--json')).json);
    }
  });
});

/** A line between every pair of some nodes. */
function allPairs(count: number): string {
  const names = Array.from({ length: count }, (_, k) => `v${k}`);
  return names.flatMap((a, k) => names.slice(k + 1).map((b) => `${a} -- ${b}`)).join('  ');
}
