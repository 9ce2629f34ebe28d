import type { Func, Instruction, Program, Region } from '../ir/ir.js';
import { weighs } from '../ir/program.js';
import { mapRegions, rewrite, visit } from '../ir/walk.js';

/** How the variant of a function that draws differs from it. */
type Variant = {
  /** Behind the function's name. */
  readonly suffix: string;
  /** Whether its draws count as copies of draws in another world. */
  readonly copy: boolean;
  /** Whether its scores are left out. */
  readonly silent: boolean;
};

/** The functions of the given names that draw, and all that they call and that draw. */
export function drawingFunctions(program: Program, names: Iterable<string>): ReadonlySet<string> {
  const found = new Set<string>();
  const collect = (name: string): void => {
    const func = program.functions[name];
    if (found.has(name) || func?.draws !== true) return;
    found.add(name);
    visit(func.body, (i) => {
      if (i.kind === 'call') collect(i.callee);
    });
  };
  for (const name of names) collect(name);
  return found;
}

/** For each function a variant that draws by mechanism and calls the variants of the others. */
export function variantsOf(
  program: Program,
  names: ReadonlySet<string>,
  variant: Variant,
): Readonly<Record<string, Func>> {
  const change = (i: Instruction): Instruction => {
    if (i.kind === 'draw') return { ...i, shared: true, copy: variant.copy };
    return i.kind === 'call' && names.has(i.callee) ? { ...i, callee: i.callee + variant.suffix } : i;
  };
  const made: Record<string, Func> = {};
  for (const before of names) {
    const func = program.functions[before];
    if (func === undefined) continue;
    const body = rewrite(variant.silent ? silence(func.body) : func.body, change);
    const name = before + variant.suffix;
    made[name] = { ...func, name, body, scores: variant.silent ? false : func.scores };
  }
  return made;
}

/** The region without its scores. */
const silence = (region: Region): Region => ({
  ...region,
  body: region.body.filter((i) => !weighs(i)).map(withoutScores),
});

/** An instruction without the scores inside its regions. */
export const withoutScores = (instruction: Instruction): Instruction => mapRegions(instruction, silence);
