/** The native engine gives the numbers of the JavaScript engine on every model, to the last bit. */
import { expect, test } from 'vitest';
import { provideNative } from '../../src/runtime/node_native.js';
import { hasCompiler } from '../codegen/native_programs.js';
import { numbersOf, spread } from './engine_numbers.js';
import { answer, openProgram, programs } from './programs.js';

provideNative();

/** Draws of each query: more than a block. */
const samples = 1500;

test.skipIf(!hasCompiler).each(programs)('$name', { timeout: 300_000 }, async (program) => {
  const javascript = openProgram(program, { samples, engine: 'js', method: 'importance' });
  const native = openProgram(program, { samples, engine: 'native', method: 'importance' });
  for (const query of spread(javascript.queries, 4)) {
    const expected = numbersOf(await answer(javascript, query));
    expect({ query, ...numbersOf(await answer(native, query)) }).toEqual({ query, ...expected });
  }
});
