import { processTerminal } from './terminal.js';
import { whatif } from './whatif.js';

/** The whole life of the process. */
async function main(): Promise<void> {
  const terminal = processTerminal();
  const compiler = async () => {
    (await import('../runtime/node_native.js')).provideNative();
    return (await import('../embed/session.js')).openSession;
  };
  const code = await whatif(process.argv.slice(2), terminal, compiler);
  if (terminal.signal.aborted) {
    // The run that was interrupted may still hold the event loop; what was printed goes out first.
    process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
  } else process.exitCode = code;
}

void main();
