import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../../runtime/node_folder.js';
import { type DefineCommand, example, UsageError } from '../command.js';
import { addVoiceOptions, type VoiceOptions } from '../options.js';
import { writing } from '../write_file.js';

const program = `// Does the treatment help? The sick are treated more often, so what is seen misleads.
enum Treatment { none, drug }

// cases.csv: one row for each severity and treatment
data cases = csv("cases.csv")

model Clinic {
  severe ~ bernoulli(0.4)
  treatment ~ categorical(Treatment, if severe then [0.2, 0.8] else [0.7, 0.3])
  recovered ~ bernoulli(if severe then severe_rate[treatment] else mild_rate[treatment])
}

// The share that recovered, by treatment: [none, drug].
const mild_rate = [cases.recovered[0] / cases.patients[0], cases.recovered[1] / cases.patients[1]]
const severe_rate = [cases.recovered[2] / cases.patients[2], cases.recovered[3] / cases.patients[3]]

/// What is seen: those who took the drug did worse.
query seen = P(recovered | treatment = drug) - P(recovered | treatment = none)

/// What if everybody, or nobody, were treated?
query done = P(recovered | do(treatment = drug)) - P(recovered | do(treatment = none))

/// What if this patient, who was not treated and not cured, had been treated?
query had = P(recovered[do(treatment = drug)] | treatment = none, recovered = false)
`;

const cases = `severe,treatment,patients,recovered
no,none,70,49
no,drug,30,24
yes,none,20,4
yes,drug,80,28
`;

const readme = (name: string): string => `# ${name}

\`\`\`sh
whatif run ${name}.scm        # answers the queries
whatif explain ${name}.scm    # says how
whatif graph ${name}.scm      # shows what causes what
\`\`\`
`;

/** `whatif new NAME`: a folder with a program, its data and a page about it. Nothing that is there already is touched. */
export const create: DefineCommand = (command, context) => {
  addVoiceOptions(command)
    .argument('<name>', 'name of the new folder')
    .addHelpText('after', example('whatif new clinic && whatif run clinic/clinic.scm'))
    .action((folder: string, options: VoiceOptions) =>
      context.run(() => {
        const name = path.basename(path.resolve(folder));
        if (!/^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(name))
          throw new UsageError(`${folder} is no name for a project: take letters, digits, \`_\`, \`-\` and \`.\``);
        if (existsSync(folder)) throw new UsageError(`${folder} is there already`);
        const files: readonly (readonly [string, string])[] = [
          [`${name}.scm`, program],
          ['cases.csv', cases],
          ['README.md', readme(name)],
        ];
        writing(folder, () => {
          makeFolder(folder);
          for (const [file, text] of files) writeFileSync(path.join(folder, file), text, { flag: 'wx' });
        });
        const written = files.map(([file]) => path.join(folder, file));
        if (options.json) context.terminal.out(`${JSON.stringify({ files: written })}\n`);
        else context.terminal.out(written.map((file) => `${file}\n`).join(''));
        if (!options.quiet) context.terminal.error(`now run: whatif run ${written[0]}\n`);
        return 0;
      }),
    );
};
