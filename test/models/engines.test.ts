/** The reference interpreter and WebAssembly give the numbers of the JavaScript engine, to the last bit. */
import { expect, test } from 'vitest';
import { numbersOf, spread } from './engine_numbers.js';
import { answer, openProgram, programs } from './programs.js';

/** Draws of each query: enough for every branch, few enough for the interpreter. */
const samples = 48;

test.each(programs)('$name', async (program) => {
  const javascript = openProgram(program, { samples, engine: 'js', method: 'importance' });
  const interpreter = openProgram(program, { samples, engine: 'interpreter', method: 'importance' });
  const wasm = openProgram(program, { samples, engine: 'wasm', method: 'importance' });
  const queries = spread(javascript.queries, 4);
  expect(queries.length).toBeGreaterThan(0);
  for (const query of queries) {
    const expected = numbersOf(await answer(javascript, query));
    expect({ query, ...numbersOf(await answer(interpreter, query)) }).toEqual({ query, ...expected });
    expect({ query, ...numbersOf(await answer(wasm, query)) }).toEqual({ query, ...expected });
  }
});
