/** Ends commands when this process is gone without having ended them: by `kill -9`, say. */
import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Commands run in groups of their own, which no terminal ends, and one that does not read its input does not hear that it is closed. A
 * shell reads which groups there are, and kills those that are left when its own input ends, whatever it was that ended this process.
 */
const script = `groups=
while read -r what group; do
  left=
  for g in $groups; do [ "$g" = "$group" ] || left="$left $g"; done
  groups=$left
  [ "$what" = + ] && groups="$groups $group"
done
for g in $groups; do kill -9 "-$g"; done`;

let shell: ChildProcess | null = null;

function tell(what: '+' | '-', group: number): void {
  // Windows has no groups of this kind.
  if (process.platform === 'win32') return;
  if (shell === null) {
    shell = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    shell.on('error', () => {});
    shell.stdin?.on('error', () => {});
    shell.unref();
  }
  shell.stdin?.write(`${what} ${group}\n`);
}

/** The groups of processes that must not outlive this process. */
export const guard = {
  add: (group: number): void => tell('+', group),
  remove: (group: number): void => tell('-', group),
};
