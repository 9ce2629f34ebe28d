/** What `check --calibrate` finds, as text and as JSON. */
import type { Diagnostic } from '../syntax/diagnostic.js';
import { version } from '../version.js';
import type { TextOptions } from './answer_text.js';
import { diagnosticJson, type Json } from './json.js';
import { countText } from './number.js';
import { tableLines } from './table.js';

/** One quantity: how the true values rank among the draws of their posteriors. */
export type TargetCalibration = {
  readonly name: string;
  /** Replications by rank, in 20 equal ranges. */
  readonly counts: readonly number[];
  /** How many replications rank below 1/20, 2/20, … 19/20, and the bands in which all of these lie with probability 0.95. */
  readonly ecdf: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** The probability of ranks that are somewhere as far from uniform, if the method is right. */
  readonly p: number;
  readonly calibrated: boolean;
  /** What is wrong with the posteriors, where something is. */
  readonly tendency: 'too low' | 'too high' | 'too narrow' | 'too wide' | null;
};

/** One form of a query. */
export type Calibration = {
  readonly text: string;
  readonly method: string | null;
  readonly replications: number;
  /** Replications without an answer, and why the first one had none. */
  readonly failures: number;
  readonly firstFailure: Diagnostic | null;
  readonly targets: readonly TargetCalibration[];
  readonly verdict: 'calibrated' | 'not calibrated' | 'undecided';
};

/** All forms of a query, or why it has no calibration. */
export type QueryCalibration = {
  readonly name: string | null;
  readonly calibrations: readonly Calibration[];
  readonly error: Diagnostic | null;
  readonly seconds: number;
};

/** The table of a query for people. */
export function calibrationText({ name, calibrations }: QueryCalibration, { paint, width }: TextOptions): string {
  const lines: string[] = [];
  for (const { text, method, replications, failures, targets, verdict } of calibrations) {
    lines.push(`${paint.bold(name ?? 'query')} = ${text}`);
    const without = failures === 0 ? '' : `, ${countText(failures)} without an answer`;
    lines.push(paint.dim(`  ${method ?? 'no method'}, ${countText(replications)} replications${without}: ${verdict}`));
    const rows = targets.map((target) => [
      target.name,
      ranksText(target.counts),
      target.p < 0.001 ? '< 0.001' : target.p.toFixed(3),
      outside(target),
      target.calibrated ? 'calibrated' : `answers are ${target.tendency}`,
    ]);
    const columns = [
      { header: 'quantity', align: 'left' as const },
      { header: 'ranks of the truth', align: 'left' as const },
      { header: 'p', align: 'right' as const },
      { header: '95 % bands', align: 'left' as const },
      { header: 'verdict', align: 'left' as const },
    ];
    const table = tableLines(columns, rows, { header: paint.dim, ...(width === null ? {} : { width }) });
    lines.push(...table.map((line) => `  ${line}`));
  }
  return `${lines.join('\n')}\n`;
}

const blocks = '▁▂▃▄▅▆▇█';

/** A bar for each range; the middle height is what is expected. */
function ranksText(counts: readonly number[]): string {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts
    .map((count) => (count === 0 ? ' ' : blocks[Math.min(7, Math.max(0, Math.round((count / expected) * 4 - 0.5)))]))
    .join('');
}

/** Where the ranks leave the bands first, if anywhere. */
function outside({ ecdf, low, high }: TargetCalibration): string {
  const at = ecdf.findIndex((count, i) => count < low[i]! || count > high[i]!);
  if (at === -1) return 'inside';
  return `${ecdf[at]! < low[at]! ? 'below' : 'above'} at ${((at + 1) / (ecdf.length + 1)).toFixed(2)}`;
}

/** The object that `check --calibrate --json` prints. */
export const calibrationsJson = (file: string, seed: string, queries: readonly QueryCalibration[]): Json => ({
  whatif: version,
  file,
  seed,
  calibrations: queries.flatMap(({ name, calibrations, error, seconds }): readonly Json[] => {
    if (error !== null) return [{ name, error: diagnosticJson(error) }];
    return calibrations.map((c) => ({
      name,
      text: c.text,
      method: c.method,
      replications: c.replications,
      failures: c.failures,
      verdict: c.verdict,
      seconds,
      targets: Object.fromEntries(
        c.targets.map(({ name: target, counts, ecdf, low, high, p, calibrated, tendency }) => [
          target,
          { p, calibrated, tendency, ranks: counts, ecdf, low, high },
        ]),
      ),
    }));
  }),
});
