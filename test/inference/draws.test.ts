import { expect, it } from 'vitest';
import { javascript } from '../../src/codegen/javascript.js';
import { firstDraws, grownDraws, newDraws } from '../../src/ir/draws.js';
import { blockSize } from '../../src/ir/engine.js';
import { interpret } from '../../src/ir/interpret.js';
import { externs, limits, randomProgram } from '../ir/arbitrary_program.js';

const engines = { interpret, javascript };
const count = blockSize + 300;

it.each(Object.keys(engines))('%s fills the same draws as it runs block by block', (name) => {
  const engine = name === 'interpret' ? engines.interpret : engines.javascript;
  for (let seed = 1; seed <= 6; seed++) {
    const { program } = randomProgram(seed, 6);
    const main = program.functions.main;
    if (main === undefined) throw new Error('no main');
    const kernel = engine(program, 'main', { layout: 'particle', key: [seed, 7], limits, externs });
    const small = newDraws(main.results, blockSize);
    const first = kernel.fill(small, 0, blockSize);
    const draws = grownDraws(small, main.results, count);
    const second = kernel.fill(draws, blockSize, count);
    const blocks = [kernel.runBlock(0, blockSize), kernel.runBlock(1, count - blockSize)];
    expect(first.steps + second.steps).toBe(blocks[0]!.steps + blocks[1]!.steps);
    expect([...draws.logWeight]).toEqual(blocks.flatMap((b) => [...b.logWeight]));
    expect(draws.columns.map((c) => [...c])).toEqual(
      main.results.map((_, k) => blocks.flatMap((b) => [...(b.columns[k] ?? [])])),
    );
    expect([...firstDraws(draws, 5).logWeight]).toEqual([...blocks[0]!.logWeight.subarray(0, 5)]);
  }
});
