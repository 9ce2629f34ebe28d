/** `estimate` as it is written: groups, experiments, selections, counted rows, and each method with its options. */
import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import { memoryHost } from '../check/host.js';
import { generator } from './discrete_scm.js';
import { noiseOf } from './simulated_units.js';

async function ask(csv: string, graph: string, query: string, seed = defaultSettings.seed) {
  const text = `data t = csv("t.csv")\ngraph G { ${graph} }\nquery q = estimate ${query}`;
  const session = openSession({ name: 'main.scm', text }, memoryHost({ 't.csv': csv }), { ...defaultSettings, seed });
  if (!session.ok) throw new Error(session.diagnostics.map((d) => `${d.code} ${d.message}`).join('; '));
  return session.value.answer(
    { kind: 'named', name: 'q' },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
}

type Row = Readonly<Record<string, number | boolean | string>>;
const csvOf = (rows: readonly Row[]): string => {
  const names = Object.keys(rows[0] ?? {});
  return `${names.join()}\n${rows.map((row) => names.map((n) => row[n]).join()).join('\n')}\n`;
};
const mean = (rows: readonly Row[], name: string): number =>
  rows.reduce((sum, row) => sum + Number(row[name]), 0) / rows.length;

const random = noiseOf(generator(77));
/** Old and female confound; what the exposure does hangs on both. */
const rows = Array.from({ length: 1200 }, (_, k) => {
  const old = random.coin(0.4) === 1;
  const female = random.coin(0.5) === 1;
  const age = Math.round(old ? 60 + 8 * random.normal() : 35 + 8 * random.normal());
  const x = random.coin(0.2 + 0.3 * Number(old) + 0.2 * Number(female)) === 1;
  const y = random.coin(0.1 + 0.3 * Number(x) + 0.2 * Number(old) + 0.2 * Number(x && female)) === 1;
  return { old, female, age, x, y, late: random.coin(0.5) === 1, n: (k % 3) + 1 };
});
const csv = csvOf(rows);
const effect = 'E(y[do(x = true)] - y[do(x = false)])';
const within = (condition: string) => `E(y[do(x = true)] - y[do(x = false)] | ${condition})`;
const graph = 'old, female -> x -> y  old, female -> y  age <- old  late  n  x -> z  z';

/** The difference of means in each cell of some labels, weighed by how many units are in it. */
function byCells(of: readonly Row[], labels: readonly string[]): number {
  const cells = new Map<string, Row[]>();
  for (const row of of) {
    const key = labels.map((l) => row[l]).join();
    cells.set(key, [...(cells.get(key) ?? []), row]);
  }
  return [...cells.values()].reduce((sum, cell) => {
    const [exposed, others] = [cell.filter((r) => r.x), cell.filter((r) => !r.x)];
    return sum + (cell.length / of.length) * (mean(exposed, 'y') - mean(others, 'y'));
  }, 0);
}

describe('groups', () => {
  test('the effect in a group is that of its rows, adjusted for the rest', async () => {
    const women = await ask(csv, graph, `${within('female')} from t by auto`);
    expect(women.error).toBeNull();
    expect(women.method).toBe('backdoor(old): means of cells');
    expect(women.value).toBeCloseTo(
      byCells(
        rows.filter((r) => r.female),
        ['old'],
      ),
      12,
    );
    const men = await ask(csv, graph, `${within('not female')} from t by backdoor(old)`);
    const share = rows.filter((r) => r.female).length / rows.length;
    const all = await ask(csv, graph, `${effect} from t by backdoor(old, female)`);
    expect(share * Number(women.value) + (1 - share) * Number(men.value)).toBeCloseTo(Number(all.value), 10);
    expect(Number(women.value)).toBeGreaterThan(Number(men.value));
  });

  test('two conditions, and one on a quantity', async () => {
    const both = await ask(csv, graph, `${within('female, old = false')} from t by auto`);
    const those = rows.filter((r) => r.female && !r.old);
    expect(both.value).toBeCloseTo(byCells(those, []), 12);
    expect(both.draws).toBe(those.length);
    const aged = await ask(
      csv,
      graph,
      `${within('age >= 50')} from t by backdoor(old, female, age, estimator = linear)`,
    );
    expect(aged.error).toBeNull();
    expect(aged.draws).toBe(rows.filter((r) => r.age >= 50).length);
  });

  test('the exposed of a group', async () => {
    const treated = await ask(csv, graph, `${within('x = true, female')} from t by backdoor(old)`);
    const women = rows.filter((r) => r.female);
    const exposed = women.filter((r) => r.x);
    const byHand = [true, false].reduce((sum, old) => {
      const cell = women.filter((r) => r.old === old);
      const share = exposed.filter((r) => r.old === old).length / exposed.length;
      return (
        sum +
        share *
          (mean(
            cell.filter((r) => r.x),
            'y',
          ) -
            mean(
              cell.filter((r) => !r.x),
              'y',
            ))
      );
    }, 0);
    expect(treated.value).toBeCloseTo(byHand, 12);
  });

  test('the formula of a group is over all rows, and gives what its rows do', async () => {
    // Otherwise the graph says that old is as frequent among women, and the formula makes use of it.
    const joined = `${graph}  old <-> female`;
    const by = await ask(csv, joined, `${within('female')} from t by identified`);
    expect(by.error).toBeNull();
    expect(by.draws).toBe(rows.length);
    expect(by.value).toBeCloseTo(
      byCells(
        rows.filter((r) => r.female),
        ['old'],
      ),
      12,
    );
    const adjusted = await ask(csv, joined, `${within('female')} from t by backdoor(old)`);
    expect(by.se).toBeCloseTo(Number(adjusted.se), 3);
  });

  test('labels that a group has none of do not stand in the way', async () => {
    const towns = rows.map((r, k) => ({ ...r, town: r.female ? ['a', 'b'][k % 2]! : 'c' }));
    const roads = 'female -> town -> x -> y  town, female -> y';
    for (const estimator of ['linear', 'ipw', 'matching']) {
      const query = `${within('female')} from t by backdoor(town, estimator = ${estimator}, refute = none)`;
      expect((await ask(csvOf(towns), roads, query)).error).toBeNull();
    }
  });

  test('the front door and instruments of a group', async () => {
    const door = 'female -> x -> late -> y  female -> y  female -> late  x <-> y';
    const named = await ask(csv, door, `${within('female')} from t by frontdoor(late)`);
    const given = await ask(csv, door, `${effect} from t by frontdoor(late, given = female)`);
    expect([named.error, given.error]).toEqual([null, null]);
    const bare = await ask(csv, door, `${effect} from t by frontdoor(late)`);
    expect(bare.error?.code).toBe('E0554');
    const tool = await ask(csv, 'old -> x -> y  x <-> y  female -> old, y', `${within('female')} from t by iv(old)`);
    expect(tool.error).toBeNull();
    expect(tool.draws).toBe(rows.filter((r) => r.female).length);
  });

  test.each([
    [within('z'), 'auto', 'x -> z, y', 'E0553', 'effect of'],
    [within('y'), 'auto', 'x -> y', 'E0553', 'two places'],
    [within('x = true, x = false'), 'auto', 'x -> y', 'E0553', 'one exposure'],
    [within('x != true'), 'auto', 'x -> y', 'E0553', 'one exposure'],
    [within('age > 900'), 'backdoor(age, old)', 'old -> x -> y  old -> y  age <- old', 'E0555', 'No row'],
    [within('female'), 'backdoor(old)', 'old -> x -> y  old -> y  x <-> old  old <-> y  female', 'E0554', 'stays open'],
    [within('age > 50'), 'identified', 'x -> y  age', 'E0554', 'one value'],
  ])('%s by %s in %s: %s', async (query, by, of, code, said) => {
    const answer = await ask(csvOf(rows.map((r) => ({ ...r, z: r.late }))), of, `${query} from t by ${by}`);
    expect(answer.error?.code).toBe(code);
    expect(answer.error?.message).toContain(said);
  });
});

describe('where rows come from', () => {
  test('an experiment on the exposure needs no adjustment', async () => {
    const hidden = 'x -> y  x <-> y  old -> x';
    expect((await ask(csv, hidden, `${effect} from t by auto`)).error?.code).toBe('E0554');
    const trial = await ask(csv, hidden, `${effect} from t under do(x) by auto`);
    expect(trial.error).toBeNull();
    expect(trial.method).toBe('backdoor(): means of cells');
    expect(trial.value).toBeCloseTo(
      mean(
        rows.filter((r) => r.x),
        'y',
      ) -
        mean(
          rows.filter((r) => !r.x),
          'y',
        ),
      12,
    );
    const drawn = await ask(csv, hidden, `${effect} from t under do(x ~ bernoulli(0.5)) by auto`);
    expect(drawn.value).toBe(trial.value);
  });

  test('an experiment that encourages makes an instrument', async () => {
    const wished = 'late -> x -> y  x <-> y  late <-> y';
    expect((await ask(csv, wished, `${effect} from t by iv(late)`)).error?.code).toBe('E0554');
    expect((await ask(csv, wished, `${effect} from t under do(late) by iv(late)`)).error).toBeNull();
  });

  test('an experiment on another cause of the outcome says nothing of what would be without it', async () => {
    const answer = await ask(csv, 'x -> y  old -> y', `${effect} from t under do(x, old) by auto`);
    expect(answer.error?.code).toBe('E0554');
    expect(answer.error?.message).toContain('old');
    // Who is female would hang on late where nobody gives it out, and the outcome goes with female.
    const group = await ask(
      csv,
      'x -> y  late -> female  female <-> y',
      `${within('female')} from t under do(x, late) by auto`,
    );
    expect(group.error?.code).toBe('E0554');
    const exposed = await ask(csv, 'x -> y  x <-> y', `${within('x = true')} from t under do(x) by auto`);
    expect(exposed.error?.message).toContain('would have been exposed');
  });

  test('selection that hangs on the outcome is refused, and one that does not is none', async () => {
    const chosen = `${effect} from t selected by s by auto`;
    expect((await ask(csv, 'x -> y -> s', chosen)).error?.code).toBe('E0554');
    expect((await ask(csv, 'x -> y  x <- old -> s', chosen)).error).toBeNull();
    const named = await ask(csv, 'x -> y -> s  old', `${effect} from t selected by s by backdoor(old)`);
    expect(named.error?.message).toContain('selected');
    for (const by of ['frontdoor(old)', 'iv(old)', 'identified', 'did(time = n)'])
      expect((await ask(csv, 'x -> y  old -> s', `${effect} from t selected by s by ${by}`)).error?.code).toBe('E0554');
  });

  test('rows that count units', async () => {
    const repeated = csvOf(rows.flatMap((r) => Array.from({ length: r.n }, () => r)));
    const counted = await ask(csv, graph, `${effect} from t weighted n by backdoor(old, female)`);
    const written = await ask(repeated, graph, `${effect} from t by backdoor(old, female)`);
    expect([counted.value, counted.draws]).toEqual([written.value, written.draws]);
    expect(counted.se).toBeCloseTo(Number(written.se), 12);
    const halves = csvOf(rows.slice(0, 50).map((r) => ({ ...r, n: r.n / 2 })));
    expect((await ask(halves, graph, `${effect} from t weighted n by backdoor(old, female)`)).error?.code).toBe(
      'E0555',
    );
  });
});

describe('methods and their options', () => {
  test('the formula of the complete algorithm, also where nothing else does', async () => {
    const noise = noiseOf(generator(5));
    const units = Array.from({ length: 4000 }, () => {
      const [u, v] = [noise.coin(0.5), noise.coin(0.4)];
      const w = noise.coin(0.2 + 0.3 * u + 0.3 * v);
      const z = noise.coin(0.3 + 0.4 * w);
      const x = noise.coin(0.2 + 0.3 * z + 0.3 * u);
      return { w: w === 1, z: z === 1, x: x === 1, y: noise.coin(0.2 + 0.25 * x + 0.4 * v) === 1 };
    });
    const napkin = 'w -> z -> x -> y  w <-> x  w <-> y';
    const answer = await ask(csvOf(units), napkin, `${effect} from t by auto`);
    expect(answer.method).toBe('identified(): the formula of the effect on the shares of units');
    expect(Math.abs(Number(answer.value) - 0.25)).toBeLessThan(4.5 * Number(answer.se));
    const named = await ask(csvOf(units), napkin, `${effect} from t by identified()`);
    expect(named.value).toBe(answer.value);
  });

  test('adjustment by each estimator', async () => {
    const names = ['saturated', 'linear', 'logistic', 'ipw', 'aipw', 'matching', 'matching, on = propensity'];
    const truth = byCells(rows, ['old', 'female']);
    for (const name of names) {
      const answer = await ask(
        csv,
        graph,
        `${effect} from t by backdoor(old, female, estimator = ${name}, refute = none)`,
      );
      expect(answer.error).toBeNull();
      expect(Math.abs(Number(answer.value) - truth)).toBeLessThan(2 * Number(answer.se));
    }
    const three = 'backdoor(old, age, estimator = matching, neighbours = 3, calliper = 0.5, refute = none)';
    expect((await ask(csv, 'old, age -> x -> y  old, age -> y', `${effect} from t by ${three}`)).error).toBeNull();
  });

  test('differences in differences and discontinuities', async () => {
    const noise = noiseOf(generator(8));
    const units = Array.from({ length: 300 }, (_, unit) => {
      const treated = unit % 2 === 0;
      const own = noise.normal();
      return [2003, 2004, 2005].map((year) => ({
        unit,
        treated,
        year,
        when: year === 2005 ? 'after' : 'before',
        y: own + (treated ? 1 : 0) + (year - 2003) * 0.3 + (treated && year === 2005 ? 0.8 : 0) + 0.3 * noise.normal(),
      }));
    }).flat();
    const change = 'E(y[do(treated = true)] - y[do(treated = false)] | treated)';
    const apart = 'treated -> y  treated <-> y  unit';
    const said = await ask(csvOf(units), apart, `${change} from t by did(time = year, since = 2005, unit = unit)`);
    expect(said.error).toBeNull();
    expect(Math.abs(Number(said.value) - 0.8)).toBeLessThan(4.5 * Number(said.se));
    expect(said.method).toContain('did(time = year, since = 2005, unit = unit)');
    const labels = await ask(csvOf(units), apart, `${change} from t by did(time = when, since = after)`);
    expect(labels.error).toBeNull();
    expect(labels.value).toBeCloseTo(Number(said.value), 10);
    expect((await ask(csvOf(units), apart, `${change} from t by did(time = year)`)).error?.message).toContain('since');

    const scored = Array.from({ length: 900 }, () => {
      const score = Math.round(1000 * (50 + 20 * noise.normal())) / 1000;
      const x = score >= 60;
      return { score, x, y: 0.02 * score + (x ? 0.5 : 0) + 0.3 * noise.normal() };
    });
    const edge = 'score -> x -> y  score -> y';
    const jump = await ask(csvOf(scored), edge, `${effect} from t by rdd(running = score, cutoff = 60)`);
    expect(jump.error).toBeNull();
    expect(Math.abs(Number(jump.value) - 0.5)).toBeLessThan(4.5 * Number(jump.se));
    const wide = `${effect} from t by rdd(running = score, cutoff = 60, bandwidth = 15)`;
    expect((await ask(csvOf(scored), edge, wide)).method).toContain('bandwidth 15');
    expect((await ask(csvOf(scored), `${edge}  x <-> y`, wide)).error?.code).toBe('E0554');
    const off = `${effect} from t by rdd(running = score, cutoff = 55)`;
    expect((await ask(csvOf(scored), edge, off)).error?.message).toContain('is an instrument');
  });

  test('errors by resamples hang on the seed alone', async () => {
    const by = `${effect} from t by backdoor(old, female, errors = bootstrap(150), refute = none)`;
    const [one, again, other] = [
      await ask(csv, graph, by),
      await ask(csv, graph, by),
      await ask(csv, graph, by, 'another'),
    ];
    expect(one.error).toBeNull();
    expect([again.value, again.se, again.interval]).toEqual([one.value, one.se, one.interval]);
    expect(other.value).toBe(one.value);
    expect(other.se).not.toBe(one.se);
    expect(one.method).toContain('150 resamples');
    const matches = `${effect} from t by backdoor(old, female, estimator = matching, errors = bootstrap(150), refute = none)`;
    expect((await ask(csv, graph, matches)).error?.message).toContain('matches');
  });
});
