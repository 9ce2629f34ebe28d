/** Bounds from data, through the language. */
import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../../src/embed/contract.js';
import { openSession } from '../../../src/embed/session.js';
import type { Answer, Bounds } from '../../../src/report/answer.js';
import { memoryHost } from '../../check/host.js';
import { generator } from '../discrete_scm.js';

async function ask(csv: string, graph: string, query: string): Promise<Answer> {
  const text = `data t = csv("t.csv")\ngraph G { ${graph} }\nquery q = estimate ${query}`;
  const opened = openSession({ name: 'main.scm', text }, memoryHost({ 't.csv': csv }), defaultSettings);
  if (!opened.ok) throw new Error(opened.diagnostics.map(({ message }) => message).join('; '));
  return opened.value.answer(
    { kind: 'named', name: 'q' },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
}

async function boundsFor(csv: string, graph: string, query: string): Promise<Bounds> {
  const { bounds, error } = await ask(csv, graph, query);
  if (bounds === undefined) throw new Error(error?.message ?? 'no bounds');
  return bounds;
}

/** Counts of vitamin A (Sommer and Zeger 1991). */
const vitamin = `z,x,y,n
0,0,0,74
0,0,1,11514
1,0,0,34
1,0,1,2385
1,1,0,12
1,1,1,9663`;
const trial = 'z -> x -> y  x <-> y';
const effect = 'E(y[do(x = 1)] - y[do(x = 0)])';

describe('vitamin A', () => {
  test('bounds of the effect', async () => {
    const answer = await ask(vitamin, trial, `${effect} from t weighted n by bounds()`);
    expect(answer.value).toBeNull();
    expect(answer.error).toBeNull();
    expect(answer.draws).toBe(23682);
    expect(answer.bounds!.low).toBeCloseTo(-0.1946228482, 9);
    expect(answer.bounds!.high).toBeCloseTo(0.0053936889, 9);
    expect(answer.bounds!.how).toContain('16 response types');
    // The upper end is 1 - P(x = 0 | z = 1) - ..., a share of 12,094: its error is of the order of one of them.
    expect(answer.bounds!.lowSe).toBeGreaterThan(0.002);
    expect(answer.bounds!.lowSe).toBeLessThan(0.006);
  });

  test('an effect that is not identified is refused with them', async () => {
    const answer = await ask(vitamin, trial, `${effect} from t weighted n by auto`);
    expect(answer.error?.code).toBe('E0554');
    expect(answer.error?.message).toContain('hidden common causes');
    expect(answer.error?.message).toContain('from -0.1946 to 0.005394');
    expect(answer.value).toBeNull();
    expect(answer.bounds!.high).toBeCloseTo(0.0053936889, 9);
  });

  test('what an experiment or a selection says is none of observation', async () => {
    const answer = await ask(vitamin, trial, `${effect} from t weighted n under do(x = 1) by bounds()`);
    expect(answer.error?.code).toBe('E0640');
  });
});

test('probabilities of causation: an unconfounded cause', async () => {
  // P(y | x) = 0.8, P(y | not x) = 0.4.
  const csv = 'x,y,n\n0,0,30\n0,1,20\n1,0,10\n1,1,40';
  const graph = 'x -> y';
  const both = await boundsFor(csv, graph, 'P(y[do(x = 1)] = 1 and y[do(x = 0)] = 0) from t weighted n by bounds()');
  expect([both.low, both.high]).toEqual([expect.closeTo(0.4, 12), expect.closeTo(0.6, 12)]);
  const needed = await boundsFor(csv, graph, 'P(y[do(x = 0)] = 0 | x = 1, y = 1) from t weighted n by bounds()');
  expect([needed.low, needed.high]).toEqual([expect.closeTo(0.5, 12), expect.closeTo(0.75, 12)]);
  const enough = await boundsFor(csv, graph, 'P(y[do(x = 1)] = 1 | x = 0, y = 0) from t weighted n by bounds()');
  expect([enough.low, enough.high]).toEqual([expect.closeTo(2 / 3, 12), expect.closeTo(1, 12)]);
  const sure = 'P(y[do(x = 0)] = 0 | x = 1, y = 1) from t weighted n by bounds(response = increasing)';
  const point = await boundsFor(csv, graph, sure);
  expect([point.low, point.high]).toEqual([expect.closeTo(0.5, 12), expect.closeTo(0.5, 12)]);
});

test('radiation and leukaemia: what monotony leaves of causation', async () => {
  const csv = 'high,dead,n\n1,1,30\n1,0,69130\n0,1,16\n0,0,59010';
  const graph = 'high -> dead';
  const by = 'from t weighted n by bounds(response = increasing)';
  for (const [query, value] of [
    ['P(dead[do(high = 0)] = 0 | high = 1, dead = 1)', 0.3751002383],
    ['P(dead[do(high = 1)] = 1 and dead[do(high = 0)] = 0)', 0.0001627098],
    ['P(dead[do(high = 1)] = 1 | high = 0, dead = 0)', 0.0001627539],
  ] as const) {
    const { low, high } = await boundsFor(csv, graph, `${query} ${by}`);
    expect(low).toBeCloseTo(value, 10);
    expect(high).toBeCloseTo(value, 10);
  }
});

test('the lawsuit over a drug: observation and an experiment leave no doubt', async () => {
  // Pearl, Causality (2009), table 9.2: 2000 who chose, 2000 who were told.
  const files = {
    't.csv': 'took,died,n\ntrue,true,2\ntrue,false,998\nfalse,true,28\nfalse,false,972',
    'e.csv': 'took,died,n\nfalse,true,14\nfalse,false,986\ntrue,true,16\ntrue,false,984',
  };
  const question = 'P(not died[do(took = false)] | took, died) from t weighted n';
  const text = (by: string): string =>
    `data t = csv("t.csv")\ndata e = csv("e.csv")\ngraph G { took -> died  took <-> died }\nquery q = estimate ${question} by ${by}`;
  const found = async (by: string): Promise<Bounds> => {
    const opened = openSession({ name: 'main.scm', text: text(by) }, memoryHost(files), defaultSettings);
    if (!opened.ok) throw new Error(opened.diagnostics.map(({ message }) => message).join('; '));
    const { bounds, error } = await opened.value.answer(
      { kind: 'named', name: 'q' },
      { signal: new AbortController().signal, onProgress: () => undefined },
    );
    if (bounds === undefined) throw new Error(error?.message ?? 'no bounds');
    return bounds;
  };
  const alone = await found('bounds()');
  expect([alone.low, alone.high]).toEqual([0, 1]);
  const together = await found('bounds(experiment = e)');
  expect(together.low).toBeCloseTo(1, 9);
  expect(together.high).toBeCloseTo(1, 9);
  // Two deaths decide it: the next sample may say something else.
  expect(together.lowSe).toBeGreaterThan(0.1);
});

describe('simulated units', () => {
  const random = generator(8);
  const coin = (p: number): number => Number(random() < p);
  /** A hidden u, a covariate w of three values, an instrument z; x raises y by 0.3 wherever it can. Rows as a table. */
  function simulated(rows: number): string {
    const lines = ['z,w,x,y,wide'];
    for (let r = 0; r < rows; r++) {
      const [u, z] = [coin(0.5), coin(0.5)];
      const w = coin(0.4) + coin(0.4);
      const x = coin(0.1 + 0.5 * z + 0.2 * u + 0.05 * w);
      const y = coin(0.1 + 0.3 * x + 0.3 * u + 0.1 * w);
      lines.push([z, w, x, y, random()].join());
    }
    return lines.join('\n');
  }

  test('the truth lies within, also with covariates and columns of many values', async () => {
    const csv = simulated(4000);
    const graph = 'z -> x  w -> x, y  wide -> x  x -> y  x <-> y';
    const bounds = await boundsFor(csv, graph, `${effect} from t by bounds()`);
    expect(bounds.low - 4.5 * bounds.lowSe).toBeLessThan(0.3);
    expect(bounds.high + 4.5 * bounds.highSe).toBeGreaterThan(0.3);
    // Without the instrument they are as wide as can be.
    const wide = await boundsFor(csv, 'w -> x, y  x -> y  x <-> y', `${effect} from t by bounds()`);
    expect(wide.high - wide.low).toBeCloseTo(1, 9);
    expect(bounds.high - bounds.low).toBeLessThan(0.8);
  });

  test('errors are those of many samples', async () => {
    const found: Bounds[] = [];
    for (let k = 0; k < 40; k++)
      found.push(await boundsFor(simulated(300), 'x -> y  x <-> y', `${effect} from t by bounds()`));
    for (const [end, se] of [
      ['low', 'lowSe'],
      ['high', 'highSe'],
    ] as const) {
      const mean = found.reduce((sum, b) => sum + b[end], 0) / found.length;
      const spread = Math.sqrt(found.reduce((sum, b) => sum + (b[end] - mean) ** 2, 0) / (found.length - 1));
      const said = Math.sqrt(found.reduce((sum, b) => sum + b[se] ** 2, 0) / found.length);
      expect(Math.abs(Math.log(said / spread))).toBeLessThan(4.5 / Math.sqrt(2 * (found.length - 1)));
    }
  });

  test('a mediator of another world is summed over', async () => {
    // The natural direct effect of an unconfounded model in which it is known: 0.2 for all.
    const lines = ['x,m,y'];
    for (let r = 0; r < 3000; r++) {
      const x = coin(0.5);
      const m = coin(0.3 + 0.4 * x);
      lines.push([x, m, coin(0.1 + 0.2 * x + 0.4 * m)].join());
    }
    const graph = 'x -> m, y  m -> y';
    const query = 'E(y[do(x = 1, m = m[do(x = 0)])] - y[do(x = 0)]) from t by bounds()';
    const { low, high, lowSe } = await boundsFor(lines.join('\n'), graph, query);
    expect(high - low).toBeLessThan(1e-9);
    expect(Math.abs(low - 0.2)).toBeLessThan(4.5 * lowSe);
  });
});

describe('outcomes with a range', () => {
  const csv = `x,y\n${Array.from({ length: 60 }, (_, r) => [r % 2, 10 + (r % 2) + r / 7].join()).join('\n')}`;
  const graph = 'x -> y  x <-> y';

  test('a quantity has bounds once its range is said', async () => {
    expect((await ask(csv, graph, `${effect} from t by bounds()`)).error?.code).toBe('E0640');
    const { low, high } = await boundsFor(csv, graph, `${effect} from t by bounds(low = 0, high = 40)`);
    expect(high - low).toBeCloseTo(40, 9);
    const narrower = await boundsFor(
      csv,
      graph,
      `${effect} from t by bounds(low = 0, high = 40, response = increasing, selection = increasing)`,
    );
    expect(narrower.low).toBe(0);
    expect(narrower.high).toBeLessThan(2);
    const left = await ask(csv, graph, `${effect} from t by bounds(low = 0, high = 12)`);
    expect(left.error?.message).toContain('leaves the range');
  });
});

test('data that no model of the graph gives are bounded and warned of', async () => {
  const csv = 'z,x,y,n\n0,0,0,90\n1,0,0,10\n0,0,1,10\n1,0,1,90\n1,1,1,1';
  const answer = await ask(csv, trial, `${effect} from t weighted n by bounds()`);
  expect(answer.bounds).toBeDefined();
  expect(answer.warnings.map(({ code }) => code)).toEqual(['W0652']);
});

test('only bounds have their options, and no others', () => {
  const text = (by: string): string =>
    `data t = csv("t.csv")\ngraph G { x -> y  x <-> y }\nquery q = estimate ${effect} from t by ${by}`;
  const codes = (by: string): readonly string[] => {
    const opened = openSession(
      { name: 'main.scm', text: text(by) },
      memoryHost({ 't.csv': 'x,y\n0,1\n1,0' }),
      defaultSettings,
    );
    return opened.diagnostics.map(({ code }) => code);
  };
  expect(codes('bounds(response = increasing)')).toEqual([]);
  expect(codes('bounds(response = rising)')).toEqual(['E0409']);
  expect(codes('bounds(refute = none)')).toEqual(['E0409']);
  expect(codes('bounds(x)')).toEqual(['E0409']);
  expect(codes('backdoor(low = 0)')).toEqual(['E0409']);
});
