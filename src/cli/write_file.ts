/** Files that a command writes: whole or not at all, and with the reason where that fails. */
import { chmodSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { writeWhole } from '../runtime/node_columns_file.js';
import { UsageError, WriteError } from './command.js';

/** Writes a file in one piece: what stood under its name stays there until all is written. Throws as `writing` does. */
export function writeFile(path: string, content: string | Uint8Array): void {
  writing(path, () => {
    const known = statSync(path, { throwIfNoEntry: false });
    // Pipes and devices are written to, and not replaced.
    if (known !== undefined && !known.isFile()) return writeFileSync(path, content);
    const file = known === undefined ? path : realpathSync(path);
    try {
      writeWhole(file, [typeof content === 'string' ? Buffer.from(content) : content], 'soon');
      if (known !== undefined) chmodSync(file, known.mode);
    } catch (error) {
      // A file may be open to who can make none beside it.
      if (known === undefined || !['EACCES', 'EPERM'].includes(codeOf(error) ?? '')) throw error;
      writeFileSync(path, content);
    }
  });
}

/** Does what writes to a place; what the system refuses is told with its reason, and everything else is a defect of ours and stays one. */
export function writing(name: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const code = codeOf(error);
    if (code === null) throw error;
    const refused = refusals.get(code);
    if (refused !== undefined) throw new UsageError(`can not write ${name}: ${refused}`);
    throw new WriteError(`can not write ${name}: ${troubleOf(error)}`);
  }
}

/** What is wrong with a disk, in words. */
export const troubleOf = (error: unknown): string =>
  troubles.get(codeOf(error) ?? '') ?? (error instanceof Error ? error.message : String(error));

/** Reasons that lie in the name that was given. */
const refusals: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such folder'],
  ['ENOTDIR', 'a part of its path is no folder'],
  ['EISDIR', 'it is a folder'],
  ['EEXIST', 'it is there already'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the file system is read-only'],
  ['ENAMETOOLONG', 'the name is too long'],
]);

/** Reasons that lie in the machine. */
const troubles: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'no space is left on the device'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EFBIG', 'it would be too large'],
  ['EIO', 'the device has an error'],
]);

/** The code of an error of the system; null for any other. */
const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string' ? error.code : null;
