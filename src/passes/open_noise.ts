/**
 * Opens the noise of draws: what a draw would ask the layout for becomes parameters of `main`, so that a method can set it. A model is a
 * deterministic function of addressed standard noise, so the opened program is that function with some of its arguments laid bare. Their
 * prior is known: independent uniforms, normals and exponentials, whatever the families are.
 */
import type {
  Family,
  Func,
  Instruction,
  InstructionOf,
  IrType,
  NoiseKind,
  Program,
  Region,
  Value,
  ValueId,
} from '../ir/ir.js';
import { findFamily, findFunction, withFlags } from '../ir/program.js';
import { maximalId, regionsOf, rewrite, some, substitute, visit } from '../ir/walk.js';
import { mainName } from './assemble.js';
import { createEvaluator } from './evaluate.js';
import { fold } from './fold.js';
import { inline } from './inline.js';
import { withMechanism } from './mechanism.js';
import { prune } from './slice.js';
import { unroll } from './unroll.js';

/** One number of noise that became a parameter, and the site of the draw that it belongs to. */
type OpenNoise = { readonly noise: NoiseKind; readonly site: number; readonly name: string };

/** A program whose `main` takes, after the root address, the noise of some draws: one real for each of `noise`, in this order. */
export type Opened = { readonly program: Program; readonly noise: readonly OpenNoise[] };

/**
 * The program with the noise of draws of `main` as parameters. `chosen` are results of draw instructions; those whose noise cannot be
 * opened (see `openableDraws`) stay as they are. Draws of other worlds at the address of a chosen draw read the same parameters. With
 * independent standard noise as parameters, weights and outputs have the distribution that they have in the program itself; a draw that
 * takes a varying number of noise numbers, like a gamma by rejection, goes by its mechanism from then on, so its value is another one,
 * of the same distribution.
 */
export function openNoise(program: Program, chosen: ReadonlySet<ValueId>): Opened {
  const main = findFunction(program, mainName);
  if (main === null) throw new Error('open noise: no function main');
  const opening = newOpening(program);
  const groups = groupsOf(program, main).filter((group) => group.draws.some((i) => chosen.has(i.result.id)));
  let next = maximalId(main.body) + 1;
  const args: Value[] = [];
  const noise: OpenNoise[] = [];
  const opened = new Map<Instruction, Instruction>();
  for (const { draws } of groups) {
    const [first] = draws;
    const family = first === undefined ? null : opening.draw(first);
    if (first === undefined || family === null) continue;
    const added = family.kinds.map((kind): Value => {
      noise.push({ noise: kind, site: first.site, name: program.sites[first.site]?.name ?? `site ${first.site}` });
      return { id: next++, type: real };
    });
    args.push(...added);
    for (const draw of draws)
      opened.set(draw, { ...draw, family: family.key, params: [...draw.params, ...added.map((value) => value.id)] });
  }
  if (noise.length === 0) return { program, noise };
  const body = replaced(main.body, opened);
  const changed = { ...main, body: { ...body, args: [...body.args, ...args] } };
  return { program: withFlags(prune(opening.finish(changed), mainName)), noise };
}

/** As `rewrite`, by the instructions as they were before. */
function replaced(region: Region, by: ReadonlyMap<Instruction, Instruction>): Region {
  return rewrite(region, (i) => by.get(i) ?? i);
}

/**
 * The draws of `main` whose noise can be opened, by their results: every run comes to them, outside of loops and branches, at an
 * address known beforehand, and they take a number of noise numbers that is known too, by their draw or else by their mechanism.
 */
export function openableDraws(program: Program): ReadonlySet<ValueId> {
  const main = findFunction(program, mainName);
  const found = new Set<ValueId>();
  if (main === null) return found;
  const opening = newOpening(program);
  const top = new Set<Instruction>(main.body.body);
  for (const { draws } of groupsOf(program, main))
    for (const draw of draws) if (top.has(draw) && opening.draw(draw) !== null) found.add(draw.result.id);
  return found;
}

const real: IrType = { kind: 'real' };

/** Draws of `main` at one address, which read the same noise. */
type Group = { readonly draws: readonly InstructionOf<'draw'>[] };

/**
 * The groups of draws of `main` that can be opened as far as their addresses go: at least one of them is at the top of `main`, all are of
 * one family, no evidence fixes their noise, and no draw of an unknown address may be a member.
 */
function groupsOf(program: Program, main: Func): readonly Group[] {
  const addresses = knownAddresses(main.body);
  const members = new Map<string, InstructionOf<'draw'>[]>();
  const spoiled = new Set<string>();
  const lost = new Set<number>();
  visit(main.body, (i) => {
    if (i.kind !== 'draw' && !(i.kind === 'score' && i.abduct)) return;
    const chain = addresses.get(i.address);
    if (chain === undefined) {
      lost.add(i.site);
      return;
    }
    const key = `${chain}/${i.site}`;
    if (i.kind === 'score') {
      spoiled.add(key);
      return;
    }
    const group = members.get(key) ?? [];
    members.set(key, group);
    const [first] = group;
    if (first !== undefined && (first.family !== i.family || first.shared !== i.shared)) spoiled.add(key);
    group.push(i);
  });
  for (const [name, func] of Object.entries(program.functions)) {
    if (name === main.name) continue;
    visit(func.body, (i) => {
      if (i.kind === 'draw' || (i.kind === 'score' && i.abduct)) lost.add(i.site);
    });
  }
  const top = new Set<Instruction>(main.body.body);
  return [...members].flatMap(([key, draws]) => {
    const fine = !spoiled.has(key) && draws.every((i) => !lost.has(i.site)) && draws.some((i) => top.has(i));
    return fine ? [{ draws }] : [];
  });
}

/** The chains of sites and indices of the addresses of `main` that hang on constants alone. */
function knownAddresses(body: Region): ReadonlyMap<ValueId, string> {
  const chains = new Map<ValueId, string>();
  const numbers = new Map<ValueId, number>();
  const [root] = body.args;
  if (root !== undefined) chains.set(root.id, '');
  visit(body, (i) => {
    if (i.kind === 'const' && typeof i.value === 'number') numbers.set(i.result.id, i.value);
    if (i.kind !== 'address') return;
    const above = chains.get(i.parent);
    const index = i.index === null ? 0 : numbers.get(i.index);
    if (above !== undefined && index !== undefined) chains.set(i.result.id, `${above}/${i.site}:${index}`);
  });
  return chains;
}

/** A family that takes its noise as its last parameters. */
type OpenFamily = { readonly key: string; readonly kinds: readonly NoiseKind[] };

/** A function that takes the noise that it asked for as its last parameters. */
type OpenFunction = { readonly func: Func; readonly kinds: readonly NoiseKind[] };

type Opening = {
  /** Null where the draw takes a number of noise numbers that is not known. */
  readonly draw: (i: InstructionOf<'draw'>) => OpenFamily | null;
  /** The program with what was made, and another `main`. */
  readonly finish: (main: Func) => Program;
};

const suffix = ' of given noise';

function newOpening(before: Program): Opening {
  let program = before;
  const made = constantsOf(before);
  const families = new Map<string, OpenFamily | null>();
  const functions = new Map<string, OpenFunction | null>();

  const family = (key: string, shared: boolean): OpenFamily | null => {
    const name = `${key}${shared ? ' by mechanism' : ''}${suffix}`;
    const known = families.get(name);
    if (known !== undefined) return known;
    families.set(name, null);
    const found = findFamily(program, key);
    const made = found === null ? null : openFamily(key, found, shared, name);
    families.set(name, made);
    return made;
  };

  const openFamily = (key: string, found: Family, shared: boolean, name: string): OpenFamily | null => {
    const own = shared ? (found.mechanism ?? found.draw) : found.draw;
    const mechanism = (): OpenFunction | null => {
      const other = shared ? null : mechanismOf(key);
      return other === null ? null : func(other);
    };
    const opened = func(own) ?? mechanism();
    return opened === null ? null : withOpen(found, opened, name);
  };

  /** As `family`, for one draw: with its parameters where these are constants, so that loops over their elements can be unrolled. */
  const draw = (i: InstructionOf<'draw'>): OpenFamily | null => {
    const general = family(i.family, i.shared);
    const found = findFamily(program, i.family);
    const constants = i.params.map((id) => made.get(id) ?? null);
    if (general !== null || found === null || constants.every((value) => value === null)) return general;
    const name = `${i.family} at ${i.result.id}${suffix}`;
    const known = families.get(name);
    if (known !== undefined) return known;
    const special = (sampler: string): OpenFunction | null => {
      const own = findFunction(program, sampler);
      if (own === null) return null;
      const at = `${sampler} at ${i.result.id}`;
      // Inlining may make loops too long to be unrolled, and without it loops of other functions stay.
      const [plain, inlined] = [false, true].map((inlines) => () => specialised(program, own, constants, at, inlines));
      return openFunction(plain!()) ?? openFunction(inlined!());
    };
    const own = i.shared ? (found.mechanism ?? found.draw) : found.draw;
    const other = (): string | null => (i.shared ? null : mechanismOf(i.family));
    const opened = special(own) ?? special(other() ?? own);
    const result = opened === null ? null : withOpen(found, opened, name);
    families.set(name, result);
    return result;
  };

  const withOpen = (found: Family, opened: OpenFunction, name: string): OpenFamily => {
    const extra = opened.kinds.map((_, k) => ({ name: `noise ${k}`, type: real }));
    const require = found.require === null ? null : findFunction(program, found.require);
    const wider = require === null ? null : withMore(require, extra.length, `${name}.require`);
    program = {
      ...program,
      functions: {
        ...program.functions,
        [opened.func.name]: opened.func,
        ...(wider === null ? {} : { [wider.name]: wider }),
      },
      families: {
        ...program.families,
        [name]: {
          ...without(found),
          parameters: [...found.parameters, ...extra],
          draw: opened.func.name,
          require: wider?.name ?? null,
        },
      },
    };
    return { key: name, kinds: opened.kinds };
  };

  /** The function of the family's mechanism, made where it has none of its own. */
  const mechanismOf = (key: string): string | null => {
    const made = withMechanism(program, key);
    const mechanism = made?.program.families[key]?.mechanism ?? null;
    if (made === null || mechanism === null) return null;
    const { families: kept } = program;
    program = { ...made.program, families: kept };
    return mechanism;
  };

  const func = (name: string): OpenFunction | null => {
    const known = functions.get(name);
    if (known !== undefined) return known;
    functions.set(name, null);
    const found = findFunction(program, name);
    const made = found === null ? null : openFunction(found);
    functions.set(name, made);
    return made;
  };

  const openFunction = (found: Func): OpenFunction | null => {
    if (found.body.body.some((i) => regionsOf(i).some((inner) => some(inner, asksForNoise)))) return null;
    let next = maximalId(found.body) + 1;
    const kinds: NoiseKind[] = [];
    const added: Value[] = [];
    const asked = (more: readonly NoiseKind[]): readonly ValueId[] => {
      const values = more.map((): Value => ({ id: next++, type: real }));
      kinds.push(...more);
      added.push(...values);
      return values.map((value) => value.id);
    };
    const body: Instruction[] = [];
    const given = new Map<ValueId, ValueId>();
    for (const i of found.body.body) {
      if (i.kind === 'noise') {
        const [id = -1] = asked([i.noise]);
        given.set(i.result.id, id);
      } else if (i.kind === 'draw') {
        const inner = family(i.family, i.shared);
        if (inner === null) return null;
        body.push({ ...i, family: inner.key, params: [...i.params, ...asked(inner.kinds)] });
      } else if (i.kind === 'call' && drawsIn(i)) {
        const inner = func(i.callee);
        if (inner === null) return null;
        program = { ...program, functions: { ...program.functions, [inner.func.name]: inner.func } };
        body.push({ ...i, callee: inner.func.name, args: [...i.args, ...asked(inner.kinds)] });
      } else body.push(i);
    }
    const region: Region = { ...found.body, args: [...found.body.args, ...added], body };
    const name = found.name + suffix;
    return { func: { ...found, name, body: substitute(region, given) }, kinds };
  };

  const drawsIn = (i: InstructionOf<'call'>): boolean => findFunction(program, i.callee)?.draws ?? true;
  const asksForNoise = (i: Instruction): boolean =>
    i.kind === 'noise' || i.kind === 'draw' || (i.kind === 'call' && drawsIn(i));

  return {
    draw,
    finish: (main) => ({ ...program, functions: { ...program.functions, [main.name]: main } }),
  };
}

/** The constants of `main`. */
function constantsOf(program: Program): ReadonlyMap<ValueId, InstructionOf<'const'>> {
  const found = new Map<ValueId, InstructionOf<'const'>>();
  for (const i of findFunction(program, mainName)?.body.body ?? []) if (i.kind === 'const') found.set(i.result.id, i);
  return found;
}

/** Unrolling gives constants, which may give loops with constant bounds. */
const rounds = 3;

/** A sampler at constant parameters, computed and unrolled as far as that goes; it takes the same parameters still. */
function specialised(
  program: Program,
  sampler: Func,
  constants: readonly (InstructionOf<'const'> | null)[],
  name: string,
  inlines: boolean,
): Func {
  let next = maximalId(sampler.body) + 1;
  const by = new Map<ValueId, ValueId>();
  const known: Instruction[] = [];
  constants.forEach((constant, k) => {
    const parameter = sampler.body.args[k + 1];
    if (constant === null || parameter === undefined) return;
    const id = next++;
    by.set(parameter.id, id);
    known.push({ ...constant, result: { ...constant.result, id } });
  });
  const body = substitute(sampler.body, by);
  const special: Func = { ...sampler, name, body: { ...body, body: [...known, ...body.body] } };
  const evaluator = createEvaluator();
  const whole = { ...program, functions: { ...program.functions, [name]: special } };
  const folded = fold(whole, name, { evaluator, mainOnly: !inlines });
  let current = inlines ? inline(folded, name) : folded;
  for (let round = 0; round < rounds; round++) {
    const unrolled = unroll(current, name);
    if (unrolled === current) break;
    current = fold(unrolled, name, { evaluator, mainOnly: true });
  }
  return findFunction(current, name) ?? special;
}

/** A family that can draw alone. */
const without = (family: Family): Family => ({
  ...family,
  mechanism: null,
  abduct: null,
  logpdf: null,
  cdf: null,
  quantile: null,
  survival: null,
  logcdf: null,
  support: null,
  mean: null,
  variance: null,
});

/** The function with further parameters that it does not read. */
function withMore(func: Func, count: number, name: string): Func {
  const next = maximalId(func.body) + 1;
  const added = Array.from({ length: count }, (_, k): Value => ({ id: next + k, type: real }));
  return { ...func, name, body: { ...func.body, args: [...func.body.args, ...added] } };
}
