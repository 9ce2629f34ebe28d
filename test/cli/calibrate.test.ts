/** `check --calibrate`: what it prints and its exit codes. */
import { describe, expect, it } from 'vitest';
import type { QueryCalibration } from '../../src/report/calibration.js';
import { succeed } from '../../src/syntax/diagnostic.js';
import { diagnosticOf, numberAnswer, runCommand, sessionOf } from './fake.js';

/** A session whose two queries have such calibrations. */
const finding = (changes: Partial<QueryCalibration>, asked: number[] = []) => ({
  session: () =>
    succeed(
      sessionOf([numberAnswer('a', 1), numberAnswer('b', 2)], {
        calibrate: async (question, replications) => {
          asked.push(replications);
          const name = question.kind === 'named' ? question.name : null;
          return { name, calibrations: [], error: null, seconds: 1, ...changes };
        },
      }),
    ),
});

const judged = (verdict: 'calibrated' | 'not calibrated' | 'undecided'): Partial<QueryCalibration> => ({
  calibrations: [
    { text: 'E(x | y = 1)', method: 'mh', replications: 50, failures: 0, firstFailure: null, targets: [], verdict },
  ],
});

describe('check --calibrate', () => {
  it('calibrates all queries, or those that are named, so often', async () => {
    const asked: number[] = [];
    const all = await runCommand(['check', '-', '--calibrate'], finding(judged('calibrated'), asked));
    expect(all.code).toBe(0);
    expect(all.out).toContain('a = E(x | y = 1)\n  mh, 50 replications: calibrated');
    const one = ['check', '-', '--calibrate', '--query', 'b', '--replications', '50'];
    expect((await runCommand(one, finding(judged('calibrated'), asked))).out).not.toContain('a = ');
    expect(asked).toEqual([200, 200, 50]);
  });

  it.each([
    ['not calibrated', 1],
    ['undecided', 3],
  ] as const)('%s: exit code %i', async (verdict, code) => {
    expect((await runCommand(['check', '-', '--calibrate'], finding(judged(verdict)))).code).toBe(code);
  });

  it('says why a query has none', async () => {
    const { code, error } = await runCommand(['check', '-', '--calibrate'], finding({ error: diagnosticOf('E0492') }));
    expect(code).toBe(3);
    expect(error).toContain('E0492');
  });

  it('speaks JSON', async () => {
    const { out } = await runCommand(['check', '-', '--calibrate', '--json'], finding(judged('calibrated')));
    expect(JSON.parse(out)).toMatchObject({
      seed: '1',
      calibrations: [{ name: 'a', verdict: 'calibrated' }, { name: 'b' }],
    });
  });

  it('takes one file, and a whole number of replications', async () => {
    expect((await runCommand(['check', 'a.scm', 'b.scm', '--calibrate'])).code).toBe(2);
    expect((await runCommand(['check', '-', '--calibrate', '--replications', '0'])).code).toBe(2);
  });
});
