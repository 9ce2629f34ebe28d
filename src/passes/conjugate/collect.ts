/** What a region's scores and factors add to the log weight, as polynomials in the latent quantities drawn in front of them. */
import type { Builder } from '../../ir/build.js';
import type { Instruction, InstructionOf, Region, Value, ValueId } from '../../ir/ir.js';
import { resultsOf } from '../../ir/ir.js';
import { findFamily, weighs } from '../../ir/program.js';
import { operandsOf, regionsOf, some, usesOf } from '../../ir/walk.js';
import { type Around, accumulate } from './accumulate.js';
import type { Emitter } from './emit.js';
import {
  holdsLatents,
  interpretInstruction,
  literalOf,
  numberIn,
  type Scope,
  type Setting,
  scopeIn,
} from './interpret.js';
import { densityOf, type LatentDraw, type Latents, latentDraw, type Requirement } from './latents.js';
import type { Polynomial } from './polynomial.js';
import { type Abstract, beyond, flattened, type Tree } from './value.js';

/** What one score or factor adds, summed over the loops that it stands in. */
export type Contribution = {
  readonly source: InstructionOf<'score' | 'factor' | 'draw'>;
  readonly value: Polynomial;
  readonly required: readonly Requirement[];
  /** Whether runs differ in how often it happens for a reason that chance decides. */
  readonly byChance: boolean;
};

/** What collecting needs and gathers. */
export type Collector = {
  readonly setting: Setting;
  readonly latents: Latents;
  readonly builder: Builder;
  readonly emitter: () => Emitter;
  /** Values that differ from run to run. */
  readonly random: ReadonlySet<ValueId>;
  /** Sites of draws in other worlds: what is scored there is their partner and stays. */
  readonly copied: ReadonlySet<number>;
  readonly draws: LatentDraw[];
  /** Draws whose value is taken to be seen. */
  readonly assigned: ReadonlyMap<Instruction, number>;
  /** Discrete draws of the outermost region, in order. */
  readonly listed: { readonly draw: InstructionOf<'draw'>; readonly params: readonly Abstract[] }[];
  /** Checks that always hold. */
  readonly idle: Set<Instruction>;
  /** Conditions, checks and other effects of the outermost region that are not known to hold, with their value where there is one. */
  readonly unmet: { readonly instruction: Instruction; readonly value: number | null }[];
  /** Instructions that compute sums over loops, by the region that they belong to. */
  readonly extra: Map<Region, Instruction[]>;
  /** Computes what does not hang on chance at once; null where that is not possible. */
  readonly compute: (
    instructions: readonly Instruction[],
    sums: readonly { readonly result: Value; readonly cells: number | null }[],
  ) => readonly Abstract[] | null;
};

/** Instructions that one score may take to interpret. */
const budget = 60_000;

/** The contributions of a region, at its own depth. Latent draws are looked for in the outermost region alone. */
export function collect(region: Region, scope: Scope, depth: number, c: Collector): readonly Contribution[] {
  const found: Contribution[] = [];
  for (const i of region.body) {
    c.setting.budget = budget;
    switch (i.kind) {
      case 'const':
        scope.set(
          i.result.id,
          typeof i.value === 'number'
            ? literalOf(i.result.type, i.value, c.setting)
            : {
                kind: 'expression',
                expression: c.setting.algebra.atoms.value(i.result.id, i.result.type, depth, new Set(), i.value),
              },
        );
        break;
      case 'draw': {
        if (depth === 0 && c.setting.program.families[i.family]?.discrete === true) {
          c.listed.push({ draw: i, params: i.params.map(scope.find) });
          const value = c.assigned.get(i);
          if (value !== undefined) {
            const seen = literalOf(i.result.type, value, c.setting);
            scope.set(i.result.id, seen);
            found.push(...contribution(i, () => describe(i, seen, scope, c)));
            break;
          }
        }
        const latent =
          depth === 0 ? attempt(() => latentDraw(i, i.params.map(scope.find), c.latents, c.setting)) : null;
        if (latent === null) asItIs(i, scope, depth, c);
        else {
          c.draws.push(latent);
          scope.set(i.result.id, latentValue(latent, c.setting));
        }
        break;
      }
      case 'score':
        if (!i.abduct && !c.copied.has(i.site))
          found.push(...contribution(i, () => describe(i, scope.find(i.value), scope, c)));
        break;
      case 'factor':
        found.push(...contribution(i, () => ({ density: polynomialOf(scope.find(i.value), c), required: [] })));
        break;
      case 'for':
      case 'while':
      case 'if':
        found.push(...nested(i, { region, scope, depth }, c));
        break;
      case 'op':
      case 'make':
      case 'get':
      case 'call':
        pure(i, scope, depth, c);
        break;
      case 'check':
      case 'condition': {
        if (depth > 0) break;
        const value = attempt(() => numberIn(scope.find(i.value)));
        if (value === 1) c.idle.add(i);
        else c.unmet.push({ instruction: i, value });
        break;
      }
      default:
        asItIs(i, scope, depth, c);
    }
  }
  return found;
}

/** What is done, or null where it goes beyond what can be described. */
export function attempt<T>(what: () => T): T | null {
  try {
    return what();
  } catch (thrown) {
    if (thrown === beyond) return null;
    throw thrown;
  }
}

function contribution(
  source: InstructionOf<'score' | 'factor' | 'draw'>,
  what: () => { readonly density: Polynomial; readonly required: readonly Requirement[] } | null,
): readonly Contribution[] {
  const found = attempt(what);
  return found === null ? [] : [{ source, value: found.density, required: found.required, byChance: false }];
}

function describe(
  i: InstructionOf<'score' | 'draw'>,
  value: Abstract,
  scope: Scope,
  c: Collector,
): ReturnType<typeof densityOf> {
  const family = findFamily(c.setting.program, i.family);
  return family === null ? null : densityOf(family, i.params.map(scope.find), value, i, c.setting);
}

function polynomialOf(value: Abstract, { setting }: Collector): Polynomial {
  if (value.kind !== 'number') throw beyond;
  return flattened(value.tree, setting.algebra.atoms, setting.algebra.byLatents);
}

function latentValue(latent: LatentDraw, { algebra }: Setting): Abstract {
  const numbers = latent.latents.map(
    (l): Abstract => ({
      kind: 'number',
      type: { kind: 'real' },
      tree: { kind: 'leaf', value: algebra.atoms.polynomialOfAtom(algebra.atoms.latent(l)) },
    }),
  );
  const [only] = numbers;
  return latent.simplex || only === undefined ? { kind: 'parts', type: latent.draw.result.type, parts: numbers } : only;
}

/** Latent quantities that a value hangs on. */
function reachOf(value: Abstract, setting: Setting): ReadonlySet<number> {
  const reach = new Set<number>();
  const { atoms } = setting.algebra;
  const add = (more: ReadonlySet<number>): void => {
    for (const x of more) reach.add(x);
  };
  const inTree = (tree: Tree): void => {
    if (tree.kind === 'leaf') add(atoms.reachOf(tree.value));
    else {
      add(tree.condition.reach);
      inTree(tree.then);
      inTree(tree.otherwise);
    }
  };
  const inValue = (v: Abstract): void => {
    if (v.kind === 'number') inTree(v.tree);
    else if (v.kind === 'expression') add(v.expression.reach);
    else if (v.kind === 'parts') v.parts.forEach(inValue);
    else if (v.kind === 'updated') {
      add(v.array.reach);
      add(v.index.reach);
      inValue(v.value);
    } else {
      v.leaves.forEach(inValue);
      add(v.start.reach);
    }
  };
  inValue(value);
  return reach;
}

/** Latent quantities that some of the values hang on. Addresses hang on none. */
export function reachOfAll(ids: Iterable<ValueId>, scope: Scope, setting: Setting): ReadonlySet<number> {
  const reach = new Set<number>();
  for (const id of ids) {
    const value = attempt(() => scope.find(id));
    if (value !== null) for (const x of reachOf(value, setting)) reach.add(x);
  }
  return reach;
}

/** The results of an instruction as values of the program, about which no more is known than what they hang on. */
function asItIs(i: Instruction, scope: Scope, depth: number, c: Collector): void {
  const reach = reachOfAll(usesOf(i), scope, c.setting);
  for (const result of resultsOf(i)) {
    if (result.type.kind !== 'address') scope.set(result.id, valueAt(result.id, result.type, depth, reach, c));
  }
}

/** A value of the program of which no more is known than what it hangs on. */
export function valueAt(
  id: ValueId,
  type: Parameters<Setting['algebra']['atoms']['value']>[1],
  depth: number,
  reach: ReadonlySet<number>,
  { setting }: Collector,
): Abstract {
  const { atoms } = setting.algebra;
  const expression = atoms.value(id, type, depth, reach);
  const isNumber = type.kind === 'real' || type.kind === 'int' || type.kind === 'bool' || type.kind === 'enum';
  return isNumber
    ? { kind: 'number', type, tree: { kind: 'leaf', value: atoms.polynomialOf(expression) } }
    : { kind: 'expression', expression };
}

/** What hangs on latent quantities, or was found to be a number because of them, is interpreted; the rest is taken as it is. */
function pure(i: Instruction, scope: Scope, depth: number, c: Collector): void {
  const known = [...usesOf(i)].map((id) => attempt(() => scope.find(id)));
  const involved = known.some((value) => value !== null && holdsLatents(value, c.setting));
  const numbers = operandsOf(i).every((id) => {
    const value = attempt(() => scope.find(id));
    return value !== null && numberIn(value) !== null;
  });
  const interpreted = (): true => {
    interpretInstruction(i, scope, c.setting, 0);
    return true;
  };
  if (!(involved || numbers) || attempt(interpreted) === null) asItIs(i, scope, depth, c);
}

/** Branches and loops: what they yield, and what is added inside. */
function nested(i: InstructionOf<'for' | 'if' | 'while'>, around: Around, c: Collector): readonly Contribution[] {
  const { scope, depth } = around;
  const weighty = some({ args: [], body: [i], yields: [] }, (inner) => weighs(inner) || inner.kind === 'draw');
  if (!weighty) {
    pure(i, scope, depth, c);
    return [];
  }
  asItIs(i, scope, depth, c);
  if (i.kind === 'while') return [];
  const reach = reachOfAll(usesOf(i), scope, c.setting);
  const found: Contribution[] = [];
  for (const region of regionsOf(i)) {
    const inner = scopeIn(scope);
    for (const arg of region.args)
      if (arg.type.kind !== 'address') inner.set(arg.id, valueAt(arg.id, arg.type, depth + 1, reach, c));
    const inside = collect(region, inner, depth + 1, c);
    if (inside.length === 0) continue;
    found.push(...accumulate(i, region, inside, around, c));
  }
  const trips = i.kind === 'if' ? [i.condition] : [i.low, i.high];
  const byChance = trips.some((id) => c.random.has(id));
  return byChance ? found.map((f) => ({ ...f, byChance })) : found;
}
