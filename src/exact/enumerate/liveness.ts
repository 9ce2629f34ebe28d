/** What of a function is still needed after each instruction, and the slots that values live in. */
import {
  type Constant,
  type Func,
  type Instruction,
  type InstructionOf,
  type IrType,
  type Program,
  type Region,
  resultsOf,
  type ValueId,
} from '../../ir/ir.js';
import { findFunction, hasEffect } from '../../ir/program.js';
import { operandsOf, typesOf, visit } from '../../ir/walk.js';

/** What is known of an instruction that is not dead. */
type Life = {
  /** Values needed after it, its results among them. */
  readonly after: ReadonlySet<ValueId>;
  /** Of a loop: which carried values are needed, and the values from outside that its regions use. */
  readonly carried: readonly boolean[];
  readonly captured: readonly ValueId[];
};

/** A function made ready for the enumeration. Addresses are not among its values: draws are told apart by where they are made. */
export type Lives = {
  /** Instructions that are not in it do nothing that matters. */
  readonly of: ReadonlyMap<Instruction, Life>;
  readonly constants: ReadonlyMap<ValueId, Constant>;
  readonly types: ReadonlyMap<ValueId, IrType>;
  readonly slots: ReadonlyMap<ValueId, number>;
  /** How many slots a state has. */
  readonly width: number;
  /** Values of which only moments are kept have a number in the series instead. */
  readonly moments: ReadonlyMap<ValueId, number>;
  /** How many numbers a series has. */
  readonly rank: number;
};

/** Finds liveness by going backwards, loops to their fixed point, and gives values that are never needed together the same slots. */
export function livesOf(program: Program, func: Func, byMoments: (id: ValueId) => boolean): Lives {
  const types = typesOf(func.body);
  const constants = new Map<ValueId, Constant>();
  visit(func.body, (i) => {
    if (i.kind === 'const') constants.set(i.result.id, i.value);
  });
  const kept = (id: ValueId): boolean => !constants.has(id) && types.get(id)?.kind !== 'address';
  const of = new Map<Instruction, Life>();

  const needOf = (results: readonly { readonly id: ValueId }[], live: ReadonlySet<ValueId>): boolean[] =>
    results.map((r) => live.has(r.id));
  const yielded = (region: Region, need: readonly boolean[]): ValueId[] =>
    region.yields.filter((id, k) => need[k] === true && kept(id));

  /** Goes backwards through a region and returns what it needs; `out` is what is needed after it beside its yields. */
  const through = (region: Region, out: ReadonlySet<ValueId>, need: readonly boolean[]): Set<ValueId> => {
    let live = new Set([...out, ...yielded(region, need)]);
    for (let k = region.body.length - 1; k >= 0; k--) live = before(region.body[k]!, live);
    return live;
  };

  const before = (i: Instruction, live: Set<ValueId>): Set<ValueId> => {
    const results = resultsOf(i);
    of.delete(i);
    if (i.kind === 'const' || i.kind === 'address' || i.kind === 'resample') return live;
    if (!results.some((r) => live.has(r.id)) && !hasEffect(i, program)) return live;
    const after = new Set(live);
    const rest = new Set(live);
    for (const r of results) rest.delete(r.id);
    if (i.kind === 'if') {
      const need = needOf(results, live);
      of.set(i, { after, carried: [], captured: [] });
      const then = through(i.then, rest, need);
      const otherwise = through(i.otherwise, rest, need);
      const joined = new Set([...then, ...otherwise]);
      if (kept(i.condition)) joined.add(i.condition);
      return joined;
    }
    if (i.kind === 'for' || i.kind === 'while') {
      const { carried, captured } = loop(i, rest, needOf(results, live));
      of.set(i, { after, carried, captured });
      for (const id of captured) rest.add(id);
      for (const [k, id] of i.inits.entries()) if (carried[k] === true && kept(id)) rest.add(id);
      if (i.kind === 'for') for (const id of [i.low, i.high]) if (kept(id)) rest.add(id);
      return rest;
    }
    of.set(i, { after, carried: [], captured: [] });
    for (const id of operandsOf(i)) if (kept(id)) rest.add(id);
    return rest;
  };

  const loop = (
    i: InstructionOf<'for' | 'while'>,
    rest: ReadonlySet<ValueId>,
    asked: boolean[],
  ): { carried: readonly boolean[]; captured: readonly ValueId[] } => {
    const carried = [...asked];
    const captured = new Set<ValueId>();
    const offset = i.kind === 'for' ? 1 : 0;
    const pass = (outer: ReadonlySet<ValueId>): boolean => {
      let grown = false;
      const use = (needed: ReadonlySet<ValueId>, region: Region, shift: number): void => {
        for (const id of needed) {
          const position = region.args.findIndex((a) => a.id === id);
          if (position < 0) {
            if (outer.has(id) || captured.has(id)) continue;
            captured.add(id);
            grown = true;
          } else if (position >= shift && carried[position - shift] === false) {
            carried[position - shift] = true;
            grown = true;
          }
        }
      };
      use(through(i.body, outer, carried), i.body, offset);
      if (i.kind === 'while') {
        const held = i.condition.args.flatMap((a, k) => (carried[k] === true ? [a.id] : []));
        use(through(i.condition, new Set([...outer, ...held]), [true]), i.condition, 0);
      }
      return grown;
    };
    while (pass(new Set(captured)));
    pass(new Set([...rest, ...captured]));
    return { carried, captured: [...captured].sort((a, b) => a - b) };
  };

  through(
    func.body,
    new Set(),
    func.body.yields.map(() => true),
  );
  const slots = new Map<ValueId, number>();
  const width = allocate(func.body, of, slots, (id) => kept(id) && !byMoments(id));
  const moments = new Map<ValueId, number>();
  const rank = allocate(func.body, of, moments, (id) => kept(id) && byMoments(id));
  return { of, constants, types, slots, width, moments, rank };
}

/** Hands out slots in the order of execution; a slot is free again when its value is needed no more. Returns how many there are. */
function allocate(
  body: Region,
  of: ReadonlyMap<Instruction, Life>,
  slots: Map<ValueId, number>,
  slotted: (id: ValueId) => boolean,
): number {
  let width = 0;
  let taken = new Map<number, ValueId>();
  const give = (id: ValueId): void => {
    if (!slotted(id)) return;
    let slot = 0;
    while (taken.has(slot)) slot += 1;
    taken.set(slot, id);
    slots.set(id, slot);
    width = Math.max(width, slot + 1);
  };
  const inside = (regions: readonly Region[]): void => {
    const outer = taken;
    for (const region of regions) {
      taken = new Map(outer);
      run(region);
    }
    taken = outer;
  };
  const run = (region: Region): void => {
    for (const a of region.args) give(a.id);
    for (const i of region.body) {
      const life = of.get(i);
      if (life === undefined) continue;
      if (i.kind === 'if') inside([i.then, i.otherwise]);
      else if (i.kind === 'for') inside([i.body]);
      else if (i.kind === 'while') inside([i.condition, i.body]);
      for (const r of resultsOf(i)) if (life.after.has(r.id)) give(r.id);
      for (const [slot, id] of [...taken]) if (!life.after.has(id)) taken.delete(slot);
    }
  };
  run(body);
  return width;
}

/** Whether running the instruction for one state can only compute: nothing in it branches or weighs. */
export function isPure(instruction: Instruction, program: Program): boolean {
  switch (instruction.kind) {
    case 'draw':
    case 'score':
    case 'condition':
    case 'factor':
    case 'noise':
      return false;
    case 'call': {
      const callee = findFunction(program, instruction.callee);
      return callee !== null && !callee.draws && !callee.scores;
    }
    case 'if':
      return [...instruction.then.body, ...instruction.otherwise.body].every((i) => isPure(i, program));
    case 'for':
      return instruction.body.body.every((i) => isPure(i, program));
    case 'while':
      return [...instruction.condition.body, ...instruction.body.body].every((i) => isPure(i, program));
    default:
      return true;
  }
}
