/** `--draws FILE`: the draws of a run's posteriors, for other programs. */
import { drawsArrow, MissingPackage, netcdf } from '../data/node_draws.js';
import type { Question, Session } from '../embed/contract.js';
import type { Report } from '../report/answer.js';
import { drawsOf, isPrediction } from '../report/draws.js';
import { drawsCsv, drawsJson } from '../report/draws_text.js';
import { type AskedDraws, groupsOfDraws, inferenceData } from '../report/inference_data.js';
import { jsonText } from '../report/json.js';
import { UsageError } from './command.js';
import type { Terminal } from './terminal.js';

const endings = ['.csv', '.json', '.arrow', '.nc'] as const;

type Ending = (typeof endings)[number];

/** The ending of a file for draws; wrong usage for any other. */
export function drawsEnding(file: string): Ending {
  const found = endings.find((ending) => file.endsWith(ending));
  if (found === undefined) throw new UsageError(`--draws takes a file that ends in ${endings.join(', ')}, not ${file}`);
  return found;
}

/**
 * Writes the draws of the answers: to the file itself where one query has draws, else to one file for each, `draws.NAME.csv` for
 * `draws.csv`. Predictions stand in the NetCDF files of the posteriors that they belong to. Gives the names of the files.
 *
 * @param questions what the answers of the report are answers of, in the same order
 */
export async function writeDraws(
  file: string,
  report: Report,
  questions: readonly Question[],
  session: Session,
  terminal: Terminal,
): Promise<readonly string[]> {
  const ending = drawsEnding(file);
  const conditions = new Map(
    report.answers.map((answer, i) => {
      const question = questions[i];
      return [answer, question === undefined ? null : session.conditions(question)];
    }),
  );
  const all = drawsOf(report).map((table) => ({ table, conditions: conditions.get(table.answer) ?? null }));
  const own = ending === '.nc' ? ownFiles(all) : all;
  const written: string[] = [];
  for (const one of own) {
    const name = own.length === 1 ? file : `${file.slice(0, -ending.length)}.${one.table.query}${ending}`;
    terminal.write(name, await contentOf(ending, one, all, session).catch(missing));
    written.push(name);
  }
  return written;
}

/** Those that do not stand in the file of another. */
function ownFiles(all: readonly AskedDraws[]): readonly AskedDraws[] {
  const beside = new Set(
    all.flatMap((one) =>
      isPrediction(one.table) ? [] : [...groupsOfDraws(one, all).values()].flat().filter((other) => other !== one),
    ),
  );
  return all.filter((one) => !beside.has(one));
}

/** A package that the user can install is no defect. */
function missing(thrown: unknown): never {
  throw thrown instanceof MissingPackage ? new UsageError(thrown.message) : thrown;
}

async function contentOf(
  ending: Ending,
  own: AskedDraws,
  all: readonly AskedDraws[],
  session: Session,
): Promise<string | Uint8Array> {
  switch (ending) {
    case '.csv':
      return drawsCsv(own.table);
    case '.json':
      return jsonText(drawsJson(own.table));
    case '.arrow':
      return drawsArrow(own.table);
    case '.nc':
      return netcdf(inferenceData(own, all, session.observed(), new Date().toISOString()));
  }
}
