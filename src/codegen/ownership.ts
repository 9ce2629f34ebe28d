/**
 * Which arrays may be changed in place. An update whose array nobody reads afterwards need not copy it, if nothing else refers
 * to that array. Arrays that flow into each other by updates, branches and carried values are one family; in a family with such
 * updates every member is kept the only reference to its array: where another one would arise, a copy is made instead.
 */
import {
  type Block,
  blocksOf,
  type ElementSlot,
  type Expression,
  expressionOperands,
  type Local,
  type LowFunction,
  type Operand,
  operandsOf,
  type Statement,
  targetsOf,
} from './low.js';

export type Owned = {
  readonly body: Block;
  /** Targets of updates that are done in place. */
  readonly inPlace: ReadonlySet<number>;
  /** Arrays that may be changed in place: whoever copies a particle copies these. */
  readonly mutable: ReadonlySet<number>;
  /** New arrays of doubles that nobody reaches any more when they are made again: one buffer serves all runs. Their lengths. */
  readonly buffers: ReadonlyMap<number, number>;
  /** Arrays of doubles that grow in place: their buffer may be longer than they are; the local holds their length. */
  readonly lengths: ReadonlyMap<number, Local>;
  readonly locals: number;
};

type Update = Extract<Expression, { readonly kind: 'update' | 'append' }>;

const isUpdate = (e: Expression): e is Update => e.kind === 'update' || e.kind === 'append';

/** Expressions that give a new array. */
const elementOfNew = (e: Expression): ElementSlot | null =>
  e.kind === 'update' || e.kind === 'append' || e.kind === 'array' || e.kind === 'fill' || e.kind === 'copy'
    ? e.element
    : null;

/** Families by union and find. */
type Families = { readonly parent: Map<number, number>; readonly element: Map<number, ElementSlot> };

function rootOf({ parent }: Families, id: number): number {
  let at = id;
  for (let up = parent.get(at) ?? at; up !== at; up = parent.get(at) ?? at) at = up;
  return at;
}

const member = (families: Families, o: Operand): o is Local => o.kind === 'local' && families.parent.has(o.id);

function unite(families: Families, a: Local, o: Operand): void {
  if (!member(families, a) || !member(families, o)) return;
  const [x, y] = [rootOf(families, a.id), rootOf(families, o.id)];
  if (x === y) return;
  families.parent.set(x, y);
  const element = families.element.get(x);
  if (element !== undefined) families.element.set(y, element);
}

/** Every statement, owners first. */
function eachStatement(block: Block, see: (s: Statement) => void): void {
  for (const s of block.statements) {
    see(s);
    if (s.kind === 'if') {
      eachStatement(s.then, see);
      eachStatement(s.otherwise, see);
    } else if (s.kind === 'for') eachStatement(s.body, see);
    else if (s.kind === 'while') {
      eachStatement(s.condition, see);
      eachStatement(s.body, see);
    }
  }
}

function familiesOf(body: Block): Families {
  const families: Families = { parent: new Map(), element: new Map() };
  const join = (local: Local): void => {
    if (local.slot === 'value') families.parent.set(local.id, local.id);
  };
  eachStatement(body, (s) => {
    if (s.kind === 'set') {
      const element = elementOfNew(s.value);
      if (element === null) return;
      join(s.target);
      families.element.set(s.target.id, element);
    } else if (s.kind !== 'call') targetsOf(s).forEach(join);
  });
  eachStatement(body, (s) => {
    if (s.kind === 'set' && isUpdate(s.value)) unite(families, s.target, s.value.array);
    else if (s.kind === 'if')
      s.targets.forEach((t, k) => {
        unite(families, t, s.then.yields[k]!);
        unite(families, t, s.otherwise.yields[k]!);
      });
    else if (s.kind === 'for' || s.kind === 'while')
      s.carried.forEach((c, k) => {
        unite(families, c, s.inits[k]!);
        unite(families, c, s.body.yields[k]!);
      });
  });
  return families;
}

/** Ids of values that may be read later. */
type Live = ReadonlySet<number>;

/** The set with these added; the same set where it has them. */
function plus(live: Live, operands: readonly Operand[]): Live {
  const more = operands.filter((o) => o.kind === 'local' && o.slot === 'value' && !live.has(o.id));
  if (more.length === 0) return live;
  const next = new Set(live);
  for (const o of more) if (o.kind === 'local') next.add(o.id);
  return next;
}

/** The set without these; the same set where it has none. */
function minus(live: Live, locals: readonly Local[]): Live {
  const less = locals.filter((l) => live.has(l.id));
  if (less.length === 0) return live;
  const next = new Set(live);
  for (const l of less) next.delete(l.id);
  return next;
}

const union = (a: Live, b: Live): Live => (a === b ? a : new Set([...a, ...b]));

/** What happens at a statement or at the end of a block, seen with what is live after it. */
type Visitor = {
  readonly statement: (s: Statement, after: Live) => void;
  readonly end: (block: Block, after: Live) => void;
};
const unseen: Visitor = { statement: () => {}, end: () => {} };

/** Live values before a block, from those after it. */
function liveBefore(block: Block, after: Live, visitor: Visitor): Live {
  visitor.end(block, after);
  let live = plus(after, block.yields);
  for (let at = block.statements.length - 1; at >= 0; at--) {
    const s = block.statements[at]!;
    live = beforeStatement(s, live, visitor);
  }
  return live;
}

function beforeStatement(s: Statement, after: Live, visitor: Visitor): Live {
  const rest = minus(after, targetsOf(s));
  switch (s.kind) {
    case 'if': {
      visitor.statement(s, after);
      const inside = union(liveBefore(s.then, rest, visitor), liveBefore(s.otherwise, rest, visitor));
      return plus(inside, operandsOf(s));
    }
    case 'for': {
      const again = minus(liveBefore(s.body, rest, unseen), s.carried);
      const inside = union(rest, again);
      liveBefore(s.body, inside, visitor);
      visitor.statement(s, inside);
      return plus(inside, operandsOf(s));
    }
    case 'while': {
      const round = (end: Live, by: Visitor): Live =>
        liveBefore(s.condition, union(after, liveBefore(s.body, end, by)), by);
      const inside = union(rest, minus(round(rest, unseen), s.carried));
      round(inside, visitor);
      visitor.statement(s, inside);
      return plus(inside, operandsOf(s));
    }
    default:
      visitor.statement(s, after);
      return plus(rest, operandsOf(s));
  }
}

/** Operands that a statement stores where they may be reached by other names. */
function escaping(s: Statement, resultsHoldArrays: (callee: string) => boolean): readonly Operand[] {
  if (s.kind === 'call') return resultsHoldArrays(s.callee) ? s.args : [];
  if (s.kind === 'trace') return [s.numbers];
  if (s.kind !== 'set') return [];
  switch (s.value.kind) {
    case 'array':
    case 'box':
    case 'extern':
      return expressionOperands(s.value);
    case 'append':
    case 'fill':
    case 'update':
      return [s.value.value];
    default:
      return [];
  }
}

export function findOwned(f: LowFunction, resultsHoldArrays: (callee: string) => boolean): Owned {
  const families = familiesOf(f.body);
  const inPlace = new Set<number>();
  const wanted = new Set<number>();
  const growing = new Set<number>();
  liveBefore(f.body, new Set(), {
    statement: (s, after) => {
      if (s.kind !== 'set' || !isUpdate(s.value)) return;
      const { array } = s.value;
      const stored = s.value.value;
      const used = stored.kind === 'local' && array.kind === 'local' && stored.id === array.id;
      if (!member(families, array) || after.has(array.id) || used) return;
      inPlace.add(s.target.id);
      wanted.add(rootOf(families, array.id));
      if (s.value.element === 'number' && (s.value.kind === 'append' || s.value.extend))
        growing.add(rootOf(families, array.id));
    },
    end: () => {},
  });
  let locals = f.locals;
  const lengths = new Map<number, Local>();
  const mutable = new Set([...families.parent.keys()].filter((id) => wanted.has(rootOf(families, id))));
  const buffers = f.recursive ? new Map<number, number>() : buffersOf(f.body, families);
  if (wanted.size === 0) return { body: f.body, inPlace, mutable, buffers, lengths, locals };

  const isWanted = (o: Operand): boolean => member(families, o) && wanted.has(rootOf(families, o.id));
  const copies = new Map<object, Map<number, Local>>();
  const copyAt = (place: object, position: number): void => {
    const found = copies.get(place) ?? new Map<number, Local>();
    found.set(position, { kind: 'local', id: locals++, slot: 'value' });
    copies.set(place, found);
  };
  /** Sources that move into `targets`: each must be the only reference. */
  const moves = (place: object, targets: readonly Local[], sources: readonly Operand[], after: Live): void => {
    const moved = new Set<number>();
    targets.forEach((t, k) => {
      const source = sources[k]!;
      if (t.slot !== 'value' || !isWanted(t)) return;
      if (!member(families, source) || after.has(source.id) || moved.has(source.id)) copyAt(place, k);
      else moved.add(source.id);
    });
  };
  const ends = new Map<Block, readonly Local[]>();
  eachStatement(f.body, (s) => {
    if (s.kind === 'if') {
      ends.set(s.then, s.targets);
      ends.set(s.otherwise, s.targets);
    } else if (s.kind === 'for' || s.kind === 'while') ends.set(s.body, s.carried);
  });
  liveBefore(f.body, new Set(), {
    statement: (s, after) => {
      if (s.kind === 'for' || s.kind === 'while') moves(s, s.carried, s.inits, after);
      escaping(s, resultsHoldArrays).forEach((o, k) => {
        if (isWanted(o) && o.kind === 'local' && after.has(o.id)) copyAt(s, k);
      });
    },
    end: (block, after) => moves(block, ends.get(block) ?? [], block.yields, after),
  });
  const elementOf = (l: Local): ElementSlot => families.element.get(rootOf(families, l.id)) ?? 'value';
  for (const id of families.parent.keys())
    if (growing.has(rootOf(families, id))) lengths.set(id, { kind: 'local', id: locals++, slot: 'number' });
  const grows = (l: Local): boolean => growing.has(rootOf(families, l.id));
  const body = withCopies(f.body, {
    copies,
    escaping: (s) => escaping(s, resultsHoldArrays),
    ends,
    elementOf,
    grown: (copy, target) => {
      mutable.add(copy.id);
      if (grows(target)) lengths.set(copy.id, { kind: 'local', id: locals++, slot: 'number' });
    },
  });
  return { body, inPlace, mutable, buffers, lengths, locals };
}

/** Longest array that is given a buffer for good. */
const longestBuffer = 65_536;

/**
 * Arrays of known length of families that nothing outside refers to, where none of the loops around the place that makes the
 * array carries the family on.
 */
function buffersOf(body: Block, families: Families): Map<number, number> {
  const escaped = new Set<number>();
  const release = (o: Operand): void => {
    if (member(families, o)) escaped.add(rootOf(families, o.id));
  };
  body.yields.forEach(release);
  eachStatement(body, (s) => {
    if (s.kind === 'call') s.args.forEach(release);
    else escaping(s, () => true).forEach(release);
  });
  const buffers = new Map<number, number>();
  const walk = (block: Block, carried: readonly Local[]): void => {
    for (const s of block.statements) {
      if (s.kind === 'set') {
        const length = lengthOfNew(s.value);
        const root = rootOf(families, s.target.id);
        const carries = carried.some((c) => member(families, c) && rootOf(families, c.id) === root);
        if (length !== null && !escaped.has(root) && !carries) buffers.set(s.target.id, length);
      }
      const inner = s.kind === 'for' || s.kind === 'while' ? [...carried, ...s.carried] : carried;
      for (const b of blocksOf(s)) walk(b, inner);
    }
  };
  walk(body, []);
  return buffers;
}

/** The length of a new array of doubles, where it is known and not too great. */
function lengthOfNew(e: Expression): number | null {
  if (e.kind === 'array' && e.element === 'number' && e.parts.length > 0) return e.parts.length;
  if (e.kind !== 'fill' || e.element !== 'number' || e.count.kind !== 'literal') return null;
  return e.count.value > 0 && e.count.value <= longestBuffer ? e.count.value : null;
}

type CopyPlan = {
  readonly copies: ReadonlyMap<object, ReadonlyMap<number, Local>>;
  readonly escaping: (s: Statement) => readonly Operand[];
  readonly ends: ReadonlyMap<Block, readonly Local[]>;
  readonly elementOf: (l: Local) => ElementSlot;
  /** The copy stands for a member of this local's family. */
  readonly grown: (copy: Local, target: Local) => void;
};

function withCopies(block: Block, plan: CopyPlan): Block {
  const statements: Statement[] = [];
  const copied = (place: object, sources: readonly Operand[], targets: readonly Local[]): readonly Operand[] => {
    const found = plan.copies.get(place);
    if (found === undefined) return sources;
    return sources.map((source, k) => {
      const copy = found.get(k);
      if (copy === undefined) return source;
      const like = targets[k] ?? (source.kind === 'local' ? source : copy);
      statements.push({
        kind: 'set',
        at: -1,
        target: copy,
        value: { kind: 'copy', array: source, element: plan.elementOf(like) },
      });
      if (targets[k] !== undefined) plan.grown(copy, like);
      return copy;
    });
  };
  for (const s of block.statements) {
    switch (s.kind) {
      case 'if':
        statements.push({ ...s, then: withCopies(s.then, plan), otherwise: withCopies(s.otherwise, plan) });
        break;
      case 'for':
        statements.push({ ...s, inits: copied(s, s.inits, s.carried), body: withCopies(s.body, plan) });
        break;
      case 'while': {
        const inits = copied(s, s.inits, s.carried);
        const condition = withCopies(s.condition, plan);
        statements.push({ ...s, inits, condition, body: withCopies(s.body, plan) });
        break;
      }
      default:
        statements.push(plan.copies.has(s) ? storing(s, copied(s, plan.escaping(s), [])) : s);
    }
  }
  const yields = copied(block, block.yields, plan.ends.get(block) ?? []);
  return { statements, yields };
}

/** The statement with the operands that it stores replaced, in the order of `escaping`. */
function storing(s: Statement, stored: readonly Operand[]): Statement {
  if (s.kind === 'call') return { ...s, args: stored };
  if (s.kind === 'trace') return { ...s, numbers: stored[0]! };
  if (s.kind !== 'set') return s;
  switch (s.value.kind) {
    case 'array':
    case 'box':
      return { ...s, value: { ...s.value, parts: stored } };
    case 'extern':
      return { ...s, value: { ...s.value, args: stored } };
    case 'append':
    case 'fill':
    case 'update':
      return { ...s, value: { ...s.value, value: stored[0]! } };
    default:
      return s;
  }
}
