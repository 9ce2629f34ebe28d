/** Actual causes of the literature (Halpern, IJCAI 2015; "Actual Causality", 2016), by the modified definition. */
import { describe, expect, test } from 'vitest';
import { actualCauses, type Situated } from '../../src/causal/counterfactual/actual_cause.js';
import { everyPath } from '../../src/causal/counterfactual/paths.js';
import type { CausesReport } from '../../src/report/causes.js';
import { open } from '../models/programs.js';
import { generator } from './discrete_scm.js';

function report(model: string, question: string): CausesReport {
  const found = open(model).causes(question, null);
  if (!found.ok) throw new Error(found.diagnostics.map(({ code, message }) => `${code} ${message}`).join());
  return found.value;
}

/** Causes as texts, with what is held. */
const causesOf = (model: string, question: string): readonly string[] =>
  report(model, question)
    .causes.map(({ cause, kept }) => {
      const held = kept.map(({ node, value }) => `${node}=${value}`).join(' ');
      return cause.map(({ node, value }) => `${node}=${value}`).join(' & ') + (held === '' ? '' : ` holding ${held}`);
    })
    .sort();

const roots = (...names: readonly string[]): string => names.map((name) => `${name} ~ bernoulli(0.5)`).join('\n');

describe('a forest fire', () => {
  const fire = (how: 'and' | 'or'): string =>
    `model M { ${roots('lightning', 'arson')}\n fire := lightning ${how} arson }`;
  test('that needs both has both as causes', () => {
    expect(causesOf(fire('and'), 'fire | lightning, arson')).toEqual(['arson=true', 'lightning=true']);
  });
  test('that needs one has their conjunction as its cause', () => {
    expect(causesOf(fire('or'), 'fire | lightning, arson')).toEqual(['lightning=true & arson=true']);
    expect(causesOf(fire('or'), 'fire | lightning, not arson')).toEqual(['lightning=true']);
  });
});

test("Suzy's rock and not Billy's", () => {
  const bottle = `model M { ${roots('st', 'bt')}
    sh := st
    bh := bt and not sh
    shattered := sh or bh
  }`;
  expect(causesOf(bottle, 'shattered | st, bt')).toEqual(['sh=true holding bh=false', 'st=true holding bh=false']);
  expect(causesOf(bottle, 'shattered | not st, bt')).toEqual(['bh=true', 'bt=true']);
});

describe('a vote of nine', () => {
  const vote = `model M {
    for i in 0..9 { vote[i] ~ bernoulli(0.5) }
    wins := sum([if v then 1 else 0 for v in vote]) > 4
  }`;
  const cast = (ayes: number): string => Array.from({ length: 9 }, (_, i) => `vote[${i}] = ${i < ayes}`).join(', ');
  test('at 5 to 4: each of the five', () => {
    expect(causesOf(vote, `wins | ${cast(5)}`)).toEqual(Array.from({ length: 5 }, (_, i) => `vote[${i}]=true`));
  });
  test('at 9 to 0: any five together', () => {
    const { causes } = report(vote, `wins | ${cast(9)}`);
    expect(causes).toHaveLength(126);
    expect(causes.every(({ cause, probability }) => cause.length === 5 && probability === 1)).toBe(true);
  });
});

describe('a railroad switch', () => {
  test('does not matter where the train arrives on any track', () => {
    const track = `enum Track { left, right }
      model M {
        flipped ~ bernoulli(0.5)
        track := if flipped then Track.right else Track.left
        arrives := track == Track.left or track == Track.right
      }`;
    expect(causesOf(track, 'arrives | flipped')).toEqual([]);
  });
  test('does where each track is a variable of its own', () => {
    const tracks = `model M {
      flipped ~ bernoulli(0.5)
      right := flipped
      left := not flipped
      arrives := left or right
    }`;
    expect(causesOf(tracks, 'arrives | flipped')).toEqual(['flipped=true holding left=false', 'right=true']);
  });
});

describe('bogus prevention: an antidote against a poison that was never given', () => {
  test('is part of a cause', () => {
    const survives = `model M { ${roots('poison', 'antidote')}\n survives := not poison or antidote }`;
    expect(causesOf(survives, 'survives | not poison, antidote')).toEqual(['poison=false & antidote=true']);
  });
  test('and none where the neutralisation is a variable', () => {
    const neutral = `model M { ${roots('poison', 'antidote')}
      neutralised := poison and antidote
      survives := not poison or neutralised
    }`;
    expect(causesOf(neutral, 'survives | not poison, antidote')).toEqual(['poison=false holding neutralised=false']);
  });
});

test('a firing squad: both shots together, and the order', () => {
  const squad = `model M {
    order ~ bernoulli(0.7)
    captain := order
    a := captain
    b := captain
    dead := a or b
  }`;
  expect(causesOf(squad, 'dead | order')).toEqual(['a=true & b=true', 'captain=true', 'order=true']);
});

test('numbers take the values that they can have', () => {
  const dose = `model M { dose ~ discrete_uniform(0, 3)  weight ~ discrete_uniform(1, 2)  sick := dose > weight }`;
  expect(causesOf(dose, 'sick | dose = 3, weight = 1')).toEqual(['dose=3']);
  expect(causesOf(dose, 'sick | dose = 2, weight = 1')).toEqual(['dose=2', 'weight=1']);
});

describe('uncertain worlds', () => {
  test('give causes their probabilities', () => {
    const bottle = `model M { st ~ bernoulli(0.8)  bt ~ bernoulli(0.5)
      sh := st
      bh := bt and not sh
      shattered := sh or bh
    }`;
    const { causes, probability, worlds } = report(bottle, 'shattered');
    expect([probability, worlds]).toEqual([0.9, 3]);
    const of = (name: string) => causes.find(({ cause }) => cause[0]?.node === name)?.probability;
    expect(of('st')).toBeCloseTo(0.8 / 0.9, 12);
    expect(of('bt')).toBeCloseTo(0.1 / 0.9, 12);
  });

  test('share the noise of draws: the uniform of a draw decides under other parameters', () => {
    const drug = `model M { x ~ bernoulli(0.5)  y ~ bernoulli(if x then 0.7 else 0.4) }`;
    const { causes } = report(drug, 'y | x');
    // Of those who have y under x, three in seven have it because of x.
    expect(causes).toHaveLength(1);
    expect(causes[0]?.probability).toBeCloseTo(3 / 7, 12);
  });

  test("a model's observations weigh", () => {
    const seen = `model M { a ~ bernoulli(0.5)  b ~ bernoulli(0.5)  y := a or b
      alarm ~ bernoulli(if a then 0.9 else 0.1)
      observe alarm = true
    }`;
    const { causes } = report(seen, 'y | not b');
    expect(causes.map(({ cause }) => cause[0]?.node)).toEqual(['a']);
    expect(report(seen, 'y').probability).toBeCloseTo(0.9 + 0.1 * 0.5, 12);
  });
});

test('all ways of choosing are gone through once, or none where they are too many', () => {
  const pairs = everyPath((choose) => [choose(2), choose(3)].join(''), 6);
  expect(pairs).toEqual(['00', '01', '02', '10', '11', '12']);
  expect(everyPath((choose) => [choose(2), choose(3)], 5)).toBeNull();
  // What is chosen may hang on earlier choices.
  expect(everyPath((choose) => (choose(2) === 0 ? 'stop' : `go${choose(2)}`), 9)).toEqual(['stop', 'go0', 'go1']);
});

test('what has nothing to do with the outcome is no obstacle', () => {
  const beside = 'model M { x ~ bernoulli(0.5)  y := x  z ~ normal(0, 1)  w ~ gamma(2, 1 + z^2) }';
  expect(causesOf(beside, 'y')).toEqual(['x=true']);
});

test('what cannot be listed says why', () => {
  const told = (model: string, question: string): string => {
    const found = open(model).causes(question, null);
    return found.ok ? 'found' : `${found.diagnostics[0]?.code} ${found.diagnostics[0]?.message}`;
  };
  expect(told('model M { x ~ normal(0, 1)  y := x > 0 }', 'y')).toMatch(/^E0650 .*continuous/);
  expect(told('model M { x ~ bernoulli(0.5)  y := x }', 'y | not x')).toMatch(/^E0650 .*no world/);
  const observed = `model M { x ~ bernoulli(0.5)  m ~ bernoulli(if x then 0.7 else 0.4)  y := m
    observe m = true
  }`;
  expect(told(observed, 'y')).toMatch(/^E0650 .*observes/);
  expect(told('model M { x ~ bernoulli(0.5) }', 'z')).toMatch(/^E02/);
});

test('agrees with the definition read off word by word, on random circuits', () => {
  const random = generator(5);
  for (let k = 0; k < 25; k++) {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const tables = names.map((_, i) => Array.from({ length: 2 ** i }, () => random() < 0.5));
    const run = (action: ReadonlyMap<string, number>): ReadonlyMap<string, number> => {
      const values = new Map<string, number>();
      for (const [i, name] of names.entries()) {
        const row = names.slice(0, i).reduce((r, p) => 2 * r + values.get(p)!, 0);
        values.set(name, action.get(name) ?? Number(tables[i]![row]));
      }
      return values;
    };
    const actual = run(new Map());
    const end = actual.get('e')!;
    const world: Situated = {
      run,
      holds: (values) => values.get('e') === end,
      candidates: new Map(names.slice(0, 4).map((name) => [name, [0, 1]])),
      reaches: (from, to) => from < to,
    };
    const sets = Array.from({ length: 16 }, (_, m) => names.slice(0, 4).filter((_n, i) => (m >> i) % 2 === 1));
    const undoes = (set: readonly string[]): boolean =>
      sets.some((settings) =>
        sets.some((kept) => {
          if (kept.some((n) => set.includes(n))) return false;
          const action = new Map([
            ...kept.map((n) => [n, actual.get(n)!] as const),
            ...set.map((n) => [n, settings.includes(n) ? 1 : 0] as const),
          ]);
          return run(action).get('e') !== end;
        }),
      );
    const wanted = sets.filter(
      (set) =>
        set.length > 0 &&
        undoes(set) &&
        !sets.some((less) => less.length < set.length && less.every((n) => set.includes(n)) && undoes(less)),
    );
    const found = actualCauses(world, 1e6)!.map(({ cause }) => cause.map(({ node }) => node).join());
    expect([...found].sort()).toEqual(wanted.map((set) => set.join()).sort());
    for (const { instead, kept } of actualCauses(world, 1e6)!) {
      const action = new Map([...instead, ...kept].map(({ node, value }) => [node, value]));
      expect(run(action).get('e')).not.toBe(end);
    }
  }
});
