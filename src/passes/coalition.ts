import type { Func, Instruction, ModelInfo, Program, Region, Value, ValueId } from '../ir/ir.js';
import { weighs } from '../ir/program.js';
import { inlineRegion, mapRegions, maximalId, rewrite, some } from '../ir/walk.js';
import { inline } from './inline.js';
import { strip } from './strip.js';
import { withoutScores } from './variants.js';

/** What a node is called in the world of a coalition, and in the world that it is compared with; no text can spell it. */
export const coalitionName = (node: string): string => `coalition ${node}`;
export const baselineName = (node: string): string => `baseline ${node}`;

/** A model with further worlds in it, or why it cannot have them. */
type WithCoalition =
  | { readonly ok: true; readonly program: Program; readonly model: ModelInfo }
  | { readonly ok: false; readonly reason: string };

/**
 * Adds to a model a world in which the draws of some sites have the noise of the world seen, and all others the noise of another unit: a copy of the
 * whole model, without scores, whose nodes are nodes of their own. With `baseline` the other unit is a copy too, so that evidence can speak of it.
 *
 * The joint distribution of all that was there stays, since nothing of it reads what is added.
 *
 * @param sites the draws that keep their noise
 * @param site of the address below which the noise of the other unit lies
 */
export function withCoalition(
  program: Program,
  model: ModelInfo,
  sites: ReadonlySet<number>,
  site: number,
  baseline: boolean,
): WithCoalition {
  const inlined = inline(program, model.function);
  const func = inlined.functions[model.function];
  const [root] = func?.body.args ?? [];
  if (func === undefined || root === undefined) throw new Error('coalition: the model is missing');
  if (some(func.body, (i) => i.kind === 'call' && inlined.functions[i.callee]?.draws === true))
    return { ok: false, reason: 'a function that calls itself draws, and its draws have no owner' };
  let next = maximalId(func.body) + 1;
  const fresh = (type: Value['type']): Value => ({ id: next++, type });
  const other = fresh({ kind: 'address' });
  const bare = strip({ ...inlined, functions: { [func.name]: func } }).functions[func.name] ?? func;
  const silent: Region = { ...bare.body, body: bare.body.body.filter((i) => !weighs(i)).map(withoutScores) };

  const below: Instruction = { kind: 'address', at: -1, result: other, parent: root.id, site, index: null };
  const whole = (region: Region, args: readonly ValueId[]) => inlineRegion(region, args, fresh);
  const added: Instruction[] = [below];
  const yields: ValueId[] = [];
  const nodes: ModelInfo['nodes'][number][] = [];
  const copy = (region: Region, args: readonly ValueId[], named: (node: string) => string): void => {
    const made = whole(region, args);
    // Evidence speaks of places that name a node.
    const held = model.nodes.map((node, k) => {
      const value = made.yields[k] ?? -1;
      nodes.push({ ...node, name: named(node.name), operator: ':=' });
      return value;
    });
    added.push(...made.instructions);
    yields.push(...held);
  };
  if (baseline)
    copy(
      withNodes(func.body, (i) => ({ ...i, shared: true })),
      [other.id],
      baselineName,
    );
  const mixed = mixedRegion(silent, sites, baseline, fresh);
  copy(mixed, [root.id, other.id], coalitionName);

  const kept = rewrite(func.body, (i) => (i.kind === 'draw' && sites.has(i.site) ? { ...i, shared: true } : i));
  const changed: Func = {
    ...func,
    body: { ...kept, body: [...kept.body, ...added], yields: [...kept.yields, ...yields] },
    results: [...func.results, ...nodes.map((node) => node.type)],
  };
  const functions = { ...inlined.functions, [func.name]: changed };
  return { ok: true, program: { ...inlined, functions }, model: { ...model, nodes: [...model.nodes, ...nodes] } };
}

type Draw = Extract<Instruction, { readonly kind: 'draw' }>;

/** The region without scores, its nodes under the names of the baseline, and its draws changed. */
function withNodes(region: Region, change: (draw: Draw) => Draw): Region {
  const silent: Region = { ...region, body: region.body.filter((i) => !weighs(i)).map(withoutScores) };
  return rewrite(silent, (i) => {
    if (i.kind === 'node') return { ...i, name: baselineName(i.name) };
    return i.kind === 'draw' ? change(i) : i;
  });
}

/** The region with every address twice, of this unit and of the other one; draws of the sites take the first, others the second. */
function mixedRegion(
  region: Region,
  sites: ReadonlySet<number>,
  baseline: boolean,
  fresh: (type: Value['type']) => Value,
): Region {
  const [root] = region.args;
  const other = fresh({ kind: 'address' });
  const twins = new Map<ValueId, ValueId>(root === undefined ? [] : [[root.id, other.id]]);
  const inside = (inner: Region): Region => ({ ...inner, body: inner.body.flatMap(one) });
  const one = (i: Instruction): readonly Instruction[] => {
    if (i.kind === 'address') {
      const twin = fresh(i.result.type);
      twins.set(i.result.id, twin.id);
      return [i, { ...i, result: twin, parent: twins.get(i.parent) ?? i.parent }];
    }
    if (i.kind === 'draw') {
      if (sites.has(i.site)) return [{ ...i, shared: true, copy: true }];
      return [{ ...i, address: twins.get(i.address) ?? i.address, shared: baseline, copy: baseline }];
    }
    return [mapRegions(i, inside)];
  };
  const mixed = inside(region);
  return { ...mixed, args: [...region.args, other] };
}
