import { describe, expect, it } from 'vitest';
import { type Answer, blankAnswer, type Report } from '../../src/report/answer.js';
import { reportCsv } from '../../src/report/csv_out.js';
import { jsonText, reportJson } from '../../src/report/json.js';
import { diagnose } from '../../src/syntax/diagnostic.js';
import { version } from '../../src/version.js';

const source = { name: 'm.scm', text: 'model M { }\nquery q = P(x)\n' };
const wrong = diagnose('E0501', 'is not there', source, { start: 18, end: 19 });

const number: Answer = {
  ...blankAnswer('seen', 'P(clot | drug = A)', 'Trial', 'value'),
  value: 0.0330538,
  se: 0,
  interval: [0.0330538, 0.0330538],
  exact: true,
  method: 'exact',
  seconds: 0.004,
};

const report = (...answers: readonly Answer[]): Report => ({ file: 'm.scm', seed: '1', answers });
const parsed = (answer: Answer) => JSON.parse(jsonText(reportJson(report(answer)))).queries[0];

describe('the JSON of a run', () => {
  it('has the keys of the interface, in their order', () => {
    const json = JSON.parse(jsonText(reportJson(report(number))));
    expect(Object.keys(json)).toEqual(['whatif', 'file', 'seed', 'queries']);
    expect(json.whatif).toBe(version);
    expect(json.queries[0]).toEqual({
      name: 'seen',
      text: 'P(clot | drug = A)',
      model: 'Trial',
      kind: 'value',
      value: 0.0330538,
      se: 0,
      interval: [0.0330538, 0.0330538],
      exact: true,
      method: 'exact',
      approximation: null,
      draws: 0,
      ess: null,
      logEvidence: null,
      logEvidenceSe: null,
      seconds: 0.004,
      diagnostics: { khat: null, acceptance: null, ancestors: null, rhat: null, tailEss: null, unaligned: 0 },
      distribution: null,
      variables: null,
      identification: null,
      warnings: [],
    });
    expect(Object.keys(json.queries[0])).toEqual(
      (
        'name text model kind value se interval exact method approximation draws ess logEvidence logEvidenceSe seconds ' +
        'diagnostics distribution variables identification warnings'
      ).split(' '),
    );
  });

  it('has bounds and checks where there are some', () => {
    const bounds = { low: -0.1, high: Number.NaN, lowSe: 0, highSe: 0.01, how: 'no assumptions' };
    const checks = [
      { name: 'placebo', value: 0.01, se: 0.02, passed: true, meaning: 'no effect of a shuffled exposure' },
    ];
    const json = parsed({ ...number, value: null, se: null, interval: null, bounds, checks });
    expect(json.value).toBeNull();
    expect(json.bounds).toEqual({ ...bounds, high: 'NaN' });
    expect(json.checks).toEqual(checks);
  });

  it('writes numbers that JSON lacks as strings', () => {
    const answer = parsed({
      ...number,
      value: Number.NEGATIVE_INFINITY,
      se: Number.NaN,
      interval: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
      diagnostics: {
        khat: Number.POSITIVE_INFINITY,
        acceptance: 0.5,
        ancestors: 7,
        rhat: 1.002,
        tailEss: 400,
        unaligned: 2,
      },
      approximation: { kind: 'abc', epsilon: Number.POSITIVE_INFINITY },
    });
    expect(answer.value).toBe('-Infinity');
    expect(answer.se).toBe('NaN');
    expect(answer.interval).toEqual(['-Infinity', 'Infinity']);
    expect(answer.diagnostics).toEqual({
      khat: 'Infinity',
      acceptance: 0.5,
      ancestors: 7,
      rhat: 1.002,
      tailEss: 400,
      unaligned: 2,
    });
    expect(answer.approximation).toEqual({ kind: 'abc', epsilon: 'Infinity' });
  });

  it('keeps full precision', () => {
    expect(parsed({ ...number, value: 0.1 + 0.2 }).value).toBe(0.1 + 0.2);
  });

  it('names the variables of a posterior, whatever they are called', () => {
    const summary = { mean: 1, sd: 2, se: 0.01, median: 1, q05: -1, q95: 3, ess: 100, rhat: null };
    const names = ['mu', 'theta[0]', '__proto__'];
    const answer = parsed({
      ...number,
      kind: 'posterior',
      value: null,
      variables: names.map((name) => ({ name, ...summary })),
    });
    expect(Object.keys(answer.variables)).toEqual(names);
    expect(answer.variables['theta[0]']).toEqual(summary);
  });

  it('gives a failed query an error with its place, and warnings theirs', () => {
    const answer = parsed({ ...blankAnswer('q', 'P(x)', 'M', 'value'), error: wrong, warnings: [wrong] });
    expect(answer.error).toEqual({ code: 'E0501', message: 'is not there', line: 2, column: 7 });
    expect(answer.warnings).toEqual([answer.error]);
    expect(answer.value).toBeNull();
  });
});

describe('the CSV of a run', () => {
  it('has a line for each number, cell and variable', () => {
    const distribution: Answer = {
      ...blankAnswer('d', 'P(drug)', 'Trial', 'distribution'),
      method: 'importance',
      draws: 10,
      distribution: [
        { value: 'A, or "a"', p: 0.25, se: 0.01 },
        { value: true, p: 0.75, se: 0.01 },
      ],
    };
    expect(
      reportCsv(report(number, distribution, { ...number, name: 'bad', value: null, error: wrong })).split('\n'),
    ).toEqual([
      'query,kind,item,value,se,low,high,sd,median,q05,q95,ess,method,exact,draws,error',
      'seen,value,,0.0330538,0,0.0330538,0.0330538,,,,,,exact,true,0,',
      'd,distribution,"A, or ""a""",0.25,0.01,,,,,,,,importance,false,10,',
      'd,distribution,true,0.75,0.01,,,,,,,,importance,false,10,',
      'bad,value,,,0,0.0330538,0.0330538,,,,,,exact,true,0,E0501',
      '',
    ]);
  });
});
