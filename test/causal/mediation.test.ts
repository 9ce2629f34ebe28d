/** Direct and indirect effects: from data against known numbers, bootstrap and simulation, and refused where they are confounded. */
import { describe, expect, test } from 'vitest';
import { mediation } from '../../src/causal/estimate/methods/mediation.js';
import { topologicalOrder } from '../../src/causal/structure.js';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import { memoryHost } from '../check/host.js';
import { ask as askModel } from '../models/programs.js';
import { graphNamed } from './cases.js';
import { distributionOf, generator, randomGraph, randomScm } from './discrete_scm.js';
import { programOf } from './scm_program.js';
import { noiseOf } from './simulated_units.js';

async function ask(csv: string, graph: string, query: string) {
  const text = `data d = csv("d.csv")\ngraph G { ${graph} }\nquery q = estimate ${query}`;
  const session = openSession({ name: 'main.scm', text }, memoryHost({ 'd.csv': csv }), defaultSettings);
  if (!session.ok) throw new Error(session.diagnostics.map((d) => `${d.code} ${d.message}`).join('; '));
  return session.value.answer(
    { kind: 'named', name: 'q' },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
}

async function estimated(
  csv: string,
  graph: string,
  query: string,
): Promise<{ value: number; se: number; method: string }> {
  const { error, value, se, method } = await ask(csv, graph, query);
  if (error !== null) throw new Error(`${error.code} ${error.message}`);
  return { value: Number(value), se: se ?? Number.NaN, method: method ?? '' };
}

const natural = (x: string, of: string): string => `y[do(t = ${x}, m = m[do(t = ${of})])]`;
const nde = `E(${natural('true', 'false')} - y[do(t = false)])`;
const nie = `E(${natural('false', 'true')} - y[do(t = false)])`;

// The Primer's training, homework and success (tables 4.6 and 4.7), as 200 pupils.
const rows: string[] = ['t,m,y'];
for (const [t, m, y, count] of [
  [1, 1, 1, 60],
  [1, 1, 0, 15],
  [1, 0, 1, 10],
  [1, 0, 0, 15],
  [0, 1, 1, 12],
  [0, 1, 0, 28],
  [0, 0, 1, 12],
  [0, 0, 0, 48],
] as const)
  for (let k = 0; k < count; k++) rows.push(`${t === 1},${m === 1},${y === 1}`);
const primer = `${rows.join('\n')}\n`;
const graph = 't -> m -> y  t -> y';

describe('the training of the Primer', () => {
  test.each([
    ['total', 'E(y[do(t = true)] - y[do(t = false)])', 0.46],
    ['natural direct', nde, 0.32],
    ['natural indirect', nie, 0.035],
    ['natural indirect, reversed', `E(${natural('true', 'false')} - y[do(t = true)])`, -0.14],
    ['controlled direct, without homework', 'E(y[do(t = true, m = false)] - y[do(t = false, m = false)])', 0.2],
    ['controlled direct, with homework', 'E(y[do(t = true, m = true)] - y[do(t = false, m = true)])', 0.5],
  ])('%s', async (_, query, expected) => {
    const found = await estimated(primer, graph, `${query} from d by mediation(m, refute = none)`);
    expect(found.value).toBeCloseTo(expected, 10);
    expect(found.method).toBe('mediation(m): the mediation formula, cell by cell');
    const resampled = await estimated(
      primer,
      graph,
      `${query} from d by mediation(m, errors = bootstrap(200), refute = none)`,
    );
    expect(found.se / resampled.se).toBeGreaterThan(0.8);
    expect(found.se / resampled.se).toBeLessThan(1.25);
  });
});

describe('simulated units', () => {
  const random = noiseOf(generator(41));
  /** w confounds all three. y = 1 + 2 t + 1.5 m + 0.5 t m + w, m = 0.3 + 0.8 t + 0.6 w. */
  const simulate = (count: number): string => {
    const lines = ['w,t,m,y'];
    for (let k = 0; k < count; k++) {
      const w = random.normal();
      const t = random.coin(1 / (1 + Math.exp(-w)));
      const m = 0.3 + 0.8 * t + 0.6 * w + random.normal();
      const y = 1 + 2 * t + 1.5 * m + 0.5 * t * m + w + random.normal();
      lines.push([w, t === 1, m, y].join());
    }
    return `${lines.join('\n')}\n`;
  };
  const confounded = 'w -> t, m, y  t -> m -> y  t -> y';
  const csv = simulate(1500);

  test.each([
    ['natural direct', nde, 2 + 0.5 * 0.3],
    ['natural indirect', nie, 1.5 * 0.8],
    ['controlled direct', 'E(y[do(t = true, m = 1)] - y[do(t = false, m = 1)])', 2.5],
  ])('%s, with quantities', async (_, query, expected) => {
    const found = await estimated(csv, confounded, `${query} from d by mediation(m, refute = none)`);
    expect(found.method).toMatch(/^mediation\(m, given = \[w\]\)/);
    expect(found.se).toBeLessThan(0.2);
    expect(Math.abs(found.value - expected)).toBeLessThan(4 * found.se);
  });

  test('errors are those of repeated samples', async () => {
    const values: number[] = [];
    const errors: number[] = [];
    for (let k = 0; k < 60; k++) {
      const { value, se } = await estimated(simulate(200), confounded, `${nie} from d by mediation(m, refute = none)`);
      values.push(value);
      errors.push(se);
    }
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const spread = Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / (values.length - 1));
    const told = errors.reduce((a, b) => a + b, 0) / errors.length;
    // The standard deviation of 60 values is known to 9 %.
    expect(told / spread).toBeGreaterThan(0.68);
    expect(told / spread).toBeLessThan(1.45);
  });
});

test('where it is allowed, the formula on what is observed is the nested counterfactual of the model', async () => {
  const random = generator(53);
  let allowed = 0;
  let refused = 0;
  for (let k = 0; allowed < 40 && k < 400; k++) {
    const text = randomGraph(4 + (k % 2), 0.5, 0.12, random);
    const graph = graphNamed(text);
    const [x, m, y] = [...(topologicalOrder(graph) ?? [])].slice(-3).map((v) => graph.nodes[v]!.name);
    if (x === undefined || m === undefined || y === undefined) continue;
    const measured = new Set(graph.nodes.map(({ name }) => name));
    const question = { graph, exposure: x, outcome: y, group: [], held: [], selected: new Set<number>(), measured };
    const plan = mediation.plan(question, { nodes: [m], options: new Map() });
    if (!plan.ok) {
      refused += 1;
      continue;
    }
    const { covariates } = plan.strategy;
    const distribution = distributionOf(graph, randomScm(graph, generator(k)));
    const p = (of: readonly string[], given: readonly string[], values: ReadonlyMap<string, number>): number =>
      distribution(of, given, [], values);
    let formula = 0;
    for (let cell = 0; cell < 2 ** (covariates.length + 1); cell++) {
      const w = covariates.map((name, i) => [name, (cell >> i) & 1] as const);
      const mediator = [m, (cell >> covariates.length) & 1] as const;
      formula +=
        p(covariates, [], new Map(w)) *
        p([m], [x, ...covariates], new Map([...w, mediator, [x, 0]])) *
        p([y], [x, m, ...covariates], new Map([...w, mediator, [x, 1], [y, 1]]));
    }
    const program = programOf(graph, generator(k));
    const truth = await askModel(`${program}\nquery q = P(${y}[do(${x} = true, ${m} = ${m}[do(${x} = false)])])`);
    expect(formula, text).toBeCloseTo(Number(truth.value), 9);
    allowed += 1;
  }
  expect(allowed).toBe(40);
  expect(refused).toBeGreaterThan(10);
});

describe('what the graph forbids', () => {
  test.each([
    [
      'a hidden cause of mediator and outcome',
      't -> m -> y  t -> y  m <-> y',
      'mediation(m)',
      'in the worlds of the question',
    ],
    [
      'a hidden cause of exposure and outcome',
      't -> m -> y  t -> y  t <-> y',
      'mediation(m)',
      'in the worlds of the question',
    ],
    // c comes after the exposure and confounds mediator and outcome: it would have to be known in both worlds.
    [
      'a cause of both that the exposure changes',
      't -> c -> m, y  t -> m -> y  t -> y',
      'mediation(m)',
      'in the worlds of the question',
    ],
    [
      'no covariates where some are needed',
      't -> m -> y  t -> y  c -> m, y',
      'mediation(m, given = [])',
      'no covariates before',
    ],
  ])('%s', async (_, edges, method, why) => {
    const data = 't,c,m,y\ntrue,true,true,true\nfalse,false,false,false\n';
    const { error } = await ask(data, edges, `${nde} from d by ${method}`);
    expect(error?.code).toBe('E0554');
    expect(error?.message).toContain(why);
  });

  test('and what the question does not say', async () => {
    const code = async (query: string) => (await ask(primer, graph, query)).error?.code;
    expect(await code(`${nde} from d by backdoor()`)).toBe('E0553');
    expect(await code(`E(${natural('true', 'false')} - y[do(t = false)]) from d by mediation(t)`)).toMatch(/^E05/);
    expect(await code('E(y[do(t = true, m = y[do(t = false)])]) from d by mediation(m)')).toBe('E0553');
    expect(await code('E(y[do(t = true)]) from d by mediation()')).toBe('E0554');
  });
});
