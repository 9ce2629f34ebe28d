/** Attributions as text and JSON. */
import type { Json } from './json.js';
import { errorText, estimateText, numberText } from './number.js';
import { tableLines } from './table.js';

/** What one cause adds, with the standard error by sampling; 0 if exact. */
export type Contribution = { readonly cause: string; readonly contribution: number; readonly se: number };

/** An outcome's distance from its baseline, divided among causes: `value - baseline` is the sum of the contributions. */
export type AttributionReport = {
  readonly outcome: string;
  /** Causes are the noise of mechanisms, or interventions. */
  readonly kind: 'noise' | 'interventions';
  /** What is attributed: a mean, or the log of the probability of an outcome as far out. */
  readonly score: 'mean' | 'tail';
  readonly value: number;
  readonly baseline: number;
  /** The greatest first. */
  readonly contributions: readonly Contribution[];
  /** Coalitions that were evaluated, and whether these are all. */
  readonly coalitions: number;
  readonly complete: boolean;
};

/** As `whatif attribute --json` prints it. */
export const attributionJson = (report: AttributionReport): Json => ({
  outcome: report.outcome,
  kind: report.kind,
  score: report.score,
  value: report.value,
  baseline: report.baseline,
  contributions: report.contributions.map(({ cause, contribution, se }) => ({ cause, contribution, se })),
  coalitions: report.coalitions,
  complete: report.complete,
});

/** For people. */
export function attributionText({ outcome, score, value, baseline, ...rest }: AttributionReport): string {
  const what = score === 'mean' ? outcome : `the log probability of ${outcome} as far out`;
  const head = `${what}: ${numberText(value)}, from ${numberText(baseline)}`;
  const share = (contribution: number): string =>
    value === baseline ? '' : `${numberText((100 * contribution) / (value - baseline), 3)} %`;
  const columns = [
    { header: 'cause', align: 'left' },
    { header: 'adds', align: 'right' },
    { header: 'error', align: 'right' },
    { header: 'share', align: 'right' },
  ] as const;
  const rows = rest.contributions.map(({ cause, contribution, se }) => [
    cause,
    estimateText(contribution, se),
    se === 0 ? 'exact' : `± ${errorText(se)}`,
    share(contribution),
  ]);
  const how = rest.complete ? 'all' : 'some';
  const causes = rest.kind === 'noise' ? 'the noise of mechanisms' : 'interventions';
  return [
    head,
    '',
    ...tableLines(columns, rows),
    '',
    `Shapley values of ${causes}, over ${how} ${rest.coalitions} coalitions`,
  ].join('\n');
}
