import type { PlaceId, Program } from '../ir/ir.js';
import { some, visit } from '../ir/walk.js';
import { type MechanismKind, withMechanism } from './mechanism.js';
import { slice } from './slice.js';
import { drawingFunctions, variantsOf } from './variants.js';

/** Adds what families need: always the functions by which they draw and score, and for those named all that a mechanism is made of. */
export type Complete = (program: Program, main: string, named: ReadonlySet<string>) => Program;

/** A family whose noise worlds share, with where its mechanism comes from. */
export type SharedFamily = { readonly family: string; readonly kind: MechanismKind };

/** A family that has no mechanism and would need one. */
type Lacking = { readonly family: string; readonly at: PlaceId };

/**
 * Gives a mechanism and its inverse to every family whose noise worlds share, and to the families that those draw from in turn. What a
 * family lacks is asked for by name and tried once more.
 */
export function shareNoise(
  bare: Program,
  main: string,
  complete: Complete,
): { readonly program: Program; readonly mechanisms: readonly SharedFamily[]; readonly lacking: Lacking | null } {
  const named = new Set<string>();
  for (;;) {
    const shared = shareAll(complete(bare, main, named));
    const missing = shared.lacking.filter(({ family }) => !named.has(family));
    if (missing.length === 0) {
      const lacking = shared.lacking.find(({ family }) => isShared(slice(shared.program, main).program, family));
      return { program: shared.program, mechanisms: shared.mechanisms, lacking: lacking ?? null };
    }
    for (const { family } of missing) named.add(family);
  }
}

const isShared = (program: Program, family: string): boolean =>
  Object.values(program.functions).some((func) =>
    some(
      func.body,
      (i) =>
        (i.kind === 'draw' && i.shared && i.family === family) ||
        (i.kind === 'score' && i.abduct && i.family === family),
    ),
  );

type Shared = {
  readonly program: Program;
  readonly mechanisms: readonly SharedFamily[];
  readonly lacking: readonly Lacking[];
};

function shareAll(complete: Program): Shared {
  const mechanisms: SharedFamily[] = [];
  const lacking: Lacking[] = [];
  const wanted = new Map<string, PlaceId>();
  for (const func of Object.values(complete.functions)) {
    visit(func.body, (i) => {
      if ((i.kind === 'draw' && i.shared) || (i.kind === 'score' && i.abduct)) wanted.set(i.family, i.at);
    });
  }
  let program = complete;
  // The map grows by the families that others draw from; they are visited in turn.
  for (const [family, at] of wanted) {
    const made = withMechanism(program, family);
    if (made === null) {
      lacking.push({ family, at });
      continue;
    }
    mechanisms.push({ family, kind: made.kind });
    program = withSharedDraws(made.program, family);
    for (const inner of innerFamilies(program, family)) if (!wanted.has(inner)) wanted.set(inner, at);
  }
  return { program, mechanisms, lacking };
}

/** A family whose mechanism draws from others (an array of draws, say) shares their noise too. */
function withSharedDraws(program: Program, key: string): Program {
  const family = program.families[key];
  const mechanism = family?.mechanism ?? null;
  if (family === undefined || mechanism === null) return program;
  const names = drawingFunctions(program, [mechanism]);
  const draws = [...names].some((name) => some(program.functions[name]!.body, (i) => i.kind === 'draw' && !i.shared));
  if (!draws) return program;
  const suffix = ' by mechanism';
  return {
    ...program,
    functions: { ...program.functions, ...variantsOf(program, names, { suffix, copy: false, silent: false }) },
    families: { ...program.families, [key]: { ...family, mechanism: mechanism + suffix } },
  };
}

const abductOf = '.abduct';

/** The families that a family's mechanism draws from, and those whose noise its own inverse asks for. */
function innerFamilies(program: Program, key: string): ReadonlySet<string> {
  const found = new Set<string>();
  const { mechanism = null, abduct = null } = program.families[key] ?? {};
  for (const name of drawingFunctions(program, [mechanism ?? '', abduct ?? ''])) {
    visit(program.functions[name]!.body, (i) => {
      if (i.kind === 'draw') found.add(i.family);
      if (i.kind !== 'call' || !i.callee.endsWith(abductOf)) return;
      const inner = i.callee.slice(0, -abductOf.length);
      if (program.families[inner] !== undefined) found.add(inner);
    });
  }
  return found;
}
