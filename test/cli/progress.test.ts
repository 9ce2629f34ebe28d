import { describe, expect, it } from 'vitest';
import { progressLine } from '../../src/cli/progress.js';
import type { Terminal } from '../../src/cli/terminal.js';
import type { Progress } from '../../src/embed/contract.js';
import { plain } from '../../src/report/paint.js';

function watch(live: boolean, quiet = false) {
  let written = '';
  let time = 0;
  const terminal: Terminal = {
    out: () => undefined,
    error: (text) => {
      written += text;
    },
    paintOut: plain,
    paintError: plain,
    width: null,
    live,
    read: () => new Uint8Array(),
    write: () => undefined,
    signal: new AbortController().signal,
    endOnInterrupt: () => undefined,
  };
  const line = progressLine(terminal, quiet, () => time);
  return {
    at: (seconds: number, more: Partial<Progress> = {}) => {
      time = seconds * 1000;
      line.update('q', { draws: 1000 * seconds, total: 10000, ess: null, ...more });
    },
    note: line.note,
    clear: line.clear,
    written: () => written,
  };
}

describe('progress', () => {
  it('says nothing in the first second', () => {
    const watched = watch(true);
    watched.at(0.5);
    watched.clear();
    expect(watched.written()).toBe('');
  });

  it('writes one line over and over on a terminal, and takes it away', () => {
    const watched = watch(true);
    watched.at(2);
    watched.at(2.05);
    watched.at(3);
    watched.clear();
    expect(watched.written()).toBe(
      '\r\u001b[Kq: 2,000 of 10,000 (20 %) draws, 2 s\r\u001b[Kq: 3,000 of 10,000 (30 %) draws, 1,000/s, 7 s left, 3 s\r\u001b[K',
    );
  });

  it('writes a plain line in ten seconds to a log', () => {
    const watched = watch(false);
    for (let second = 1; second <= 35; second += 1) watched.at(second);
    watched.clear();
    expect(
      watched
        .written()
        .split('\n')
        .map((line) => line.split(', ').at(-1)),
    ).toEqual(['10 s', '20 s', '30 s', '']);
  });

  it('tells the rate, the effective size, the acceptance and the time that is left', () => {
    const watched = watch(false);
    watched.at(1);
    watched.at(10, { draws: 5500, total: 1_000_000, ess: 1234.6, acceptance: 0.0123 });
    watched.at(20, { draws: 5520, total: null });
    expect(watched.written().split('\n')).toEqual([
      'q: 5,500 of 1,000,000 (0 %) draws, 500/s, ESS 1,235, accepted 1.2 %, 33 min left, 10 s',
      'q: 5,520 draws, 238/s, 20 s',
      '',
    ]);
  });

  it('counts the rate of each query by itself', () => {
    const watched = watch(false);
    watched.at(5, { draws: 5000 });
    watched.at(8, { draws: 1000 });
    watched.at(10, { draws: 1020 });
    expect(watched.written()).toBe('q: 1,020 of 10,000 (10 %) draws, 10/s, 15 min left, 10 s\n');
  });

  it('takes the line away for a note', () => {
    const watched = watch(true);
    watched.at(2);
    watched.note('kept\n');
    watched.clear();
    expect(watched.written()).toBe('\r\u001b[Kq: 2,000 of 10,000 (20 %) draws, 2 s\r\u001b[Kkept\n');
  });

  it('keeps quiet', () => {
    const watched = watch(false, true);
    watched.at(5);
    expect(watched.written()).toBe('');
  });
});
