/**
 * Where particles of a program are weighed and resampled. What scores add up between two pauses is one weight, so a pause is worth its
 * while only where something is drawn after it. It must be a place that every run comes to equally often: then all particles stand
 * there together, and noise that is drawn behind it was not looked at before it.
 */
import type { NoiseLayout } from '../../ir/engine.js';
import type { Func, Instruction, InstructionOf, PlaceId, Program, Region, ValueId } from '../../ir/ir.js';
import { findFunction, weighs, withFunctions } from '../../ir/program.js';
import { regionsOf, some } from '../../ir/walk.js';
import { recursiveFunctions } from '../../passes/call_graph.js';
import { randomValues } from '../../passes/randomness.js';

/** A program whose `resample` instructions are the places where its particles pause. */
type Paused = {
  readonly program: Program;
  /** Whether there is such a place. */
  readonly pauses: boolean;
  /** Whether the user's own `resample` statements are the places. */
  readonly asked: boolean;
  /** Whether some score is not reached by every run equally often, so that it counts into the next pause. */
  readonly unaligned: boolean;
};

/** What is known of a function from all places that call it. */
type Context = { aligned: boolean; readonly random: Set<ValueId> };

/** Whether anything can happen in an instruction, in its regions or in what it calls. */
type Facts = { readonly draws: (i: Instruction) => boolean; readonly weighs: (i: Instruction) => boolean };

/** What was found of programs before: a plan that is run again has the same program. */
const found = new WeakMap<Program, Map<string, Paused>>();

/**
 * Marks the places. Where the program has `resample` statements they are its places: in the layout of streams by particle all of them,
 * in the others those alone that every run comes to equally often. Else they follow scores, conditions and factors.
 */
export function withPauses(program: Program, main: string, layout: NoiseLayout): Paused {
  const known = found.get(program) ?? new Map<string, Paused>();
  found.set(program, known);
  const name = `${layout} ${main}`;
  const paused = known.get(name) ?? marked(program, main, layout);
  known.set(name, paused);
  return paused;
}

function marked(program: Program, main: string, layout: NoiseLayout): Paused {
  const facts = factsOf(program);
  const contexts = contextsOf(program, main);
  const asked = [...contexts.keys()].some((name) => has(program, name, (i) => i.kind === 'resample'));
  const unaligned = [...contexts].some(([name, context]) => hasUnaligned(program, name, context, facts));
  const marking: Marking = { program, facts, contexts, known: new Map(), made: new Map(), random: new Set() };
  if (!asked) markFunction(marking, main);
  else if (layout !== 'particle') for (const [name, context] of contexts) keepAligned(marking, name, context);
  const changed = withFunctions(program, [...marking.made.values()]);
  const pauses = [...contexts.keys()].some((name) => has(changed, name, (i) => i.kind === 'resample'));
  return { program: changed, pauses, asked, unaligned };
}

function has(program: Program, name: string, test: (i: Instruction) => boolean): boolean {
  const func = findFunction(program, name);
  return func !== null && some(func.body, test);
}

const scores = (i: Instruction): boolean => weighs(i) && i.kind !== 'resample';

function factsOf(program: Program): Facts {
  const within = (i: Instruction, test: (inner: Instruction) => boolean): boolean =>
    test(i) || regionsOf(i).some((r) => some(r, test));
  return {
    draws: (i) =>
      within(
        i,
        (inner) =>
          inner.kind === 'draw' ||
          inner.kind === 'noise' ||
          inner.kind === 'extern' ||
          (inner.kind === 'call' && (findFunction(program, inner.callee)?.draws ?? true)),
      ),
    weighs: (i) =>
      within(
        i,
        (inner) => scores(inner) || (inner.kind === 'call' && (findFunction(program, inner.callee)?.scores ?? true)),
      ),
  };
}

/** Whether every particle runs the region of a branch or loop equally often, given that it comes to the instruction so. */
function isAligned(i: Instruction, random: ReadonlySet<ValueId>): boolean {
  switch (i.kind) {
    case 'if':
      return !random.has(i.condition);
    case 'for':
      return !random.has(i.low) && !random.has(i.high);
    case 'while':
      return !i.condition.yields.some((id) => random.has(id));
    default:
      return true;
  }
}

/** Functions that weigh, from `main` on: whether all ways to them are aligned, and which arguments may be random. */
function contextsOf(program: Program, main: string): ReadonlyMap<string, Context> {
  const recursive = recursiveFunctions(program);
  const contexts = new Map<string, Context>([[main, { aligned: true, random: new Set() }]]);
  const open = [main];
  const visitCall = (i: InstructionOf<'call'>, aligned: boolean, random: ReadonlySet<ValueId>): void => {
    const callee = findFunction(program, i.callee);
    if (callee === null || !callee.scores) return;
    const known = contexts.get(i.callee);
    const context = known ?? { aligned: true, random: new Set<ValueId>() };
    const before = context.random.size + (context.aligned ? 0 : 1);
    context.aligned &&= aligned && !recursive.has(i.callee);
    callee.body.args.forEach((arg, k) => {
      if (random.has(i.args[k] ?? -1)) context.random.add(arg.id);
    });
    contexts.set(i.callee, context);
    if (known === undefined || context.random.size + (context.aligned ? 0 : 1) !== before) open.push(i.callee);
  };
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const func = findFunction(program, name);
    const context = contexts.get(name);
    if (func === null || context === undefined) continue;
    const random = randomValues(program, func.body, context.random);
    const see = (region: Region, aligned: boolean): void => {
      for (const i of region.body) {
        if (i.kind === 'call') visitCall(i, aligned, random);
        for (const inner of regionsOf(i)) see(inner, aligned && isAligned(i, random));
      }
    };
    see(func.body, context.aligned);
  }
  return contexts;
}

/** Whether some score of the function stands where not every run comes equally often. */
function hasUnaligned(program: Program, name: string, context: Context, facts: Facts): boolean {
  const func = findFunction(program, name);
  if (func === null) return false;
  if (!context.aligned) return some(func.body, scores);
  const random = randomValues(program, func.body, context.random);
  const see = (region: Region): boolean =>
    region.body.some((i) => (isAligned(i, random) ? regionsOf(i).some(see) : facts.weighs(i)));
  return see(func.body);
}

type Marking = {
  readonly program: Program;
  readonly facts: Facts;
  readonly contexts: ReadonlyMap<string, Context>;
  /** Functions that were marked: the place of the last score that nothing drawn follows; null where there is none. */
  readonly known: Map<string, PlaceId | null>;
  readonly made: Map<string, Func>;
  random: ReadonlySet<ValueId>;
};

/** Marks a function that is aligned. Gives the place of a score that no pause follows in it. */
function markFunction(m: Marking, name: string): PlaceId | null {
  const known = m.known.get(name);
  if (known !== undefined) return known;
  const func = findFunction(m.program, name);
  const context = m.contexts.get(name);
  if (func === null || context === undefined) return null;
  const outer = m.random;
  m.random = randomValues(m.program, func.body, context.random);
  const { region, pending } = markRegion(m, func.body, null);
  m.random = outer;
  m.known.set(name, pending);
  m.made.set(name, { ...func, body: region });
  return pending;
}

type Marked<T> = { readonly pending: PlaceId | null } & T;

/** @param before the place of a score before the region that no pause followed; null where there is none */
function markRegion(m: Marking, region: Region, before: PlaceId | null): Marked<{ readonly region: Region }> {
  const body: Instruction[] = [];
  let pending = before;
  for (const i of region.body) {
    const draws = m.facts.draws(i);
    const weighed = m.facts.weighs(i);
    if (draws && weighed && regionsOf(i).length > 0 && isAligned(i, m.random)) {
      const marked = markInside(m, i, pending);
      body.push(marked.instruction);
      pending = marked.pending;
      continue;
    }
    if (draws && pending !== null) {
      body.push({ kind: 'resample', at: pending });
      pending = null;
    }
    body.push(i);
    if (!weighed) continue;
    const callee = i.kind === 'call' && m.contexts.get(i.callee)?.aligned === true ? i.callee : null;
    pending = callee !== null && draws ? markFunction(m, callee) : i.at;
  }
  return { region: { ...region, body }, pending };
}

/** Marks the regions of a branch or loop that every particle runs equally often. */
function markInside(m: Marking, i: Instruction, before: PlaceId | null): Marked<{ readonly instruction: Instruction }> {
  switch (i.kind) {
    case 'if': {
      const then = markRegion(m, i.then, before);
      const otherwise = markRegion(m, i.otherwise, before);
      const instruction = { ...i, then: then.region, otherwise: otherwise.region };
      return { instruction, pending: then.pending ?? otherwise.pending };
    }
    case 'for': {
      const body = markBody(m, i.body, before);
      return { instruction: { ...i, body: body.region }, pending: body.pending };
    }
    case 'while': {
      const body = markBody(m, i.body, before);
      return { instruction: { ...i, body: body.region }, pending: body.pending };
    }
    default:
      throw new Error('smc: no regions to mark');
  }
}

/** The body of a loop: what is pending at its end is so at its start. */
function markBody(m: Marking, region: Region, before: PlaceId | null): Marked<{ readonly region: Region }> {
  const end = markRegion(m, region, before).pending;
  const body = markRegion(m, region, end ?? before);
  return { ...body, pending: body.pending ?? before };
}

/** Keeps the `resample` statements that every run comes to equally often. */
function keepAligned(m: Marking, name: string, context: Context): void {
  const func = findFunction(m.program, name);
  if (func === null) return;
  const random = randomValues(m.program, func.body, context.random);
  const see = (region: Region, aligned: boolean): Region => ({
    ...region,
    body: region.body.flatMap((i): readonly Instruction[] => {
      if (i.kind === 'resample') return aligned ? [i] : [];
      const inside = aligned && isAligned(i, random);
      switch (i.kind) {
        case 'if':
          return [{ ...i, then: see(i.then, inside), otherwise: see(i.otherwise, inside) }];
        case 'for':
          return [{ ...i, body: see(i.body, inside) }];
        case 'while':
          return [{ ...i, condition: see(i.condition, inside), body: see(i.body, inside) }];
        default:
          return [i];
      }
    }),
  });
  m.made.set(name, { ...func, body: see(func.body, context.aligned) });
}
