import type { Instruction, IrType, Program, Value, ValueId } from '../ir/ir.js';
import { weighs } from '../ir/program.js';
import {
  cloneInstruction,
  eachUseOf,
  inlineRegion,
  mapRegions,
  maximalId,
  regionsOf,
  rewrite,
  some,
  visit,
} from '../ir/walk.js';
import type { Situation, WorldSpec } from '../lower/situation.js';
import { inline } from './inline.js';
import { order } from './order.js';
import { resolveReads } from './reads.js';
import { operate, prepare, type Surgery } from './surgery.js';
import { drawingFunctions, variantsOf, withoutScores } from './variants.js';

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
 * seen and are left out of copies. Functions are inlined first, so that evidence and copies reach into them.
 */
export function layOut(question: Situation): Worlds {
  const program = inline(question.program, question.model.function);
  const model = program.functions[question.model.function];
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
  const isFamily = (node: string): boolean => question.model.nodes.some((n) => n.name === node && n.rank > 0);
  const surgeryOf = (world: number): Surgery =>
    prepare(question.worlds[world]?.interventions ?? [], world, isFamily, root.id, fresh);
  const surgery = surgeryOf(0);
  const seenNodes = new Map(names.map((name, i) => [name, base.yields[i] ?? -1]));
  const seen = withOwnReads([...surgery.prelude, ...operate(base.instructions, surgery)], 0, seenNodes);
  const members: (readonly Instruction[])[] = [seen];
  const nodes: ReadonlyMap<string, ValueId>[] = [seenNodes];
  const copies: (readonly Instruction[])[] = [];
  const sharedSites = new Set<number>();
  const shared = new Set<string>();

  for (const [number, world] of question.worlds.entries()) {
    if (number === 0) continue;
    const parent = world.parent ?? 0;
    const branch = branchOff(members[parent] ?? seen, surgeryOf(number), fresh);
    visit({ args: [], body: branch.cloned, yields: [] }, (i) => {
      if (i.kind === 'draw') sharedSites.add(i.site);
      if (i.kind === 'call' && program.functions[i.callee]?.draws === true) shared.add(i.callee);
    });
    const own = new Map([...(nodes[parent] ?? [])].map(([name, id]) => [name, branch.values.get(id) ?? id]));
    const whole = withOwnReads(branch.members, number, own);
    const shares = new Set<Instruction>(members[parent] ?? seen);
    copies.push(whole.filter((i) => !shares.has(i)));
    members.push(whole);
    nodes.push(own);
  }

  const variants = functionVariants(program, shared);
  for (const site of variants.sites) sharedSites.add(site);
  const origins = drawnByInterventions(question.worlds);
  const mark =
    (world: number) =>
    (instruction: Instruction): Instruction => {
      const copy = world > 0;
      if (instruction.kind === 'draw' && sharedSites.has(instruction.site))
        return { ...instruction, shared: true, copy: copy && origins.get(instruction.site) !== world };
      if (instruction.kind === 'call' && variants.names.has(instruction.callee))
        return { ...instruction, callee: instruction.callee + (copy ? copySuffix : sharedSuffix) };
      return instruction;
    };
  const original = new Map<Instruction, Instruction>();
  const marks = [seen, ...copies].map((_, world) => mark(world));
  const marked = (instruction: Instruction, world: number): Instruction => {
    const known = original.get(instruction);
    if (known !== undefined) return known;
    const change = marks[world]!;
    const made = change(mapRegions(instruction, (inner) => rewrite(inner, change)));
    original.set(instruction, made);
    return made;
  };
  const instructions = [seen, ...copies].flatMap((list, world) => list.map((i) => marked(i, world)));
  return {
    program: variants.program,
    root,
    instructions,
    members: members.map((list) => list.map((i) => original.get(i) ?? i)),
    nodes,
    sharedSites,
    fresh,
  };
}

/** The world in which a draw first stands that is no part of the model, but of an intervention; by site. */
function drawnByInterventions(worlds: readonly WorldSpec[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const [world, { interventions }] of worlds.entries())
    for (const { value } of interventions)
      visit(value, (i) => {
        if (i.kind === 'draw') found.set(i.site, world);
      });
  return found;
}

/** What interventions read of their own world, put in its place: worlds that branch off from this one then have their own. */
function withOwnReads(
  instructions: readonly Instruction[],
  world: number,
  nodes: ReadonlyMap<string, ValueId>,
): readonly Instruction[] {
  const resolved = resolveReads(instructions, (read) => (read.world === world ? nodes.get(read.node) : undefined));
  return resolved.by.size === 0 ? instructions : (order(resolved.instructions) ?? resolved.instructions);
}

type Branch = {
  /** What the world does not share with its parent, before surgery. */
  readonly cloned: readonly Instruction[];
  readonly members: readonly Instruction[];
  /** New values in place of the parent's. */
  readonly values: ReadonlyMap<ValueId, ValueId>;
};

/** A world that differs from its parent by some interventions. */
function branchOff(parent: readonly Instruction[], surgery: Surgery, fresh: (type: IrType) => Value): Branch {
  const values = new Map<ValueId, ValueId>();
  const acted = new Set(surgery.interventions.map((i) => i.node));
  const cloned: Instruction[] = [];
  const members: Instruction[] = [...surgery.prelude];
  for (const instruction of parent) {
    if (weighs(instruction)) continue;
    const named = namesNode(instruction, acted);
    if (!named && !usesSome(instruction, values)) {
      members.push(instruction);
      continue;
    }
    const copy = cloneInstruction(withoutScores(instruction), fresh, values);
    cloned.push(copy);
    if (named) members.push(...operate([copy], surgery));
    else members.push(copy);
  }
  return { cloned, members, values };
}

function namesNode(instruction: Instruction, names: ReadonlySet<string>): boolean {
  const named = (i: Instruction): boolean => i.kind === 'node' && names.has(i.name);
  return named(instruction) || regionsOf(instruction).some((region) => some(region, named));
}

/** Whether the instruction uses a value that has a new one in the world. */
function usesSome(instruction: Instruction, values: ReadonlyMap<ValueId, ValueId>): boolean {
  let found = false;
  eachUseOf(instruction, (id) => {
    if (values.has(id)) found = true;
  });
  return found;
}

const sharedSuffix = ' shared';
const copySuffix = ' copy';

/**
 * Functions that draw and are called in several worlds get two more forms: one that draws by mechanism, for the world seen, and one
 * that also leaves scores out, for the others.
 */
function functionVariants(
  program: Program,
  called: ReadonlySet<string>,
): { readonly program: Program; readonly names: ReadonlySet<string>; readonly sites: ReadonlySet<number> } {
  const names = drawingFunctions(program, called);
  const sites = new Set<number>();
  for (const name of names) {
    visit(program.functions[name]!.body, (i) => {
      if (i.kind === 'draw') sites.add(i.site);
    });
  }
  const functions = {
    ...program.functions,
    ...variantsOf(program, names, { suffix: sharedSuffix, copy: false, silent: false }),
    ...variantsOf(program, names, { suffix: copySuffix, copy: true, silent: true }),
  };
  return { program: { ...program, functions }, names, sites };
}

const evidenceMaximum = (evidence: Situation['evidence'][number]): number =>
  evidence.kind === 'equal'
    ? Math.max(maximalId(evidence.value), maximalId(evidence.indices))
    : maximalId(evidence.value);

const worldMaxima = (worlds: readonly WorldSpec[]): readonly number[] =>
  worlds.flatMap((w) => w.interventions.flatMap((i) => [maximalId(i.value), maximalId(i.indices)]));
