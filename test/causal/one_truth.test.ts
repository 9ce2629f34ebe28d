/** One model, two ways to one number: the estimand of `identify` on the model's own observational distribution, and graph surgery. */
import { expect, test } from 'vitest';
import { evaluate } from '../../src/causal/identify/estimand.js';
import { parseEstimand } from '../../src/causal/identify/parse_estimand.js';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import { memoryHost } from '../check/host.js';
import { generator } from './discrete_scm.js';

const names = ['a', 'b', 'c', 'd', 'e'] as const;

/** A program of bools: what is observed, each with some earlier ones as causes, and hidden causes of two of them. */
function randomProgram(random: () => number): string {
  const lines: string[] = [];
  const hidden: (readonly string[])[] = names.map(() => []);
  for (let i = 0; i < names.length; i++)
    for (let j = i + 1; j < names.length; j++) {
      if (random() >= 0.25) continue;
      const u = `u${i}${j}`;
      lines.push(`  latent ${u} ~ bernoulli(${(0.2 + 0.6 * random()).toFixed(3)})`);
      hidden[i] = [...hidden[i]!, u];
      hidden[j] = [...hidden[j]!, u];
    }
  for (const [i, name] of names.entries()) {
    const causes = [...names.slice(0, i).filter(() => random() < 0.5), ...hidden[i]!];
    const rows = (k: number): string =>
      k === causes.length
        ? (0.05 + 0.9 * random()).toFixed(3)
        : `(if ${causes[k]} then ${rows(k + 1)} else ${rows(k + 1)})`;
    lines.push(`  ${name} ~ bernoulli(${rows(0)})`);
  }
  return `model M {\n${lines.join('\n')}\n}\n`;
}

test('estimands on the observational distribution are what surgery gives', async () => {
  const random = generator(23);
  const counts = { identified: 0, forbidden: 0 };
  const options = { signal: new AbortController().signal, onProgress: () => {} };
  for (let k = 0; k < 16; k++) {
    const [x, y, z] = names.toSorted(() => random() - 0.5);
    const given = random() < 0.3 ? [z!] : [];
    const seen = given.map((name) => `, ${name} = true`).join('');
    const cells = Array.from({ length: 32 }, (_, cell) =>
      names.map((name, v) => ((cell >> v) & 1 ? name : `not ${name}`)).join(' and '),
    );
    const text = `${randomProgram(random)}
query how = identify P(${y} | do(${x})${given.map((name) => `, ${name}`).join('')})
query done = P(${y} | do(${x} = true)${seen})
${cells.map((cell, c) => `query cell${c} = P(${cell})`).join('\n')}
`;
    const opened = openSession({ name: 'm.scm', text }, memoryHost({}), defaultSettings);
    if (!opened.ok) throw new Error(opened.diagnostics.map((d) => d.message).join('\n'));
    const answer = (name: string) => opened.value.answer({ kind: 'named', name }, options);
    const { identification } = await answer('how');
    if (identification?.identifiable !== true) {
      counts.forbidden += 1;
      continue;
    }
    counts.identified += 1;
    const estimand = parseEstimand(identification.estimand ?? '');
    if (estimand === null) throw new Error(`not read back: ${identification.estimand}`);
    const joint = await Promise.all(cells.map(async (_, c) => Number((await answer(`cell${c}`)).value)));
    const probability = (those: ReadonlyMap<string, number>): number =>
      joint.reduce(
        (sum, p, cell) =>
          names.every((n, v) => (those.get(n) ?? (cell >> v) & 1) === ((cell >> v) & 1)) ? sum + p : sum,
        0,
      );
    const found = evaluate(
      estimand,
      new Map([[x!, 1], [y!, 1], ...given.map((name) => [name, 1] as const)]),
      () => 2,
      (of, conditions, action, values) => {
        expect(action).toEqual([]);
        // A starred name is bound, and another value of the same variable.
        const pick = (list: readonly string[]) =>
          new Map(list.map((name) => [name.replace(/\*+$/, ''), values.get(name) ?? 0]));
        return probability(pick([...of, ...conditions])) / probability(pick(conditions));
      },
    );
    const done = await answer('done');
    expect(done.exact).toBe(true);
    expect(Math.abs(Number(done.value) - found), text).toBeLessThan(1e-9);
  }
  expect(counts.identified).toBeGreaterThan(8);
  expect(counts.forbidden).toBeGreaterThan(0);
});
