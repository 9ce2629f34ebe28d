import type { Func, Instruction, IrType, Program, Region, Value, ValueId } from '../ir/ir.js';
import { resultsOf } from '../ir/ir.js';
import { isScore } from '../ir/scores.js';
import { cloneRegion, inlineRegion, mapRegions, maximalId, regionsOf, rewrite, usesOf, visit } from '../ir/walk.js';
import type { Question, WorldSpec } from '../lower/question.js';
import { operate } from './surgery.js';

/** The worlds of a question laid out one after another, before evidence: what is the same in two worlds stands once. */
export type Worlds = {
  readonly program: Program;
  /** The root address, the one argument of main. */
  readonly root: Value;
  /** Instructions of all worlds, in an order in which they can run but for reads. */
  readonly instructions: readonly Instruction[];
  /** For each world, the instructions that make it up, shared ones included. */
  readonly members: readonly (readonly Instruction[])[];
  /** For each world, the values of the model's nodes by name. */
  readonly nodes: readonly ReadonlyMap<string, ValueId>[];
  /** Sites whose noise several worlds share because the draw comes out differently in them. */
  readonly sharedSites: ReadonlySet<number>;
  readonly fresh: (type: IrType) => Value;
};

/**
 * Twin and many worlds (Balke and Pearl 1994, generalised to n): each world is a copy of the program after its surgery, on the noise of
 * the world seen. Only what an intervention can reach is copied, so the cost is linear in the number of worlds. Scores speak of the world
 * seen and are left out of copies.
 */
export function layOut(question: Question): Worlds {
  const model = question.program.functions[question.model.function];
  if (model === undefined) throw new Error('worlds: the model is missing');
  let next =
    Math.max(
      maximalId(question.outputs),
      ...question.evidence.map(evidenceMaximum),
      0,
      ...worldMaxima(question.worlds),
    ) + 1;
  const fresh = (type: IrType): Value => ({ id: next++, type });
  const root = fresh({ kind: 'address' });

  const base = inlineRegion(model.body, [root.id], fresh);
  const names = question.model.nodes.map((n) => n.name);
  const seen = operate(base.instructions, question.worlds[0]?.interventions ?? [], 0, root.id, fresh);
  const members: (readonly Instruction[])[] = [seen];
  const nodes: ReadonlyMap<string, ValueId>[] = [new Map(names.map((name, i) => [name, base.yields[i] ?? -1]))];
  const copies: Instruction[] = [];
  const sharedSites = new Set<number>();
  const shared = new Set<string>();

  for (const [number, world] of question.worlds.entries()) {
    if (number === 0) continue;
    const parent = world.parent ?? 0;
    const branch = branchOff(members[parent] ?? seen, world, number, root.id, fresh, question.program);
    for (const copy of branch.copies) {
      copies.push(copy);
      visitOne(copy, (i) => {
        if (i.kind === 'draw') sharedSites.add(i.site);
        if (i.kind === 'call' && question.program.functions[i.callee]?.draws === true) shared.add(i.callee);
      });
    }
    members.push(branch.members);
    nodes.push(new Map([...(nodes[parent] ?? [])].map(([name, id]) => [name, branch.values.get(id) ?? id])));
  }

  const variants = functionVariants(question.program, shared);
  for (const site of variants.sites) sharedSites.add(site);
  const mark =
    (copy: boolean) =>
    (instruction: Instruction): Instruction => {
      if (instruction.kind === 'draw' && sharedSites.has(instruction.site))
        return { ...instruction, shared: true, copy };
      if (instruction.kind === 'call' && variants.names.has(instruction.callee)) {
        return { ...instruction, callee: copy ? copyName(instruction.callee) : sharedName(instruction.callee) };
      }
      return instruction;
    };
  const original = new Map<Instruction, Instruction>();
  const marked = (instruction: Instruction, copy: boolean): Instruction => {
    const known = original.get(instruction);
    if (known !== undefined) return known;
    const [made] = rewrite({ args: [], body: [instruction], yields: [] }, mark(copy)).body;
    original.set(instruction, made ?? instruction);
    return made ?? instruction;
  };
  const seenMarked = seen.map((i) => marked(i, false));
  const copiesMarked = copies.map((i) => marked(i, true));
  return {
    program: variants.program,
    root,
    instructions: [...seenMarked, ...copiesMarked],
    members: members.map((list) => list.map((i) => original.get(i) ?? i)),
    nodes,
    sharedSites,
    fresh,
  };
}

type Branch = {
  readonly copies: readonly Instruction[];
  readonly members: readonly Instruction[];
  /** New values in place of the parent's. */
  readonly values: ReadonlyMap<ValueId, ValueId>;
};

/** A world that differs from its parent by some interventions. */
function branchOff(
  parent: readonly Instruction[],
  world: WorldSpec,
  number: number,
  root: ValueId,
  fresh: (type: IrType) => Value,
  program: Program,
): Branch {
  const values = new Map<ValueId, ValueId>();
  const copies: Instruction[] = [];
  const members: Instruction[] = [];
  for (const instruction of parent) {
    if (isScore(instruction)) continue;
    const touched = namesNode(instruction, world) || [...usesOf(instruction)].some((id) => values.has(id));
    if (!touched) {
      members.push(instruction);
      continue;
    }
    const clone = cloneRegion({ args: [], body: [withoutScores(instruction, program)], yields: [] }, fresh, values);
    for (const [i, made] of clone.body.entries()) {
      const from = i === 0 ? resultsOf(instruction) : [];
      for (const [position, value] of from.entries()) {
        const to = resultsOf(made)[position];
        if (to !== undefined) values.set(value.id, to.id);
      }
    }
    for (const made of operate(clone.body, world.interventions, number, root, fresh)) {
      copies.push(made);
      members.push(made);
    }
  }
  return { copies, members, values };
}

const namesNode = (instruction: Instruction, world: WorldSpec): boolean => {
  let found = false;
  visitOne(instruction, (i) => {
    if (i.kind === 'node' && world.interventions.some((v) => v.node === i.name)) found = true;
  });
  return found;
};

const visitOne = (instruction: Instruction, see: (instruction: Instruction) => void): void =>
  visit({ args: [], body: [instruction], yields: [] }, see);

/** An instruction without the scores inside its regions. */
function withoutScores(instruction: Instruction, program: Program): Instruction {
  if (regionsOf(instruction).length === 0) return instruction;
  return mapRegions(instruction, (region) => silence(region, program));
}

const silence = (region: Region, program: Program): Region => ({
  ...region,
  body: region.body.filter((i) => !isScore(i)).map((i) => withoutScores(i, program)),
});

const sharedName = (name: string): string => `${name} shared`;
const copyName = (name: string): string => `${name} copy`;

/**
 * Functions that draw and are called in several worlds get two more forms: one that draws by mechanism, for the world seen, and one
 * that also leaves scores out, for the others.
 */
function functionVariants(
  program: Program,
  called: ReadonlySet<string>,
): { readonly program: Program; readonly names: ReadonlySet<string>; readonly sites: ReadonlySet<number> } {
  const names = new Set<string>();
  const sites = new Set<number>();
  const collect = (name: string): void => {
    const func = program.functions[name];
    if (names.has(name) || func === undefined) return;
    names.add(name);
    visit(func.body, (i) => {
      if (i.kind === 'draw') sites.add(i.site);
      if (i.kind === 'call' && program.functions[i.callee]?.draws === true) collect(i.callee);
    });
  };
  for (const name of called) collect(name);
  const functions: Record<string, Func> = { ...program.functions };
  for (const name of names) {
    const func = program.functions[name];
    if (func === undefined) continue;
    const variant = (copy: boolean): Func => {
      const change = (i: Instruction): Instruction => {
        if (i.kind === 'draw') return { ...i, shared: true, copy };
        if (i.kind === 'call' && names.has(i.callee))
          return { ...i, callee: copy ? copyName(i.callee) : sharedName(i.callee) };
        return i;
      };
      const body = rewrite(copy ? silence(func.body, program) : func.body, change);
      return { ...func, name: copy ? copyName(name) : sharedName(name), body, scores: copy ? false : func.scores };
    };
    functions[sharedName(name)] = variant(false);
    functions[copyName(name)] = variant(true);
  }
  return { program: { ...program, functions }, names, sites };
}

const evidenceMaximum = (evidence: Question['evidence'][number]): number =>
  evidence.kind === 'equal'
    ? Math.max(maximalId(evidence.value), maximalId(evidence.indices))
    : maximalId(evidence.value);

const worldMaxima = (worlds: readonly WorldSpec[]): readonly number[] =>
  worlds.flatMap((w) => w.interventions.flatMap((i) => [maximalId(i.value), maximalId(i.indices)]));
