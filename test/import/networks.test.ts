/** The networks that are published with answers: every marginal and every answer under evidence and `do`. Read from beside the project, where they are. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import { importBif } from '../../src/import/bif.js';
import { ofKind } from '../causal/cases.js';
import { memoryHost } from '../check/host.js';

const place = (id: string): URL => new URL(`../../../shared/data/${id.replace(/^bn-/, '')}.bif`, import.meta.url);

const states = z.record(z.string(), z.string());
const questions = z.array(
  z.object({ query: z.string(), given: states, do: states, states: z.array(z.string()), p: z.array(z.number()) }),
);
const tables = z.record(z.string(), z.record(z.string(), z.number()));

const networks = ofKind('bayes_net').filter(({ id }) => existsSync(place(id)));

describe.skipIf(networks.length === 0)('published networks', () => {
  it.each(networks.map((c) => [c.id, c] as const))('%s', async (id, c) => {
    const made = importBif(
      { name: `${id}.bif`, text: readFileSync(place(id), 'utf8') },
      { truths: false, queries: false },
    );
    if (!made.ok) throw new Error(made.diagnostics.map((d) => d.message).join('\n'));
    const typeOf = (node: string): string => {
      const found = new RegExp(`^  ${node} ~ categorical\\((\\w+),`, 'm').exec(made.value)?.[1];
      if (found === undefined) throw new Error(`${node} has no labels`);
      return found;
    };
    const all = (held: Readonly<Record<string, string>>, sign: string): string =>
      Object.entries(held)
        .map(([node, state]) => `${node} ${sign} ${typeOf(node)}.${state}`)
        .join(', ');
    const marginals = Object.entries(tables.parse(c.marginals));
    const asked = [
      ...marginals.map(([query, p]) => ({ query, given: {}, do: {}, states: Object.keys(p), p: Object.values(p) })),
      ...questions.parse(c.queries),
    ];
    const lines = asked.map(({ query, given, do: acts }, k) => {
      const parts = [all(given, '='), Object.keys(acts).length > 0 ? `do(${all(acts, '=')})` : ''].filter(Boolean);
      return `query q${k} = P(${query}${parts.length > 0 ? ` | ${parts.join(', ')}` : ''})`;
    });
    const source = { name: `${id}.scm`, text: `${made.value}\n${lines.join('\n')}\n` };
    const opened = openSession(source, memoryHost({}), defaultSettings);
    if (!opened.ok) throw new Error(opened.diagnostics.map((d) => d.message).join('\n'));
    const options = { signal: new AbortController().signal, onProgress: () => {} };
    for (const [k, { p, states }] of asked.entries()) {
      const answer = await opened.value.answer({ kind: 'named', name: `q${k}` }, options);
      expect(answer.exact, lines[k]).toBe(true);
      for (const [s, state] of states.entries()) {
        const mass = answer.distribution?.find(({ value }) => value === state)?.p ?? 0;
        expect(Math.abs(mass - p[s]!), `${lines[k]}: ${state}`).toBeLessThan(1e-9);
      }
    }
  });
});
