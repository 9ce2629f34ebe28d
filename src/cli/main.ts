import { processTerminal } from './terminal.js';
import { whatif } from './whatif.js';

const terminal = processTerminal();
const code = await whatif(
  process.argv.slice(2),
  terminal,
  async () => (await import('../embed/session.js')).openSession,
);
if (terminal.signal.aborted) {
  // The run that was interrupted may still hold the event loop; what was printed goes out first.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
} else process.exitCode = code;
