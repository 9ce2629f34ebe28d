/** What becomes of a run's folder where the disk does not take it. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type KeepOptions, type RunJournal, readRun, runJournal } from '../../src/runtime/node_run_folder.js';

const folder = mkdtempSync(path.join(tmpdir(), 'whatif-folder-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A journal, and what it tells. */
function journalIn(name: string, changes: Partial<KeepOptions> = {}): { journal: RunJournal; told: string[] } {
  const told: string[] = [];
  const journal = runJournal({
    folder: path.join(folder, name),
    header: () => ({ format: 1 }),
    after: 0,
    known: new Map(),
    retain: false,
    onMade: () => told.push('made'),
    onTrouble: () => told.push('trouble'),
    ...changes,
  });
  return { journal, told };
}

const place = (index: number) => ({ question: 0, crew: 0, run: 0, index });

test('what could not be written is written later, and told once', () => {
  const above = path.join(folder, 'above');
  writeFileSync(above, '');
  const { journal, told } = journalIn('above/run');
  journal.add(place(0), 1);
  journal.add(place(1), 2);
  expect(journal.keep()).toBeNull();
  expect(told).toEqual(['trouble']);
  rmSync(above);
  journal.add(place(2), 3);
  expect(journal.keep()).toEqual({ folder: path.join(above, 'run'), whole: true });
  expect(told).toEqual(['trouble', 'made']);
  expect([...(readRun(path.join(above, 'run'))?.records.values() ?? [])]).toEqual([1, 2, 3]);
});

test('a folder without a segment is not promised, and not left', () => {
  const { journal, told } = journalIn('empty');
  journal.add(place(0), { a: { b: unwritable } });
  expect(existsSync(path.join(folder, 'empty', 'run.json'))).toBe(true);
  expect(journal.keep()).toBeNull();
  expect(told).toEqual(['trouble']);
  expect(existsSync(path.join(folder, 'empty'))).toBe(false);
});

test('where only a part is there, only that is promised', () => {
  const { journal, told } = journalIn('part');
  journal.add(place(0), 1);
  journal.add(place(1), { a: { b: unwritable } });
  expect(journal.keep()).toEqual({ folder: path.join(folder, 'part'), whole: false });
  expect(told).toEqual(['made', 'trouble']);
});

test('a run whose files have changed is kept no more', () => {
  const { journal, told } = journalIn('changed', {
    header: () => {
      throw new Error('m.scm has changed');
    },
  });
  journal.add(place(0), 1);
  journal.add(place(1), 1);
  expect(journal.keep()).toBeNull();
  expect(told).toEqual(['trouble']);
});

test('no more waits than there should be', () => {
  const above = path.join(folder, 'wide');
  writeFileSync(above, '');
  const { journal } = journalIn('wide/run');
  journal.add(place(0), new Uint8Array(2 ** 27 + 1));
  rmSync(above);
  journal.add(place(1), 2);
  expect(journal.keep()).toEqual({ folder: path.join(above, 'run'), whole: false });
  expect([...(readRun(path.join(above, 'run'))?.records.keys() ?? [])]).toEqual(['0 0 0 1']);
});

/** Something that can not be written down, as where the disk is full. */
const unwritable = {
  get c(): never {
    throw new Error('full');
  },
};
