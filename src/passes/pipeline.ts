import type { Constant, Program } from '../ir/ir.js';
import { visit } from '../ir/walk.js';
import { bind } from './bind.js';
import { joinCommon } from './cse.js';
import { createEvaluator } from './evaluate.js';
import { fold } from './fold.js';
import { inline } from './inline.js';
import { prune, slice } from './slice.js';
import { strip } from './strip.js';
import { unroll } from './unroll.js';

/** A question's program ready for planning, and what became of its inputs and nodes. */
export type Optimised = {
  /** `main` and what it needs, bound, without `node` instructions. */
  readonly program: Program;
  /** Inputs that `main` needs and that were not given; the program cannot run if there are any. */
  readonly missing: readonly string[];
  /** Names of nodes that the question does not depend on. */
  readonly removed: readonly string[];
};

/** Unrolling gives constants, which may give loops with constant bounds: so often at most. */
const rounds = 3;

/**
 * Makes a question's program ready for planning: data bound, constants computed, functions inlined, short loops unrolled, and nothing left
 * that the question does not need. Each pass says in its own file why it keeps the distribution. The passes run a fixed number of
 * times, so the result is the same everywhere.
 */
export function optimise(program: Program, main: string, inputs: Readonly<Record<string, Constant>>): Optimised {
  const evaluator = createEvaluator();
  const { program: bound, missing } = bind(prune(program, main), inputs);
  const inlined = inline(fold(bound, main, { evaluator }), main);
  const needed = slice(inlined, main);
  const again = { evaluator, mainOnly: true };
  let current = fold(strip(needed.program), main, again);
  for (let round = 0; round < rounds; round++) {
    const unrolled = unroll(current, main);
    if (unrolled === current) break;
    current = fold(unrolled, main, again);
  }
  const last = slice(joinCommon(current, main), main, { mainOnly: true });
  const left = inputsOf(last.program);
  return {
    program: last.program,
    missing: missing.filter((name) => left.has(name)),
    removed: [...new Set([...needed.removed, ...last.removed])],
  };
}

function inputsOf(program: Program): ReadonlySet<string> {
  const names = new Set<string>();
  for (const func of Object.values(program.functions))
    visit(func.body, (i) => {
      if (i.kind === 'input') names.add(i.name);
    });
  return names;
}
