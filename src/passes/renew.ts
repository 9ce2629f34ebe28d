import type { Func, Instruction, ModelInfo, Program, Region, Value, ValueId } from '../ir/ir.js';
import { resultsOf } from '../ir/ir.js';
import { weighs } from '../ir/program.js';
import { cloneInstruction, mapRegions, maximalId, regionsOf, rewrite, some, substituteIn, usesOf } from '../ir/walk.js';
import { renewedName } from '../lower/question.js';
import { inline } from './inline.js';
import { elementOf } from './surgery.js';
import { drawingFunctions, withoutScores } from './variants.js';

/**
 * Adds to a model a second draw of some of its nodes, as nodes of its own: everything that such a node is computed from is done again on
 * fresh noise, up to other nodes, which keep the values that they have. Of several of them one may be computed from another; then it is
 * computed from the new one. Scores, conditions and evidence speak of the first draws only, and so do interventions.
 *
 * The joint distribution of all other values stays, since nothing that was there reads what is added: their noise has other addresses.
 *
 * @param site of the address below which the new noise lies
 */
export function renew(
  program: Program,
  model: ModelInfo,
  names: ReadonlySet<string>,
  site: number,
): { readonly program: Program; readonly model: ModelInfo } {
  const inlined = inline(program, model.function);
  const func = inlined.functions[model.function];
  const [root] = func?.body.args ?? [];
  if (func === undefined || root === undefined) throw new Error('renew: the model is missing');
  let next = maximalId(func.body) + 1;
  const fresh = (type: Value['type']): Value => ({ id: next++, type });
  const { body, yields } = func.body;

  const whole = new Map(model.nodes.map((node, i) => [node.name, yields[i] ?? -1]));
  const wanted = model.nodes.filter((node) => names.has(node.name));
  const needed = instructionsBehind(
    body,
    wanted.map((node) => whole.get(node.name) ?? -1),
    (i) => i.kind === 'node' && !names.has(i.name),
  );
  const silenced = silentFunctions(inlined, needed);
  const below = fresh({ kind: 'address' });
  const numbers = new Map<ValueId, ValueId>([[root.id, below.id]]);
  const added: Instruction[] = [{ kind: 'address', at: -1, result: below, parent: root.id, site, index: null }];
  for (const instruction of needed) {
    if (![...usesOf(instruction)].some((id) => numbers.has(id))) continue;
    const held = withoutNodes(instruction, (node) => (names.has(node) ? null : (whole.get(node) ?? null)), fresh);
    if (instruction.kind === 'node') {
      numbers.set(instruction.result.id, numbers.get(instruction.value) ?? instruction.value);
      continue;
    }
    added.push(cloneInstruction(silenced.change(withoutScores(held)), fresh, numbers));
  }
  const nodes = wanted.map((node) => ({ ...node, name: renewedName(node.name), operator: ':=' as const }));
  const more = wanted.map((node) => {
    const id = whole.get(node.name) ?? -1;
    return numbers.get(id) ?? id;
  });
  const changed: Func = {
    ...func,
    body: { ...func.body, body: [...body, ...added], yields: [...yields, ...more] },
    results: [...func.results, ...nodes.map((node) => node.type)],
  };
  const functions = { ...inlined.functions, ...silenced.functions, [model.function]: changed };
  const renewed: ModelInfo = { ...model, nodes: [...model.nodes, ...nodes] };
  return { program: { ...inlined, functions }, model: renewed };
}

/** The instructions that some values are computed from, in order, back to those where `stops`. */
function instructionsBehind(
  body: readonly Instruction[],
  values: readonly ValueId[],
  stops: (instruction: Instruction) => boolean,
): readonly Instruction[] {
  const needed = new Set(values);
  const found: Instruction[] = [];
  for (const instruction of body.toReversed()) {
    if (stops(instruction) || !resultsOf(instruction).some(({ id }) => needed.has(id))) continue;
    found.push(instruction);
    for (const id of usesOf(instruction)) needed.add(id);
  }
  return found.reverse();
}

/**
 * The instruction without the nodes inside its regions: a node that is held has the value, or the member, that `heldAs` names; any other
 * the value it was made of.
 */
function withoutNodes(
  instruction: Instruction,
  heldAs: (node: string) => ValueId | null,
  fresh: (type: Value['type']) => Value,
): Instruction {
  const inner = (region: Region): boolean => some(region, (i) => i.kind === 'node');
  if (!regionsOf(instruction).some(inner)) return instruction;
  const by = new Map<ValueId, ValueId>();
  const replaced = mapRegions(instruction, (region) =>
    rewrite(region, (i) => {
      if (i.kind !== 'node') return i;
      const held = heldAs(i.name);
      if (held === null) {
        by.set(i.result.id, i.value);
        return [];
      }
      const member = elementOf(held, i.indices, i.result.type, fresh, i.at);
      by.set(i.result.id, member.value);
      return member.body;
    }),
  );
  return substituteIn(replaced, ends(by));
}

/** Where chains of names end. */
function ends(by: ReadonlyMap<ValueId, ValueId>): ReadonlyMap<ValueId, ValueId> {
  const found = new Map<ValueId, ValueId>();
  for (const from of by.keys()) {
    let to = from;
    for (let next = by.get(to); next !== undefined; next = by.get(to)) to = next;
    found.set(from, to);
  }
  return found;
}

const suffix = ' unscored';

/** Functions that draw and score, and are called where nothing is to be scored, get a second form without scores. */
function silentFunctions(
  program: Program,
  instructions: readonly Instruction[],
): { readonly functions: Program['functions']; readonly change: (instruction: Instruction) => Instruction } {
  const called: string[] = [];
  some({ args: [], body: instructions, yields: [] }, (i) => {
    if (i.kind === 'call' && program.functions[i.callee]?.scores === true) called.push(i.callee);
    return false;
  });
  const names = drawingFunctions(program, called);
  const renamed = (i: Instruction): Instruction =>
    i.kind === 'call' && names.has(i.callee) ? { ...i, callee: i.callee + suffix } : i;
  const change = (instruction: Instruction): Instruction =>
    renamed(mapRegions(instruction, (region) => rewrite(region, renamed)));
  const functions: Record<string, Func> = {};
  for (const name of names) {
    const func = program.functions[name];
    if (func === undefined) continue;
    const body = func.body.body.filter((i) => !weighs(i)).map((i) => change(withoutScores(i)));
    functions[name + suffix] = { ...func, name: name + suffix, body: { ...func.body, body }, scores: false };
  }
  return { functions, change };
}
