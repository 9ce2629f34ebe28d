import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { readRun } from '../../runtime/node_run_folder.js';
import { readHeader, whyOther } from '../../runtime/node_run_header.js';
import { withoutOptions } from '../arguments.js';
import { type DefineCommand, example, UsageError } from '../command.js';
import { count } from '../options.js';

/** Where runs are kept that were not told where. */
const runsFolder = path.join('.whatif', 'runs');

/** `whatif resume RUN`: goes on with a run that was interrupted, and ends as it would have. */
export const resume: DefineCommand = (command, context) => {
  command
    .argument('[run]', 'folder of the run; left out, the runs that can be gone on with are listed')
    .option('--workers <n>', 'threads that work at a time (default: as many as the machine has)', count)
    .option('--json', 'speak JSON on standard output')
    .addHelpText('after', example('whatif resume .whatif/runs/outbreak-20260102-030405-678'))
    .action((folder: string | undefined, options: { readonly workers?: number; readonly json?: boolean }) =>
      context.run(async () => {
        const { terminal } = context;
        if (folder === undefined) {
          const runs = existsSync(runsFolder) ? readdirSync(runsFolder).sort() : [];
          const folders = runs.map((run) => path.join(runsFolder, run));
          if (options.json === true) {
            terminal.out(`${JSON.stringify({ runs: folders }, null, 2)}\n`);
            return 0;
          }
          for (const run of folders) terminal.out(`${run}\n`);
          if (runs.length === 0) terminal.error(`there is no run in ${runsFolder}\n`);
          return 0;
        }
        const found = readRun(folder);
        if (found === null) throw new UsageError(`${folder} is not the folder of a run`);
        const header = readHeader(found.header);
        if (header === null) throw new UsageError(`${folder} is not the folder of a run, or its run.json is damaged`);
        if (!existsSync(header.folder)) throw new UsageError(`can not go on: the folder ${header.folder} is gone`);
        const why = whyOther(header, header.folder);
        if (why !== null) throw new UsageError(`can not go on with this run: ${why}`);
        const begun = { folder: path.resolve(folder), records: found.records };
        // Paths on its command line start from where it was given.
        process.chdir(header.folder);
        const { workers, json } = options;
        const args = workers === undefined ? header.args : withoutOptions(header.args, ['--workers'], []);
        return context.again(
          [
            ...(json === true && !args.includes('--json') ? [...args, '--json'] : args),
            ...(workers === undefined ? [] : ['--workers', String(workers)]),
          ],
          begun,
        );
      }),
    );
};
