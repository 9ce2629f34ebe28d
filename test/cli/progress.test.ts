import { describe, expect, it } from 'vitest';
import { progressLine } from '../../src/cli/progress.js';
import type { Terminal } from '../../src/cli/terminal.js';
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
  };
  const line = progressLine(terminal, quiet, () => time);
  return {
    at: (seconds: number) => {
      time = seconds * 1000;
      line.update('q', { draws: 1000 * seconds, total: 10000, ess: null });
    },
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
      '\r\u001b[Kq: 2,000 of 10,000 (20 %) draws, 2 s\r\u001b[Kq: 3,000 of 10,000 (30 %) draws, 3 s\r\u001b[K',
    );
  });

  it('writes ever fewer plain lines to a log', () => {
    const watched = watch(false);
    for (let second = 1; second <= 10; second += 1) watched.at(second);
    watched.clear();
    expect(
      watched
        .written()
        .split('\n')
        .map((line) => line.split(', ').at(-1)),
    ).toEqual(['1 s', '2 s', '4 s', '8 s', '']);
  });

  it('keeps quiet', () => {
    const watched = watch(false, true);
    watched.at(5);
    expect(watched.written()).toBe('');
  });
});
