/** Questions about whole programs: lookup by name, what functions do, effects. */
import type { Family, Func, Instruction, Program } from './ir.js';
import { regionsOf, some, visit } from './walk.js';

/** A program with nothing in it. */
export const emptyProgram: Program = {
  version: 1,
  functions: {},
  families: {},
  models: {},
  sites: {},
  places: [],
  sources: [],
};

/** The function of that name or null. Names come from users: what every object inherits is not found. */
export const findFunction = (program: Program, name: string): Func | null =>
  Object.hasOwn(program.functions, name) ? (program.functions[name] ?? null) : null;

/** The family under that key or null. */
export const findFamily = (program: Program, key: string): Family | null =>
  Object.hasOwn(program.families, key) ? (program.families[key] ?? null) : null;

/** The program with functions added, or put in the place of those of the same name. */
export const withFunctions = (program: Program, functions: readonly Func[]): Program => ({
  ...program,
  functions: Object.fromEntries([...Object.entries(program.functions), ...functions.map((f) => [f.name, f] as const)]),
});

/** The keys of `Family` that hold the name of a function. */
export const familyEntries = [
  'draw',
  'mechanism',
  'abduct',
  'logpdf',
  'cdf',
  'quantile',
  'survival',
  'logcdf',
  'require',
  'support',
  'mean',
  'variance',
] as const;

/** What a function does besides computing: see `Func.draws` and `Func.scores`. */
type Flags = { readonly draws: boolean; readonly scores: boolean };

/**
 * The flags of every function, found from the bodies alone: the least fixed point over calls. A function draws if it has a draw or a
 * noise instruction or calls one that draws; it scores if it has a score, condition, factor, equal, approximate or resample, or calls one.
 */
export function findFlags(program: Program): ReadonlyMap<string, Flags> {
  const own = new Map<string, { draws: boolean; scores: boolean; readonly calls: Set<string> }>();
  for (const [name, func] of Object.entries(program.functions)) {
    const entry = { draws: false, scores: false, calls: new Set<string>() };
    visit(func.body, (instruction) => {
      if (instruction.kind === 'call') entry.calls.add(instruction.callee);
      else if (instruction.kind === 'draw' || instruction.kind === 'noise') entry.draws = true;
      else if (weighs(instruction)) entry.scores = true;
    });
    own.set(name, entry);
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (const entry of own.values()) {
      for (const callee of entry.calls) {
        const called = own.get(callee);
        if (called?.draws === true && !entry.draws) {
          entry.draws = true;
          changed = true;
        }
        if (called?.scores === true && !entry.scores) {
          entry.scores = true;
          changed = true;
        }
      }
    }
  }
  return own;
}

/** The program with the flags of every function as `findFlags` finds them; functions that have them right are kept. */
export function withFlags(program: Program): Program {
  const flags = findFlags(program);
  let changed = false;
  const functions = Object.entries(program.functions).map(([name, func]) => {
    const { draws, scores } = flags.get(name) ?? func;
    if (draws === func.draws && scores === func.scores) return [name, func] as const;
    changed = true;
    return [name, { ...func, draws, scores }] as const;
  });
  return changed ? { ...program, functions: Object.fromEntries(functions) } : program;
}

/** Whether the instruction itself can change a particle's weight or be a point where particles are resampled. */
export const weighs = (instruction: Instruction): boolean => {
  switch (instruction.kind) {
    case 'score':
    case 'condition':
    case 'factor':
    case 'equal':
    case 'approximate':
    case 'resample':
      return true;
    default:
      return false;
  }
};

const checking = new WeakMap<Program['functions'], ReadonlySet<string>>();

/** An `assert` of the text. It matters where what it stands in matters: nobody has to compute a thing only to hear that it cannot be computed. */
export const isAssertion = (i: Instruction): boolean => i.kind === 'check' && i.code === 'E0622';

/** Functions that have a `check` that is no assertion, or call one that has. */
function functionsThatCheck(program: Program): ReadonlySet<string> {
  const known = checking.get(program.functions);
  if (known !== undefined) return known;
  const found = new Set<string>();
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const [name, func] of Object.entries(program.functions))
      if (
        !found.has(name) &&
        some(func.body, (i) => (i.kind === 'check' && !isAssertion(i)) || (i.kind === 'call' && found.has(i.callee)))
      )
        found.add(name);
  }
  checking.set(program.functions, found);
  return found;
}

/**
 * Whether leaving the instruction out could be noticed although nothing uses its results: it weighs, checks, or owns or calls what
 * does. Draws have no effect in this sense (noise is addressed), nor have faults of operations, nor loops that don't end. It relies on
 * `Func.scores` being right.
 */
export function hasEffect(instruction: Instruction, program: Program): boolean {
  switch (instruction.kind) {
    case 'check':
      return true;
    case 'call':
      return (
        (findFunction(program, instruction.callee)?.scores ?? true) ||
        functionsThatCheck(program).has(instruction.callee)
      );
    case 'if':
    case 'for':
    case 'while':
      return regionsOf(instruction).some((region) => region.body.some((inner) => hasEffect(inner, program)));
    default:
      return weighs(instruction);
  }
}
