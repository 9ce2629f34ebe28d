import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { type Answer, blankAnswer } from '../../src/report/answer.js';
import { reportText } from '../../src/report/answer_text.js';
import { diagnosticText } from '../../src/report/diagnostic_text.js';
import { histogramBlocks, histogramText } from '../../src/report/histogram.js';
import { countText, errorText, estimateText, numberText } from '../../src/report/number.js';
import { plain } from '../../src/report/paint.js';
import { tableLines } from '../../src/report/table.js';
import { diagnose } from '../../src/syntax/diagnostic.js';

describe('numbers', () => {
  it.each([
    [0.38731858, 0.00123, '0.3873 ± 0.0012'],
    [51773.81, 52.3, '51774 ± 52'],
    [51773.81, 5230, '51774 ± 5230'],
    [-2, 0.25, '-2.00 ± 0.25'],
    [1.234e-7, 2e-9, '1.234e-7 ± 2.0e-9'],
    [3, 1.5, '3.0 ± 1.5'],
  ])('%d with error %d', (value, se, text) => {
    expect(`${estimateText(value, se)} ± ${errorText(se)}`).toBe(text);
  });

  it.each([
    [0.4451876625, '0.445188'],
    [0.25, '0.25'],
    [12.5, '12.5'],
    [51773.8123, '51773.8'],
    [-0, '0'],
    [123456789, '123456789'],
    [1234567.89, '1234568'],
    [1e-9, '1e-9'],
    [1e300, '1e+300'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NaN, 'NaN'],
  ])('exactly %d', (value, text) => {
    expect(numberText(value)).toBe(text);
  });

  test.prop([fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-4, max: 1e6, noNaN: true })])(
    'an estimate is never rounded by more than a tenth of its error',
    (value, se) => {
      expect(Math.abs(Number(estimateText(value, se)) - value)).toBeLessThanOrEqual(0.1 * se + 1e-12 * Math.abs(value));
    },
  );

  it('counts with thousands apart', () => {
    expect([0, 999, 1000, 1234567].map(countText)).toEqual(['0', '999', '1,000', '1,234,567']);
  });
});

describe('tables', () => {
  const columns = [
    { header: 'name', align: 'left' },
    { header: 'n', align: 'right' },
    { header: 'text', align: 'left' },
  ] as const;

  it('align columns and leave no blanks at the end', () => {
    expect(
      tableLines(columns, [
        ['größe', '1', 'a'],
        ['x', '200', ''],
      ]),
    ).toEqual(['name     n  text', 'größe    1  a', 'x      200']);
  });

  it('are cut to the width of the terminal', () => {
    expect(tableLines(columns, [['x', '200', 'a long question']], { width: 16 })[1]).toBe('x     200  a lo…');
  });
});

describe('histograms', () => {
  it('draw the masses in eighths of the highest', () => {
    const histogram = { edges: [-1, 0, 1, 2, 3], mass: [0.8, 0.4, 0, 0.01], below: 0, above: 0 };
    expect(histogramBlocks(histogram)).toBe('█▅ ▁');
    expect(histogramText(histogram)).toBe('-1 █▅ ▁ 3');
  });
});

const value = (name: string, number: number, se: number): Answer => ({
  ...blankAnswer(name, `P(${name})`, 'M', 'value'),
  value: number,
  se,
  exact: se === 0,
  method: se === 0 ? 'exact' : 'importance',
  draws: se === 0 ? 0 : 10000,
  ess: se === 0 ? null : 9876.5,
});

const source = { name: 'm.scm', text: 'model M {\n\tx ~ norml(0, 1)\n}\n' };
const wrong = diagnose('E0501', 'something is wrong', source, { start: 15, end: 20 }, 'did you mean `normal`?');

describe('a run for people', () => {
  const text = (answers: readonly Answer[]) =>
    reportText({ file: 'm.scm', seed: '7', answers }, { paint: plain, width: null });

  it('puts numbers into one table', () => {
    expect(text([value('seen', 0.25, 0), value('done', 0.3873, 0.0012)])).toBe(
      [
        'm.scm  seed 7',
        '',
        'query  answer            method       draws    ESS  question',
        'seen     0.25  exact     exact                      P(seen)',
        'done   0.3873  ± 0.0012  importance  10,000  9,877  P(done)',
        '',
      ].join('\n'),
    );
  });

  it('marks answers that failed or carry a warning', () => {
    const failed: Answer = { ...blankAnswer('bad', 'P(bad)', 'M', 'value'), error: wrong };
    const lines = text([{ ...value('seen', 0.25, 0), warnings: [wrong, wrong] }, failed]).split('\n');
    expect(lines[3]).toBe('seen        0.25  exact  exact   E0501  P(seen)');
    expect(lines[4]).toBe('bad    no answer                 E0501  P(bad)');
  });

  it('shows bounds in place of a number, and checks below it', () => {
    const bounds = { low: -0.1946, high: 0.0054, lowSe: 0.01, highSe: 0.01, how: 'response types' };
    const checks = [{ name: 'placebo', value: 0.012, se: 0.02, passed: true, meaning: 'should be zero' }];
    const lines = text([{ ...blankAnswer('pns', 'P(pns)', 'M', 'value'), bounds, checks }]).split('\n');
    expect(lines[3]).toMatch(/^pns +-0\.195 … 0\.005/);
    expect(text([{ ...value('pn', 0.25, 0), bounds }]).split('\n')[3]).toBe(
      'pn       0.25  exact  -0.195 … 0.005  exact   P(pn)',
    );
    expect(lines[6]).toMatch(/^ +placebo +0\.012 +± 0\.020 +passed +should be zero$/);
  });

  it('shows how near simulations came, beside the method', () => {
    const near: Answer = {
      ...value('near', 0.3873, 0.0012),
      method: 'abc',
      approximation: { kind: 'abc', epsilon: 0.0174074 },
    };
    expect(
      text([value('seen', 0.25, 0), near])
        .split('\n')
        .slice(2, 5),
    ).toEqual([
      'query  answer            method  epsilon   draws    ESS  question',
      'seen     0.25  exact     exact                           P(seen)',
      'near   0.3873  ± 0.0012  abc     0.01741  10,000  9,877  P(near)',
    ]);
  });

  it('gives distributions bars and posteriors shapes', () => {
    const distribution: Answer = {
      ...blankAnswer('drug', 'P(drug)', 'M', 'distribution'),
      method: 'exact',
      exact: true,
      distribution: [
        { value: 'A', p: 0.4, se: 0 },
        { value: 'B', p: 0.6, se: 0 },
      ],
    };
    const summary = { mean: 4.396, sd: 3.317, se: 0.011, median: 4.31, q05: -1.1, q95: 9.93, ess: 81234, rhat: null };
    const posterior: Answer = {
      ...blankAnswer('mu', 'posterior(mu)', 'M', 'posterior'),
      method: 'importance',
      draws: 1e6,
      variables: [{ name: 'mu', ...summary }],
      histograms: [{ name: 'mu', histogram: { edges: [-5, 0, 5], mass: [0.5, 0.5], below: 0, above: 0 } }],
    };
    expect(text([distribution, posterior])).toBe(
      [
        'm.scm  seed 7',
        '',
        'drug = P(drug)',
        '  exact',
        '  value  probability',
        `  A              0.4    ${'█'.repeat(12)}`,
        `  B              0.6    ${'█'.repeat(18)}`,
        '',
        'mu = posterior(mu)',
        '  importance, 1,000,000 draws',
        '  variable   mean              sd     5 %  median   95 %     ESS  shape',
        '  mu        4.396  ± 0.011  3.317  -1.100   4.310  9.930  81,234  -5 ██ 5',
        '',
      ].join('\n'),
    );
  });
});

describe('diagnostics', () => {
  it('show the line, a caret and the mend', () => {
    expect(diagnosticText(wrong, plain)).toBe(
      [
        'error[E0501]: something is wrong',
        ' --> m.scm:2:6',
        '  |',
        '2 |  x ~ norml(0, 1)',
        '  |      ^^^^^',
        '  = did you mean `normal`?',
      ].join('\n'),
    );
  });

  it('show part of a line that is very long', () => {
    const long = { name: 'long.scm', text: `${'a'.repeat(500000)}!${'b'.repeat(500000)}` };
    const lines = diagnosticText(diagnose('E0501', 'm', long, { start: 500000, end: 500001 }), plain).split('\n');
    expect(lines.every((line) => line.length < 150)).toBe(true);
    expect(lines[4]!.indexOf('^')).toBe(lines[3]!.indexOf('!'));
  });

  it('show no control characters', () => {
    const text = 'x\u001b[31m\u0007\u202e';
    const shown = diagnosticText(
      diagnose('E0501', `odd ${text}`, { name: 'c.scm', text }, { start: 0, end: 1 }),
      plain,
    );
    for (const hidden of ['\u001b', '\u0007', '\u202e']) expect(shown).not.toContain(hidden);
  });
});
