/** Actual causes as text and JSON. */
import type { Json } from './json.js';
import { numberText } from './number.js';
import { tableLines } from './table.js';

/** A node and its value, as a program writes them. */
export type ReportedSetting = { readonly node: string; readonly value: string };

/** One minimal cause, its probability, and its witness in the likeliest world: what to set instead, and what to hold at what it was. */
export type ReportedCause = {
  readonly probability: number;
  readonly cause: readonly ReportedSetting[];
  readonly instead: readonly ReportedSetting[];
  readonly kept: readonly ReportedSetting[];
};

/** The causes of an outcome. Probabilities of causes are among the worlds that agree with the evidence and have the outcome. */
export type CausesReport = {
  readonly outcome: string;
  readonly evidence: readonly string[];
  /** The probability of the outcome given the evidence. */
  readonly probability: number;
  /** Worlds that have the outcome and agree with the evidence. */
  readonly worlds: number;
  /** The likeliest first, then the smallest. */
  readonly causes: readonly ReportedCause[];
};

/** As `whatif causes --json` prints it. */
export const causesJson = ({ outcome, evidence, probability, worlds, causes }: CausesReport): Json => ({
  outcome,
  evidence: [...evidence],
  probability,
  worlds,
  causes: causes.map((c) => ({
    probability: c.probability,
    cause: settingsJson(c.cause),
    instead: settingsJson(c.instead),
    kept: settingsJson(c.kept),
  })),
});

const settingsJson = (settings: readonly ReportedSetting[]): Json =>
  settings.map(({ node, value }) => ({ node, value }));

/** Causes that a text shows. */
const mostShown = 20;

/** For people. */
export function causesText({ outcome, evidence, probability, worlds, causes }: CausesReport): string {
  const given = evidence.length === 0 ? '' : ` given ${evidence.join(', ')}`;
  const head = `causes of ${outcome}${given}: it has probability ${numberText(probability)}, in ${worlds} ${worlds === 1 ? 'world' : 'worlds'}`;
  if (causes.length === 0) return `${head}\nnothing in the model is a cause of it`;
  const columns = [
    { header: 'P', align: 'right' },
    { header: 'cause', align: 'left' },
    { header: 'without it', align: 'left' },
    { header: 'holding', align: 'left' },
  ] as const;
  const text = (settings: readonly ReportedSetting[]): string =>
    settings.map(({ node, value }) => `${node} = ${value}`).join(', ');
  const rows = causes
    .slice(0, mostShown)
    .map((c) => [numberText(c.probability), text(c.cause), text(c.instead), text(c.kept)]);
  const more = causes.length > mostShown ? [`… and ${causes.length - mostShown} more`] : [];
  return [head, '', ...tableLines(columns, rows), ...more].join('\n');
}
