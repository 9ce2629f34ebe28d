import type { Constant, Program } from '../ir/ir.js';
import { visit } from '../ir/walk.js';
import { bind } from './bind.js';
import { joinCommon } from './cse.js';
import { createEvaluator } from './evaluate.js';
import { fold } from './fold.js';
import { type FusedCounts, fuse } from './fuse/fuse.js';
import { hoist } from './hoist.js';
import { inline } from './inline.js';
import type { LeftOut, OptionalPass } from './passes.js';
import { reduce } from './reduce.js';
import { prune, slice } from './slice.js';
import { strip } from './strip.js';
import { unroll } from './unroll.js';

/** A question's program ready for planning, and what became of its inputs and nodes. */
type Optimised = {
  /** `main` and what it needs, bound, without `node` instructions. */
  readonly program: Program;
  /** Inputs that `main` needs and that were not given; the program cannot run if there are any. */
  readonly missing: readonly string[];
  /** Names of nodes that the question does not depend on. */
  readonly removed: readonly string[];
  /** Loops that became part of another, and arrays that are not made any more. */
  readonly fused: FusedCounts;
};

/** Unrolling gives constants, which may give loops with constant bounds: so often at most. */
const rounds = 3;

/** How far to go. */
type OptimiseOptions = { readonly without?: LeftOut };

/**
 * Makes a question's program ready for planning: data bound, constants computed, functions inlined, short loops unrolled, and nothing left
 * that the question does not need. Each pass says in its own file why it keeps the distribution. The passes run a fixed number of
 * times, so the result is the same everywhere.
 */
export function optimise(
  program: Program,
  main: string,
  inputs: Readonly<Record<string, Constant>>,
  { without = new Set() }: OptimiseOptions = {},
): Optimised {
  const evaluator = createEvaluator();
  const removed = new Set<string>();
  let current = program;
  const run = (pass: OptionalPass, change: (before: Program) => Program): void => {
    if (!without.has(pass)) current = change(current);
  };
  const sliced = (mainOnly: boolean) => (before: Program) => {
    const after = slice(before, main, { mainOnly });
    for (const name of after.removed) removed.add(name);
    return after.program;
  };
  const folded = (before: Program): Program => fold(before, main, { evaluator, mainOnly: true });
  const { program: bound, missing } = bind(prune(program, main), inputs);
  current = bound;
  run('fold', (before) => fold(before, main, { evaluator }));
  run('inline', (before) => inline(before, main));
  run('slice', sliced(false));
  current = strip(current);
  run('fold', folded);
  let fused: FusedCounts = { loops: 0, arrays: 0 };
  if (!without.has('fuse')) {
    run('cse', (before) => joinCommon(before, main));
    // What draws or weighs is left as it is, for the passes that look for it.
    const { program: joined, ...counts } = fuse(current, main, { arraysOnly: true });
    fused = counts;
    if (joined !== current) {
      current = joined;
      run('slice', sliced(true));
      run('fold', folded);
    }
  }
  for (let round = 0; round < rounds && !without.has('unroll'); round++) {
    const unrolled = unroll(current, main);
    if (unrolled === current) break;
    current = unrolled;
    run('fold', folded);
  }
  run('reduce', reduce);
  run('hoist', hoist);
  run('cse', (before) => joinCommon(before, main));
  run('slice', sliced(true));
  const left = inputsOf(current);
  return { program: current, missing: missing.filter((name) => left.has(name)), removed: [...removed], fused };
}

function inputsOf(program: Program): ReadonlySet<string> {
  const names = new Set<string>();
  for (const func of Object.values(program.functions))
    visit(func.body, (i) => {
      if (i.kind === 'input') names.add(i.name);
    });
  return names;
}
