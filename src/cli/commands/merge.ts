import { readColumnsFile } from '../../runtime/node_columns_file.js';
import { type Records, readSegment } from '../../runtime/node_run_folder.js';
import { type RunHeader, readHeader, whyOther } from '../../runtime/node_run_header.js';
import { withoutOptions } from '../arguments.js';
import { type DefineCommand, example, UsageError } from '../command.js';
import { addVoiceOptions, type VoiceOptions } from '../options.js';

type MergeOptions = VoiceOptions & { readonly out?: string; readonly draws?: string };

/** Options of the shards that say nothing of what was asked. */
const valued = ['--shard', '--out', '--draws', '--workers', '--checkpoint', '--time-limit'];
const plain = ['--no-checkpoint', '--json', '--quiet', '--debug'];

/** `whatif merge PART…`: the answers of a run that was divided into shards, as of the undivided run. */
export const merge: DefineCommand = (command, context) => {
  addVoiceOptions(command)
    .argument('<part...>', 'what `--shard i/n --out NAME.whatif` wrote: all n')
    .option('--out <file>', 'write the answers to a .json or .csv file too')
    .option('--draws <file>', 'write the draws of posteriors to a .csv, .json, .arrow or .nc (ArviZ) file')
    .addHelpText('after', example('whatif merge part1.whatif part2.whatif part3.whatif'))
    .action((files: readonly string[], { json, quiet, debug, out, draws }: MergeOptions) =>
      context.run(async () => {
        const records: Records = new Map();
        const headers = files.map((file) => readPart(file, records));
        const [first] = headers;
        if (first === undefined) throw new UsageError('there is nothing to put together');
        const question = questionOf(first);
        for (const [i, header] of headers.entries())
          if (questionOf(header) !== question) throw new UsageError(`${files[i]} is of another run than ${files[0]}`);
        const of = first.shard?.of ?? 0;
        const numbers = new Set(headers.map((header) => header.shard?.number));
        const missing = Array.from({ length: of }, (_, i) => i + 1).filter((number) => !numbers.has(number));
        if (missing.length > 0) throw new UsageError(`of ${of} shards these are missing: ${missing.join(', ')}`);
        const why = whyOther(first, process.cwd());
        if (why !== null) throw new UsageError(`can not put these parts together: ${why}`);
        const voice = [json ? '--json' : null, quiet ? '--quiet' : null, debug ? '--debug' : null];
        const args = [
          ...withoutOptions(first.args, valued, plain),
          ...voice.flatMap((option) => option ?? []),
          ...(out === undefined ? [] : ['--out', out]),
          ...(draws === undefined ? [] : ['--draws', draws]),
        ];
        return context.again(args, { folder: null, records });
      }),
    );
};

/** What shards of one run have in common. */
const questionOf = ({ whatif, v8, args, inputs, shard }: RunHeader): string =>
  JSON.stringify([whatif, v8, withoutOptions(args, valued, plain), inputs, shard?.of]);

function readPart(file: string, into: Records): RunHeader {
  let part: ReturnType<typeof readColumnsFile>;
  try {
    part = readColumnsFile(file);
  } catch {
    throw new UsageError(`can not read ${file}`);
  }
  const value = part?.value;
  const known = typeof value === 'object' && value !== null && 'header' in value && 'done' in value ? value : null;
  const header = known === null ? null : readHeader(known.header);
  if (known === null || header === null || header.shard === null)
    throw new UsageError(`${file} is not a part of a run, or not all of it`);
  readSegment(known.done, into);
  return header;
}
