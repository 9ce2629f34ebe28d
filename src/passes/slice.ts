import type { Func, Instruction, Program, Region, ValueId } from '../ir/ir.js';
import { findFunction, withFlags } from '../ir/program.js';
import { rewrite, some, visit } from '../ir/walk.js';
import { mapFunctions, withBody } from './bind.js';
import { type Reach, reachFrom } from './call_graph.js';
import { findLive, type Live } from './liveness.js';

/** `removed`: names of nodes of which nothing is left, in textual order. */
type Sliced = { readonly program: Program; readonly removed: readonly string[] };

/** How far to go. */
type SliceOptions = {
  /** Leave the functions of families alone: they are sliced already. */
  readonly mainOnly?: boolean;
};

/**
 * Leaves out what `main` has no need of: instructions, loop variables and branch results that neither its results nor an effect (score,
 * condition, factor, approximate, resample, check) depend on, then functions, families, models and sites that nothing uses any more. The
 * joint distribution of results and weights stays: a draw that nothing depends on integrates to one. With addressed and column
 * noise all other draws keep their values to the bit; with noise by particle their values change, but not their distribution. A loop
 * without effects goes even if it might never end, and a fault in an unused operation is no effect.
 *
 * Below a draw every request for noise stays, as a draw's noise may be given as a list. A draw of another world whose factual partner is left
 * out has no partner to be aligned with any more and is from then on an ordinary draw.
 */
export function slice(program: Program, main: string, options: SliceOptions = {}): Sliced {
  const reach = reachFrom(program, main);
  const removedSites = new Set<number>();
  const functions: Record<string, Func> = {};
  let changed = false;
  for (const name of reach.functions) {
    const func = findFunction(program, name);
    if (func === null) continue;
    const isOfFamily = reach.ofFamilies.has(name);
    const skipped = isOfFamily && options.mainOnly === true;
    const body = skipped ? func.body : sliceRegion(func.body, findLive(func, program, isOfFamily), removedSites);
    if (body !== func.body) changed = true;
    functions[name] = withBody(func, body);
  }
  const sliced = changed ? { ...program, functions } : program;
  const reachAfter = changed ? reachFrom(sliced, main) : reach;
  const pruned = keepReached(sliced, reachAfter);
  if (!changed) return { program: pruned, removed: [] };
  const aligned = removedSites.size === 0 ? pruned : withoutLonelyCopies(pruned, removedSites);
  return { program: withFlags(aligned), removed: removedNodes(program, reach, aligned, reachAfter) };
}

function sliceRegion(region: Region, live: Live, removedSites: Set<number>): Region {
  let changed = false;
  const body: Instruction[] = [];
  const inner = (r: Region): Region => sliceRegion(r, live, removedSites);
  for (const instruction of region.body) {
    if (!live.isNeeded(instruction)) {
      changed = true;
      noteDraws(instruction, removedSites);
      continue;
    }
    const next = sliceParts(instruction, live, inner);
    if (next !== instruction) changed = true;
    body.push(next);
  }
  return changed ? { ...region, body } : region;
}

function noteDraws(instruction: Instruction, sites: Set<number>): void {
  visit({ args: [], body: [instruction], yields: [] }, (inner) => {
    if (inner.kind === 'draw' && !inner.copy) sites.add(inner.site);
  });
}

const keepAt = <T>(items: readonly T[], kept: readonly boolean[]): readonly T[] =>
  kept.every((k) => k) ? items : items.filter((_, i) => kept[i]);

/** An instruction that stays, with its unused results and loop variables left out. */
function sliceParts(i: Instruction, live: Live, inner: (region: Region) => Region): Instruction {
  switch (i.kind) {
    case 'if': {
      const kept = i.results.map((r) => live.isUsed(r.id));
      const branch = (region: Region): Region => withYields(inner(region), keepAt(region.yields, kept));
      const results = keepAt(i.results, kept);
      const then = branch(i.then);
      const otherwise = branch(i.otherwise);
      const same = results === i.results && then === i.then && otherwise === i.otherwise;
      return same ? i : { ...i, results, then, otherwise };
    }
    case 'for': {
      const kept = i.results.map((_, k) => live.isCarried(i, k));
      const body = carriedRegion(inner(i.body), kept, 1, true);
      if (body === i.body) return i;
      return { ...i, results: keepAt(i.results, kept), inits: keepAt(i.inits, kept), body };
    }
    case 'while': {
      const kept = i.results.map((_, k) => live.isCarried(i, k));
      const condition = carriedRegion(inner(i.condition), kept, 0, false);
      const body = carriedRegion(inner(i.body), kept, 0, true);
      if (body === i.body && condition === i.condition) return i;
      return { ...i, results: keepAt(i.results, kept), inits: keepAt(i.inits, kept), condition, body };
    }
    default:
      return i;
  }
}

const withYields = (region: Region, yields: readonly ValueId[]): Region =>
  yields === region.yields ? region : { ...region, yields };

/** A region of a loop with the arguments (after `shift` others) and, if it yields them, the carried values that are kept. */
function carriedRegion(region: Region, kept: readonly boolean[], shift: number, yieldsCarried: boolean): Region {
  if (kept.every((k) => k)) return region;
  const args = [...region.args.slice(0, shift), ...keepAt(region.args.slice(shift), kept)];
  return { ...region, args, yields: yieldsCarried ? keepAt(region.yields, kept) : region.yields };
}

/** The program without functions, families, models and sites that `main` cannot reach. Nothing that can run changes. */
export const prune = (program: Program, main: string): Program => keepReached(program, reachFrom(program, main));

function keepReached(program: Program, reach: Reach): Program {
  const sites = new Set<number>();
  for (const name of reach.functions) {
    const func = findFunction(program, name);
    if (func !== null)
      visit(func.body, (i) => {
        if (i.kind === 'draw' || i.kind === 'score' || i.kind === 'address') sites.add(i.site);
      });
  }
  const only = <T>(table: Readonly<Record<string, T>>, keep: (key: string, entry: T) => boolean): Record<string, T> =>
    Object.fromEntries(Object.entries(table).filter(([key, entry]) => keep(key, entry)));
  return {
    ...program,
    functions: only(program.functions, (name) => reach.functions.has(name)),
    families: only(program.families, (key) => reach.families.has(key)),
    models: only(program.models, (_, model) => reach.functions.has(model.function)),
    sites: only(program.sites, (site) => sites.has(Number(site))),
  };
}

/** Draws of other worlds at sites where factual draws were left out become ordinary draws. */
function withoutLonelyCopies(program: Program, sites: ReadonlySet<number>): Program {
  const lonely = (i: Instruction): boolean => i.kind === 'draw' && i.copy && sites.has(i.site);
  return mapFunctions(program, (func) => {
    if (!some(func.body, lonely)) return func;
    return withBody(
      func,
      rewrite(func.body, (i) => (i.kind === 'draw' && lonely(i) ? { ...i, copy: false } : i)),
    );
  });
}

/** Names of nodes, and of draws that are nodes themselves, that are in the one program's reach and not in the other. */
function removedNodes(before: Program, reach: Reach, after: Program, reachAfter: Reach): readonly string[] {
  const left = new Set(nodeNames(after, reachAfter));
  return [...new Set(nodeNames(before, reach).filter((name) => !left.has(name)))];
}

function nodeNames(program: Program, { functions, ofFamilies }: Reach): readonly string[] {
  const names: string[] = [];
  for (const name of functions) {
    const func = findFunction(program, name);
    if (func === null || ofFamilies.has(name)) continue;
    const literals = new Set<ValueId>();
    visit(func.body, (i) => {
      if (i.kind === 'const') literals.add(i.result.id);
      // A node that was seen or set to a literal is no computation that could be left out.
      if (i.kind === 'node' && !literals.has(i.value)) names.push(i.name);
      if (i.kind !== 'draw' && i.kind !== 'score') return;
      const site = program.sites[i.site]?.name ?? '';
      // An inline draw's site is a path below the node that it stands in.
      if (site !== '' && !site.includes('/')) names.push(site);
    });
  }
  return names;
}
