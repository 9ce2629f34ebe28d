import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it, one by one: at places like `/proc/x` the host's own way (`recursive`) goes round for ever.
 *
 * @param mode who may do what there, as for `chmod`
 */
export function makeFolder(folder: string, mode?: number): void {
  if (existsSync(folder)) return;
  const above = dirname(folder);
  if (above !== folder) makeFolder(above, mode);
  try {
    mkdirSync(folder, { mode });
  } catch (thrown) {
    // Another process may have been as quick.
    if (!existsSync(folder)) throw thrown;
  }
}
