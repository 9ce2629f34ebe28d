import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSource } from '../../src/check/check_source.js';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import { importBif } from '../../src/import/bif.js';
import { readBif } from '../../src/import/bif_network.js';
import type { Network } from '../../src/import/network.js';
import { memoryHost } from '../check/host.js';
import { runCommand } from '../cli/fake.js';

const imported = (text: string, choices = {}): string => {
  const outcome = importBif({ name: 'some/net.bif', text }, { truths: false, queries: false, ...choices });
  if (!outcome.ok) throw new Error(outcome.diagnostics.map((d) => d.message).join('\n'));
  return outcome.value;
};

const read = (text: string): Network => {
  const outcome = readBif({ name: 'net.bif', text });
  if (!outcome.ok) throw new Error(outcome.diagnostics.map((d) => d.message).join('\n'));
  return outcome.value;
};

const sprinkler = `
network "wet grass" { property "version 1"; }
variable wet { type discrete [ 2 ] { true, false }; property position = (10, 20) ; }
variable "the weather" { type discrete[3] { sun "light rain" storm }; } // a comment
variable sprinkler { type discrete [ 2 ] { no, yes }; }
/* grass: the last parent runs fastest */
probability ( wet | "the weather", sprinkler ) {
  (sun, no) 0.01, 0.99;
  (storm, yes) 1, 0;
  (sun, yes) .9 1e-1;
  default 0.8, 0.2;
}
probability ( "the weather" ) { table 0.3333333, 0.3333333, 0.3333333; }
probability ( sprinkler | "the weather" ) { table 0.5, 0.9, 1.0,  0.5, 0.1, 0.0; }
`;

describe('the program of a network', () => {
  it('has an enum for each list of states, tables by parents, and causes first', () => {
    expect(imported(sprinkler, { queries: true })).toBe(`// Made from net.bif: 3 variables, 3 arcs.

// light_rain is "light rain"
enum sun_light_rain_storm { sun, light_rain, storm }
enum no_yes { no, yes }

// P(sprinkler | the_weather)
const p_sprinkler = [[0.5, 0.5], [0.9, 0.1], [1.0, 0.0]]

// P(wet | the_weather, sprinkler)
const p_wet = [[0.01, 0.9], [0.8, 0.8], [0.8, 1.0]]

model wet_grass {
  // "the weather" in the network; rounded in the file: sums to 1 within 1e-6 only
  the_weather ~ categorical(sun_light_rain_storm, [0.3333333, 0.3333333, 0.3333333])
  sprinkler ~ categorical(no_yes, p_sprinkler[the_weather])
  wet ~ bernoulli(p_wet[the_weather, sprinkler])
}

query the_weather = P(the_weather)
query sprinkler = P(sprinkler)
query wet = P(wet)
`);
  });

  it('makes truth values of yes and no where that is asked for', () => {
    const capitals = sprinkler.replaceAll(/\bno\b/g, 'No').replaceAll(/\byes\b/g, 'YES');
    const program = imported(capitals, { truths: true });
    expect(program).toContain('// true is "YES"\n  sprinkler ~ bernoulli(p_sprinkler[the_weather])');
    expect(program).toContain('const p_sprinkler = [0.5, 0.1, 0.0]');
    expect(imported(capitals)).toContain('enum No_YES { No, YES }');
  });

  it('gives names that a program can write, each once', () => {
    const names = ['for', 'pi', 'a-b', 'a b', '2nd', '+', 'A', 'p_A', 'query', 'A_B'];
    const text = names
      .map((name, i) => {
        const root = i === 0;
        const rows = root ? 'table 0.25, 0.75;' : '("<1") 0.25, 0.75; (">=1") 0.5, 0.5;';
        const states = name === 'A' ? '"A" "B"' : '"<1" ">=1"';
        const parent = root ? '' : ` | "${names[0]}"`;
        return `variable "${name}" { type discrete [2] { ${states} }; } probability ( "${name}"${parent} ) { ${rows} }`;
      })
      .join('\n');
    const program = imported(text, { queries: true });
    expect(program).toContain('// _1 is "<1", _1_2 is ">=1"\nenum _1__1_2 { _1, _1_2 }');
    expect(program).toContain('// "a b" in the network\n  a_b_2 ~');
    expect(program).toContain('enum A_2_B { A_2, B }');
    expect(program).toContain('const p_A_2 =');
    const checked = checkSource({ name: 'a.scm', text: program }, memoryHost({}));
    expect(checked.diagnostics).toEqual([]);
  });

  it('keeps a name that spans lines inside of its comment', () => {
    const quoted = 'variable x { type discrete [1] { "a\u2028query evil = 1" }; } probability ( x ) { table 1; }';
    expect(imported(quoted)).toContain('// a_query_evil_1 is "a query evil = 1"\nenum');
  });
});

/** Networks of up to five variables with up to three states and three parents, written as BIF in the order of a permutation. */
const networks = fc
  .array(
    fc.record({
      states: fc.integer({ min: 1, max: 3 }),
      parents: fc.array(fc.nat(10), { maxLength: 3 }),
      weights: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 81, maxLength: 81 }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((drawn) => {
    const parentsOf = drawn.map((v, i) => [...new Set(i === 0 ? [] : v.parents.map((p) => p % i))]);
    const blocks = drawn.map(({ states, weights }, i) => {
      const parents = parentsOf[i]!;
      const labels = ['low', 'mid', 'high'].slice(0, states);
      let at = 0;
      const row = (key: readonly string[]): readonly string[] => {
        const parent = parents[key.length];
        if (parent !== undefined)
          return ['low', 'mid', 'high'].slice(0, drawn[parent]!.states).flatMap((s) => row([...key, s]));
        const raw = labels.map(() => weights[at++ % weights.length]! + 0.5);
        const sum = raw.reduce((a, b) => a + b, 0);
        return [`${key.length > 0 ? `(${key.join(', ')})` : 'table'} ${raw.map((w) => w / sum).join(', ')};`];
      };
      const given = parents.length > 0 ? ` | ${parents.map((p) => `v${p}`).join(', ')}` : '';
      return `variable v${i} { type discrete [ ${states} ] { ${labels.join(', ')} }; }\nprobability ( v${i}${given} ) {\n${row([]).join('\n')}\n}`;
    });
    return blocks.toReversed().join('\n');
  });

/** The distribution of each variable, by going through all combinations of states. */
function marginals({ variables }: Network): readonly (readonly number[])[] {
  const sums = variables.map((v) => v.states.map(() => 0));
  const states = variables.map(() => 0);
  const visit = (at: number): void => {
    if (at < variables.length) {
      for (let s = 0; s < variables[at]!.states.length; s += 1) {
        states[at] = s;
        visit(at + 1);
      }
      return;
    }
    const p = variables.reduce((product, { parents, rows }, i) => {
      const row = parents.reduce((index, parent) => index * variables[parent]!.states.length + states[parent]!, 0);
      return product * rows[row]![states[i]!]!;
    }, 1);
    for (const [i, s] of states.entries()) sums[i]![s]! += p;
  };
  visit(0);
  return sums;
}

it('answers as going through all combinations does', async () => {
  const options = { signal: new AbortController().signal, onProgress: () => {} };
  await fc.assert(
    fc.asyncProperty(networks, async (text) => {
      const opened = openSession(
        { name: 'net.scm', text: imported(text, { queries: true }) },
        memoryHost({}),
        defaultSettings,
      );
      if (!opened.ok) throw new Error(opened.diagnostics[0]!.message);
      expect([...opened.diagnostics, ...opened.value.diagnostics]).toEqual([]);
      const network = read(text);
      for (const [i, expected] of marginals(network).entries()) {
        const answer = await opened.value.answer({ kind: 'named', name: network.variables[i]!.name }, options);
        expect(answer.error).toBe(null);
        expect(answer.exact).toBe(true);
        expect(answer.distribution!.length).toBe(expected.length);
        for (const [s, { p }] of answer.distribution!.entries()) expect(p).toBeCloseTo(expected[s]!, 12);
      }
    }),
    { seed: 3, numRuns: 12 },
  );
});

describe('whatif import', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'whatif-import-'));
  const file = path.join(folder, 'net.bif');
  writeFileSync(file, sprinkler);

  it('writes the program to standard output or to a file', async () => {
    const printed = await runCommand(['import', file]);
    expect(printed).toMatchObject({ code: 0, out: imported(sprinkler, { queries: true }), error: '' });
    const out = path.join(folder, 'net.scm');
    expect(await runCommand(['import', file, '-o', out, '--no-queries'])).toMatchObject({ code: 0, out: '' });
    expect(readFileSync(out, 'utf8')).toBe(imported(sprinkler));
    const json = await runCommand(['import', '-', '--json', '--bool'], { input: sprinkler });
    const program = imported(sprinkler, { truths: true, queries: true }).replace('net.bif', '<stdin>');
    expect(JSON.parse(json.out)).toEqual({ file: null, program, diagnostics: [] });
  });

  it('says what is wrong with a network and ends with 1; wrong usage ends with 2', async () => {
    const wrong = await runCommand(['import', '-', '--json'], { input: 'variable x { }' });
    expect(wrong.code).toBe(1);
    expect(wrong.error).toContain('error[E0540]: Expected `type discrete');
    expect(JSON.parse(wrong.out)).toMatchObject({
      file: null,
      program: null,
      diagnostics: [{ code: 'E0540', line: 1, column: 14 }],
    });
    expect((await runCommand(['import', file, '-o', path.join(folder, 'net.txt')])).code).toBe(2);
    expect((await runCommand(['import', file, '-o', path.join(folder, 'none', 'net.scm')])).code).toBe(2);
    expect((await runCommand(['import', path.join(folder, 'none.bif')])).code).toBe(2);
  });
});

it('keeps the rows that a file rounds, and what a question does not ask about has no say', async () => {
  // What other programs do: multiply the numbers as they are, and divide by their sum in the end.
  const text = `
variable a { type discrete [ 2 ] { on, off }; }
variable b { type discrete [ 2 ] { up, down }; }
variable c { type discrete [ 2 ] { in, out }; }
probability ( a ) { table 0.4, 0.6; }
probability ( b | a ) { (on) 0.3333333, 0.6666666; (off) 0.25, 0.75; }
probability ( c | b ) { (up) 0.1428571, 0.8571428; (down) 0.5, 0.5; }
`;
  const opened = openSession(
    { name: 'net.scm', text: imported(text, { queries: true }) },
    memoryHost({}),
    defaultSettings,
  );
  if (!opened.ok) throw new Error('not opened');
  const options = { signal: new AbortController().signal, onProgress: () => {} };
  const answer = await opened.value.answer({ kind: 'named', name: 'b' }, options);
  const up = 0.4 * 0.3333333 + 0.6 * 0.25;
  const down = 0.4 * 0.6666666 + 0.6 * 0.75;
  expect(answer.distribution![0]!.p).toBeCloseTo(up / (up + down), 13);
});

it('gives a program or diagnostics for any text', () => {
  const pieces = fc.constantFrom(
    ...[
      'network',
      'variable',
      'probability',
      'type',
      'discrete',
      'table',
      'default',
      'property',
      'a',
      'b',
      '"',
      '0.5',
      '1',
      '2',
    ],
    ...['{', '}', '(', ')', '[', ']', ',', ';', '|', '\n', '//', '/*', '*/', '\u0000', '𝒳'],
  );
  const cut = fc
    .tuple(fc.nat(sprinkler.length), fc.nat(20), pieces)
    .map(([at, length, piece]) => sprinkler.slice(0, at) + piece + sprinkler.slice(at + length));
  const soup = fc.array(pieces, { maxLength: 60 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(fc.oneof(cut, soup), (text) => {
      const outcome = importBif({ name: 'net.bif', text }, { truths: true, queries: true });
      if (outcome.ok)
        expect(checkSource({ name: 'a.scm', text: outcome.value }, memoryHost({})).diagnostics).toEqual([]);
      else {
        expect(outcome.diagnostics.length).toBeGreaterThan(0);
        for (const { span } of outcome.diagnostics) expect(span.end).toBeLessThanOrEqual(text.length);
      }
    }),
    { seed: 5, numRuns: 300 },
  );
});
