/** Programs with tables in memory. */
import { defaultSettings } from '../../src/embed/contract.js';
import { openEmbedded } from '../../src/embed/session.js';
import type { Answer } from '../../src/report/answer.js';
import { memoryHost } from '../check/host.js';
import { answer } from './programs.js';

/** The answers of a text's queries by name; its tables are given by file name. */
export async function askTables(
  text: string,
  files: Readonly<Record<string, string>>,
  settings: { readonly seed?: string; readonly method?: string; readonly samples?: number } = {},
): Promise<ReadonlyMap<string, Answer>> {
  const { seed = '1', method = null, samples = null } = settings;
  const outcome = openEmbedded(
    { name: 'given.scm', text },
    memoryHost(files),
    { ...defaultSettings, seed, method, samples },
    { externs: {} },
  );
  if (!outcome.ok) throw new Error(outcome.diagnostics.map((d) => `${d.code} ${d.message}`).join('\n'));
  const names = [...text.matchAll(/^query (\w+)/gm)].map((match) => match[1]!);
  const answers = new Map<string, Answer>();
  for (const name of names) answers.set(name, await answer(outcome.value, name));
  return answers;
}

/** A posterior density of one parameter on (0, 1), up to a factor: its mean, and the log of its integral. */
export function onUnitInterval(density: (p: number) => number): {
  readonly mean: number;
  readonly logEvidence: number;
} {
  const steps = 200_000;
  let mass = 0;
  let moment = 0;
  for (let i = 0; i < steps; i++) {
    const p = (i + 0.5) / steps;
    const d = density(p) / steps;
    mass += d;
    moment += p * d;
  }
  return { mean: moment / mass, logEvidence: Math.log(mass) };
}
