/** Runs functions of a small program by the whole compiler and an engine. */

import { check } from '../../src/check/check.js';
import { loadProject } from '../../src/check/load.js';
import type { Host } from '../../src/data/host.js';
import { buildFunction } from '../../src/ir/build.js';
import { blockSize, defaultLimits, type Engine } from '../../src/ir/engine.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Constant } from '../../src/ir/ir.js';
import { completeFamilies } from '../../src/lower/family.js';
import { instantiate } from '../../src/lower/function.js';
import { createUnit } from '../../src/lower/unit.js';

const noFiles = (): never => {
  throw new Error('the library reads no files');
};
const host: Host = { readText: noFiles, readTable: noFiles };

/** Each expression as a function without parameters; gives `count` runs of one of them. */
export function compile(
  expressions: readonly string[],
  engine: Engine = interpret,
): (index: number, count: number) => readonly Constant[] {
  const text = expressions.map((e, i) => `fn f${i}() = ${e}`).join('\n');
  const loaded = loadProject({ name: 'library.scm', text }, host);
  if (!loaded.ok) throw new Error(loaded.diagnostics.map((d) => d.message).join('; '));
  const errors = check(loaded.value).filter((d) => d.severity === 'error');
  if (errors.length > 0) throw new Error(errors.map((d) => d.message).join('; '));
  return (index, count) => {
    const declared = loaded.value.functions.get(`f${index}`);
    if (declared === undefined) throw new Error(`no expression ${index}`);
    const unit = createUnit(loaded.value);
    const { name, draws } = instantiate(unit, declared, []);
    const program = unit.finish();
    const results = program.functions[name]!.results;
    const main = buildFunction('main', [{ kind: 'address' }], results, { draws, scores: false }, (b, [root = 0]) =>
      b.call(name, draws ? [root] : [], results),
    );
    const whole = completeFamilies(unit, { ...program, functions: { ...program.functions, main } }, 'main', new Set());
    const kernel = engine(whole, 'main', { layout: 'addressed', key: [8, 9], limits: defaultLimits, externs: {} });
    const values: Constant[] = [];
    for (let block = 0; values.length < count; block++) {
      const [column = []] = kernel.runBlock(block, Math.min(blockSize, count - values.length)).columns;
      values.push(...Array.from<Constant>(column));
    }
    return values;
  };
}
