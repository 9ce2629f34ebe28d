/** Draws as CSV and JSON. */
import { csvCell } from './csv_out.js';
import { cellOf, type DrawsTable, placesOf } from './draws.js';
import { type Json, jsonNumber } from './json.js';

/**
 * A line for each draw: chain and number, weight, then the variables. Numbers in full precision, bools as true and false, labels as they are, empty
 * cells for what is absent.
 */
export function drawsCsv(table: DrawsTable): string {
  const { weights, columns } = table;
  const { chain, draw } = placesOf(table);
  const lines = [['chain', 'draw', 'weight', ...columns.map((c) => c.name)].map(csvCell).join(',')];
  for (let i = 0; i < weights.length; i++) {
    const cells = columns.map(({ type, values }) => csvCell(cellOf(type, values[i]!)));
    lines.push([chain[i]!, draw[i]!, weights[i]!, ...cells].join(','));
  }
  return `${lines.join('\n')}\n`;
}

/** The query, and its draws by columns. */
export function drawsJson(table: DrawsTable): Json {
  const { query, answer, seed, weights, columns } = table;
  const { chain, draw } = placesOf(table);
  return {
    query,
    text: answer.text,
    model: answer.model,
    method: answer.method,
    seed,
    draws: weights.length,
    chain: [...chain],
    draw: [...draw],
    weight: [...weights],
    columns: Object.fromEntries(
      columns.map(({ name, type, values }) => [
        name,
        Array.from(values, (value): Json => {
          const cell = cellOf(type, value);
          return typeof cell === 'number' ? jsonNumber(cell) : cell;
        }),
      ]),
    ),
  };
}
