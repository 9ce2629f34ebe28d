/** A whole run for people: tables of numbers, distributions, and posteriors with their shapes. */

import type { Answer, Bounds, Check, Report, Scalar } from './answer.js';
import { histogramText } from './histogram.js';
import { identificationText } from './identification_text.js';
import { countText, errorText, estimateText, numberText } from './number.js';
import type { Paint } from './paint.js';
import { type TableColumn, tableLines } from './table.js';

export type TextOptions = {
  readonly paint: Paint;
  /** Characters in a line; null for no limit, as in a pipe. */
  readonly width: number | null;
};

/** The text that `run` prints: a line about the run, then a block for each kind of answer, in the order of the file. */
export function reportText(report: Report, options: TextOptions): string {
  const head = `${options.paint.bold(report.file)}${options.paint.dim(`  seed ${report.seed}`)}`;
  return [[head], ...answerBlocks(report.answers, options)].map((lines) => `${lines.join('\n')}\n`).join('\n');
}

/** Neighbouring numbers share a table; every other answer has a block of its own. */
export function answerBlocks(answers: readonly Answer[], options: TextOptions): readonly (readonly string[])[] {
  const blocks: (readonly string[])[] = [];
  let numbers: Answer[] = [];
  const flush = (): void => {
    if (numbers.length > 0) blocks.push(numberTable(numbers, options));
    numbers = [];
  };
  for (const answer of answers) {
    if (answer.kind === 'value' || answer.error !== null) {
      numbers.push(answer);
      if (answer.checks !== undefined) {
        flush();
        blocks.push(checkTable(answer.checks, options));
      }
    } else {
      flush();
      blocks.push(ownBlock(answer, options));
    }
  }
  flush();
  return blocks;
}

function ownBlock(answer: Answer, options: TextOptions): readonly string[] {
  const title = `${options.paint.bold(nameOf(answer))} = ${oneLine(answer.text)}`;
  return [title, options.paint.dim(`  ${effort(answer)}`), ...body(answer, options).map((line) => `  ${line}`)];
}

function body(answer: Answer, options: TextOptions): readonly string[] {
  switch (answer.kind) {
    case 'value':
      return numberTable([answer], options);
    case 'distribution':
      return massTable(answer, 'probability', options);
    case 'choice':
      return [
        `choice  ${answer.value === null ? 'none' : scalarText(answer.value)}`,
        ...massTable(answer, 'score', options),
      ];
    case 'posterior':
      return posteriorTable(answer, options);
    case 'identification':
      return answer.identification === null ? [] : identificationText(answer.identification).split('\n');
  }
}

const right = (header: string): TableColumn => ({ header, align: 'right' });
const left = (header: string): TableColumn => ({ header, align: 'left' });

function numberTable(answers: readonly Answer[], options: TextOptions): readonly string[] {
  const noted = answers.some((answer) => noteOf(answer) !== '');
  const sampled = answers.some((answer) => answer.draws > 0);
  const weighted = answers.some((answer) => answer.ess !== null);
  const near = answers.some((answer) => epsilonOf(answer) !== '');
  const bounded = answers.some((answer) => rangeOf(answer) !== '');
  const columns = [left('query'), right('answer'), left('')];
  if (bounded) columns.push(left('bounds'));
  columns.push(left('method'));
  if (near) columns.push(right('epsilon'));
  if (sampled) columns.push(right('draws'));
  if (weighted) columns.push(right('ESS'));
  if (noted) columns.push(left('note'));
  columns.push(left('question'));
  const rows = answers.map((answer) => {
    const cells = [nameOf(answer), ...valueCells(answer)];
    if (bounded) cells.push(rangeOf(answer));
    cells.push(answer.method ?? '');
    if (near) cells.push(epsilonOf(answer));
    if (sampled) cells.push(answer.draws > 0 ? countText(answer.draws) : '');
    if (weighted) cells.push(answer.ess === null ? '' : countText(answer.ess));
    if (noted) cells.push(noteOf(answer));
    return [...cells, oneLine(answer.text)];
  });
  return tableLines(columns, rows, tableOptions(options));
}

/** The number, and its standard error behind it. */
function valueCells(answer: Answer): readonly [string, string] {
  if (answer.value === null && answer.bounds !== undefined) return [boundsText(answer.bounds), ''];
  if (answer.error !== null || answer.value === null) return ['no answer', ''];
  if (typeof answer.value !== 'number') return [scalarText(answer.value), ''];
  const uncertain = answer.se !== null && answer.se > 0;
  if (answer.se !== null && Number.isNaN(answer.se) && Number.isFinite(answer.value))
    return [estimateText(answer.value, null), '± ?'];
  return [estimateText(answer.value, answer.se), uncertain ? `± ${errorText(answer.se)}` : answer.exact ? 'exact' : ''];
}

/** The greatest distance from what was seen, where runs were compared with it. */
const epsilonOf = ({ approximation }: Answer): string => {
  const epsilon = approximation?.epsilon;
  return typeof epsilon === 'number' ? numberText(epsilon, 4) : '';
};

/** Between what an answer lies that is one of several that what is known allows. */
const rangeOf = ({ value, bounds }: Answer): string =>
  value === null || bounds === undefined ? '' : boundsText(bounds);

const boundsText = ({ low, high, lowSe, highSe }: Bounds): string =>
  `${estimateText(low, lowSe)} … ${estimateText(high, highSe)}`;

/** What an estimate was put to, one test a line. */
function checkTable(checks: readonly Check[], options: TextOptions): readonly string[] {
  const verdict = ({ passed }: Check): string => (passed === null ? '' : passed ? 'passed' : 'FAILED');
  return tableLines(
    [left('  check'), right('value'), left(''), left('verdict'), left('meaning')],
    checks.map((check) => [
      `  ${check.name}`,
      estimateText(check.value, check.se),
      check.se === null ? '' : `± ${errorText(check.se)}`,
      verdict(check),
      check.meaning,
    ]),
    tableOptions(options),
  );
}

/** Codes of what is to be said about an answer; the sentences stand with the diagnostics. */
const noteOf = (answer: Answer): string =>
  [...new Set([...(answer.error === null ? [] : [answer.error.code]), ...answer.warnings.map((w) => w.code)])].join(
    ' ',
  );

function massTable(answer: Answer, header: string, options: TextOptions): readonly string[] {
  const masses = answer.distribution ?? [];
  const share = answer.kind === 'distribution';
  return tableLines(
    [left('value'), right(header), left(''), left('')],
    masses.map(({ value, p, se, valueSe }) => [
      typeof value === 'number' && valueSe !== undefined && valueSe > 0
        ? `${estimateText(value, valueSe)} ± ${errorText(valueSe)}`
        : scalarText(value),
      estimateText(p, se),
      se > 0 ? `± ${errorText(se)}` : '',
      share ? '█'.repeat(Math.round(Math.min(Math.max(p, 0), 1) * barWidth)) : value === answer.value ? '←' : '',
    ]),
    tableOptions(options),
  );
}

const barWidth = 30;

function posteriorTable(answer: Answer, options: TextOptions): readonly string[] {
  const variables = answer.variables ?? [];
  const shapes = new Map((answer.histograms ?? []).map((shape) => [shape.name, shape.histogram]));
  const hasEss = variables.some((v) => v.ess !== null);
  const hasRhat = variables.some((v) => v.rhat !== null);
  const columns = [
    left('variable'),
    right('mean'),
    left(''),
    right('sd'),
    right('5 %'),
    right('median'),
    right('95 %'),
  ];
  if (hasEss) columns.push(right('ESS'));
  if (hasRhat) columns.push(right('R-hat'));
  if (shapes.size > 0) columns.push(left('shape'));
  const rows = variables.map((v) => {
    const shape = shapes.get(v.name);
    // Quantiles and the spread are known about as well as the mean.
    const digits = (value: number): string => estimateText(value, v.se > 0 ? v.se : null);
    const cells = [
      v.name,
      digits(v.mean),
      v.se > 0 ? `± ${errorText(v.se)}` : Number.isNaN(v.se) ? '± ?' : '',
      ...[v.sd, v.q05, v.median, v.q95].map(digits),
    ];
    if (hasEss) cells.push(v.ess === null ? '' : countText(v.ess));
    if (hasRhat) cells.push(v.rhat === null ? '' : v.rhat.toFixed(3));
    if (shapes.size > 0) cells.push(shape === undefined ? '' : histogramText(shape));
    return cells;
  });
  return tableLines(columns, rows, tableOptions(options));
}

/** How an answer was come by: `importance, 100,000 draws, ESS 98,312`. */
function effort(answer: Answer): string {
  const parts = [answer.method ?? 'no method'];
  if (answer.exact && answer.method !== 'exact') parts.push('exact');
  if (answer.draws > 0) parts.push(`${countText(answer.draws)} draws`);
  if (answer.ess !== null) parts.push(`ESS ${countText(answer.ess)}`);
  const { acceptance, rhat } = answer.diagnostics;
  if (acceptance !== null) parts.push(`${numberText(Number((100 * acceptance).toPrecision(2)))} % accepted`);
  if (rhat !== null) parts.push(`R-hat ${rhat.toFixed(3)}`);
  if (answer.approximation !== null) parts.push(approximationText(answer.approximation));
  if (answer.logEvidence !== null) {
    const se = answer.logEvidenceSe;
    parts.push(
      `log evidence ${estimateText(answer.logEvidence, se)}${se !== null && se > 0 ? ` ± ${errorText(se)}` : ''}`,
    );
  }
  const note = noteOf(answer);
  if (note !== '') parts.push(note);
  return parts.join(', ');
}

/** `abc: epsilon 2, kernel uniform`. */
function approximationText({ kind, ...options }: NonNullable<Answer['approximation']>): string {
  const parts = Object.entries(options).map(([name, value]) => `${name} ${scalarText(value)}`);
  return parts.length === 0 ? `approximate (${kind})` : `approximate (${kind}: ${parts.join('; ')})`;
}

const nameOf = (answer: Answer): string => answer.name ?? 'answer';
const scalarText = (value: Scalar): string => (typeof value === 'number' ? numberText(value) : String(value));
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

const tableOptions = (options: TextOptions) => ({
  header: options.paint.dim,
  ...(options.width === null ? {} : { width: options.width }),
});
