/** Answers as CSV: one line for each number, each cell of a distribution and each variable of a posterior. */
import type { Report } from './answer.js';

const header = [
  'query',
  'kind',
  'item',
  'value',
  'se',
  'low',
  'high',
  'sd',
  'median',
  'q05',
  'q95',
  'ess',
  'method',
  'exact',
  'draws',
  'error',
] as const;

type Key = (typeof header)[number];
type Line = Partial<Record<Key, number | string | boolean | null>>;

/** The CSV that `--out FILE.csv` writes; numbers in full precision, empty cells for what does not apply. */
export function reportCsv(report: Report): string {
  const lines: string[] = [header.join(',')];
  for (const answer of report.answers) {
    const common: Line = {
      query: answer.name,
      kind: answer.kind,
      ess: answer.ess,
      method: answer.method,
      exact: answer.exact,
      draws: answer.draws,
      error: answer.error?.code ?? null,
    };
    const rows: Line[] = [];
    for (const { value, p, se, valueSe } of answer.distribution ?? [])
      rows.push({ item: value, value: p, se, ...(valueSe === undefined ? {} : { sd: valueSe }) });
    for (const v of answer.variables ?? [])
      rows.push({
        item: v.name,
        value: v.mean,
        se: v.se,
        sd: v.sd,
        median: v.median,
        q05: v.q05,
        q95: v.q95,
        ess: v.ess,
      });
    if (rows.length === 0)
      rows.push({
        value: answer.value,
        se: answer.se,
        low: answer.interval?.[0] ?? null,
        high: answer.interval?.[1] ?? null,
      });
    for (const row of rows) lines.push(csvLine({ ...common, ...row }));
  }
  return `${lines.join('\n')}\n`;
}

const csvLine = (line: Line): string => header.map((key) => csvCell(line[key] ?? null)).join(',');

/** A cell with quotes where its text needs them. */
export function csvCell(value: number | string | boolean | null): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
