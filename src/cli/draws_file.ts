/** `--draws FILE`: the draws of a run's posteriors, for other programs. */
import { drawsArrow, MissingPackage, writeNetcdf } from '../data/node_draws.js';
import type { Session } from '../embed/contract.js';
import type { Report } from '../report/answer.js';
import { type DrawsTable, drawsOf, isPrediction } from '../report/draws.js';
import { drawsCsv, drawsJson } from '../report/draws_text.js';
import { inferenceData } from '../report/inference_data.js';
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
 * `draws.csv`. Predictions stand in the NetCDF files of the posteriors beside them. Gives the names of the files.
 */
export async function writeDraws(
  file: string,
  report: Report,
  session: Session,
  terminal: Terminal,
): Promise<readonly string[]> {
  const ending = drawsEnding(file);
  const all = drawsOf(report);
  const posteriors = all.filter((table) => !isPrediction(table));
  const own = ending === '.nc' && posteriors.length > 0 ? posteriors : all;
  const written: string[] = [];
  for (const table of own) {
    const name = own.length === 1 ? file : `${file.slice(0, -ending.length)}.${table.query}${ending}`;
    await writeOne(name, ending, table, all, session, terminal);
    written.push(name);
  }
  return written;
}

async function writeOne(
  name: string,
  ending: Ending,
  table: DrawsTable,
  all: readonly DrawsTable[],
  session: Session,
  terminal: Terminal,
): Promise<void> {
  try {
    switch (ending) {
      case '.csv':
        terminal.write(name, drawsCsv(table));
        return;
      case '.json':
        terminal.write(name, jsonText(drawsJson(table)));
        return;
      case '.arrow':
        terminal.write(name, await drawsArrow(table));
        return;
      case '.nc': {
        const predictions = all.filter((other) => other !== table && isPrediction(other));
        await writeNetcdf(name, inferenceData(table, predictions, session.observed(), new Date().toISOString()));
      }
    }
  } catch (thrown) {
    throw new UsageError(thrown instanceof MissingPackage ? thrown.message : `can not write ${name}`);
  }
}
