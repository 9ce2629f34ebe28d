import { type Builder, createBuilder } from '../ir/build.js';
import type { Instruction, Region, ValueId } from '../ir/ir.js';
import { joinTypes, type Type, unknown } from '../ir/type.js';
import type { Source, Span } from '../syntax/span.js';
import type { Expr } from '../syntax/tree.js';
import { coerce } from './dist.js';
import { irTypeOf, type Operand, operand } from './operand.js';
import { raise } from './raise.js';
import type { Unit } from './unit.js';

/** Something whose value may change along the text: a `var`, a node, a node family, what a function returns. */
export type Slot = { readonly name: string; readonly kind: 'var' | 'node' | 'return'; readonly rank: number };

/** What a name stands for. */
type Binding =
  | { readonly kind: 'value'; readonly operand: Operand }
  | { readonly kind: 'slot'; readonly slot: Slot }
  /** A model run as a part: its nodes are the slots whose names start with `prefix`; `rank` indices choose the part. */
  | { readonly kind: 'part'; readonly prefix: string; readonly rank: number };

/** How names that are not local are read: a question reads nodes of a world. */
type Outside = (name: Expr, frame: Frame) => Operand | null;

/** The state of lowering one function. */
export type Frame = {
  readonly unit: Unit;
  readonly builder: Builder;
  readonly source: Source;
  /** Innermost scope last. */
  scopes: Map<string, Binding>[];
  /** Current values of slots; a slot without one is absent so far. */
  slots: Map<Slot, Operand>;
  /** The address that draws stand at now; null in a function that neither draws nor scores. */
  address: ValueId | null;
  /** Path in front of site names: the node, function or part that is being lowered. */
  path: string;
  /** Inline draws and noise requests so far, by path. */
  readonly counters: Map<string, number>;
  /** How many branches are open around the text that is being lowered. */
  depth: number;
  /** Set while lowering a model's body. */
  readonly model: ModelState | null;
  readonly outside: Outside | null;
  /**
   * While a target of a question is lowered: what must be true for the value at hand to exist, because it was computed from nodes
   * that a run may lack. Null elsewhere.
   */
  guards: ValueId[] | null;
};

/** What is gathered about the nodes of a model. */
export type ModelState = {
  readonly nodes: Map<string, NodeState>;
  /** Node names get this in front: `event.` inside a part. */
  prefix: string;
  /** The address of the model or part that is being lowered. */
  address: ValueId | null;
  /** Indices of the part that is being lowered, in front of a node's own. */
  indices: readonly Operand[];
};

/** A node, or a family of nodes, while its model is being lowered. */
export type NodeState = {
  readonly slot: Slot;
  readonly modifier: 'param' | 'latent' | null;
  readonly operator: '~' | ':=';
  /** Declared in a branch: a run may lack it. */
  readonly optional: boolean;
  readonly span: Span;
};

/** A frame in which nothing is bound yet, with a builder of its own unless `rest` brings one. */
export function createFrame(unit: Unit, source: Source, rest: Partial<Frame> = {}): Frame {
  return {
    unit,
    builder: createBuilder(),
    source,
    scopes: [new Map()],
    slots: new Map(),
    address: null,
    path: '',
    counters: new Map(),
    depth: 0,
    model: null,
    outside: null,
    guards: null,
    ...rest,
  };
}

/** The next number for a path: tells the inline draws of one node apart. */
export function count(frame: Frame, path: string): number {
  const next = frame.counters.get(path) ?? 0;
  frame.counters.set(path, next + 1);
  return next;
}

/** What a local name stands for, innermost scope first; null where it is none. */
export function lookup(frame: Frame, name: string): Binding | null {
  for (let i = frame.scopes.length - 1; i >= 0; i--) {
    const found = frame.scopes[i]?.get(name);
    if (found !== undefined) return found;
  }
  return null;
}

/** Gives a name a meaning in the innermost scope. */
export function bind(frame: Frame, name: string, binding: Binding): void {
  frame.scopes.at(-1)?.set(name, binding);
}

/** Lowers with a scope of names of its own; the names are gone afterwards. */
export function inScope<T>(frame: Frame, body: () => T): T {
  const scopes = frame.scopes;
  frame.scopes = [...scopes, new Map()];
  try {
    return body();
  } finally {
    frame.scopes = scopes;
  }
}

/** Runs `body` with another path for site names. */
export function atPath<T>(frame: Frame, path: string, body: () => T): T {
  const before = frame.path;
  frame.path = path;
  try {
    return body();
  } finally {
    frame.path = before;
  }
}

/** Runs `body` at the address of a call site or an iteration. */
export function atAddress<T>(frame: Frame, address: ValueId | null, body: () => T): T {
  const before = frame.address;
  frame.address = address;
  try {
    return body();
  } finally {
    frame.address = before;
  }
}

type Outcome = {
  readonly instructions: readonly Instruction[];
  readonly slots: Map<Slot, Operand>;
  readonly values: readonly Operand[];
};

/** Lowers a piece into instructions of its own, and gives the slots as it leaves them; the frame's are put back. */
function rehearse(frame: Frame, body: () => readonly Operand[]): Outcome {
  const before = frame.slots;
  frame.slots = new Map(before);
  try {
    const { instructions, value } = frame.builder.collect(() => inScope(frame, body));
    return { instructions, slots: frame.slots, values: value };
  } finally {
    frame.slots = before;
  }
}

const slotsOf = (outcomes: readonly Outcome[], before: ReadonlyMap<Slot, Operand>): readonly Slot[] => {
  const changed = new Set<Slot>();
  for (const { slots } of outcomes)
    for (const [slot, value] of slots) if (before.get(slot)?.id !== value.id) changed.add(slot);
  return [...changed];
};

/** The absent value of a type, for a node that a run does not have. */
export const absent = (frame: Frame, type: Type): Operand =>
  operand(frame.builder.op('absent', [], irTypeOf(type)), type);

/** The type that holds both; raises E0490 where there is none. */
export function join(frame: Frame, a: Type, b: Type, span: Span): Type {
  const joined = joinTypes(a, b);
  if (joined === null) raise('E0490', 'The branches give values of different types.', frame.source, span);
  return joined;
}

/**
 * `if` with any number of results: what both sides give, and every slot that one of them sets. A slot set on one side only keeps its
 * value on the other, or is absent there.
 */
export function branches(
  frame: Frame,
  condition: ValueId,
  span: Span,
  then: () => readonly Operand[],
  otherwise: () => readonly Operand[],
): readonly Operand[] {
  const before = frame.slots;
  const { guards } = frame;
  let mayLack = false;
  const side = (body: () => readonly Operand[]): Outcome =>
    rehearse(frame, () => {
      frame.guards = guards === null ? null : [];
      const values = body();
      const inner = frame.guards ?? [];
      mayLack ||= inner.length > 0;
      return values.map((v) => unlessLacking(frame, v, inner));
    });
  frame.depth += 1;
  const sides = [side(then), side(otherwise)] as const;
  frame.depth -= 1;
  frame.guards = guards;
  const slots = slotsOf(sides, before);
  const [a, b] = sides;
  const types = [
    ...a.values.map((v, i) => join(frame, v.type, b.values[i]?.type ?? unknown, span)),
    ...slots.map((s) => join(frame, a.slots.get(s)?.type ?? unknown, b.slots.get(s)?.type ?? unknown, span)),
  ];
  const region = (side: Outcome): Region => {
    const tail = frame.builder.collect(() =>
      [...side.values, ...slots.map((s) => side.slots.get(s) ?? null)].map((value, i) => {
        const type = types[i] ?? unknown;
        return value === null ? absent(frame, type).id : coerce(frame, value, type).id;
      }),
    );
    return { args: [], body: [...side.instructions, ...tail.instructions], yields: tail.value };
  };
  const results = types.map((t) => frame.builder.fresh(irTypeOf(t)));
  frame.builder.emit({
    kind: 'if',
    at: frame.builder.place(),
    results,
    condition,
    then: region(a),
    otherwise: region(b),
  });
  const operands = results.map((r, i) => operand(r.id, types[i] ?? unknown));
  for (const [i, slot] of slots.entries()) {
    const value = operands[a.values.length + i];
    if (value !== undefined) frame.slots.set(slot, value);
  }
  const given = operands.slice(0, a.values.length);
  if (mayLack) for (const value of given) guard(frame, value);
  return given;
}

const isScalar = (type: Type): boolean => ['real', 'int', 'bool', 'enum'].includes(type.kind);

/** Notes that what is computed from a value exists only where the value does. */
export function guard(frame: Frame, value: Operand): void {
  if (frame.guards === null || !isScalar(value.type)) return;
  frame.guards.push(frame.builder.op('exists', [value.id], { kind: 'bool' }));
}

/** The value where all guards hold, else absent: a comparison with what a run lacks is not false, it is not there. */
export function unlessLacking(frame: Frame, value: Operand, guards: readonly ValueId[]): Operand {
  const [first, ...others] = guards;
  if (first === undefined || !isScalar(value.type)) return value;
  const b = frame.builder;
  const all = others.reduce((so, g) => b.op('and', [so, g], { kind: 'bool' }), first);
  const type = irTypeOf(value.type);
  const [id = value.id] = b.ifElse(
    all,
    () => [value.id],
    () => [b.op('absent', [], type)],
    [type],
  );
  return operand(id, value.type);
}

/** How often a loop's types may change before they must stand; each round can only widen them. */
const maximalRounds = 8;

/**
 * A loop that carries every slot its body sets. The body is rehearsed until the types of what it carries stand still
 * (`var x = 0` that is later assigned a real carries a real), then lowered for good.
 */
export function loop(
  frame: Frame,
  span: Span,
  rehearsal: () => void,
  emit: (slots: readonly Slot[], types: readonly Type[], inits: readonly Operand[]) => readonly ValueId[],
): void {
  const { guards } = frame;
  frame.guards = null;
  const before = frame.slots;
  const types = new Map<Slot, Type>();
  for (let round = 0; round < maximalRounds; round++) {
    const counters = new Map(frame.counters);
    frame.slots = new Map(before);
    for (const [slot, type] of types) {
      const value = before.get(slot);
      if (value === undefined && type.kind !== 'unknown')
        frame.slots.set(slot, operand(frame.builder.fresh(irTypeOf(type)).id, type));
      else if (value !== undefined) frame.slots.set(slot, operand(value.id, type));
    }
    const start = frame.slots;
    const outcome = rehearse(frame, () => {
      rehearsal();
      return [];
    });
    frame.slots = before;
    for (const [path, number] of counters) frame.counters.set(path, number);
    for (const path of frame.counters.keys()) if (!counters.has(path)) frame.counters.delete(path);
    let settled = true;
    for (const slot of slotsOf([outcome], start)) {
      const type = join(frame, before.get(slot)?.type ?? unknown, outcome.slots.get(slot)?.type ?? unknown, span);
      const widened = join(frame, types.get(slot) ?? unknown, type, span);
      if (!types.has(slot) || irKey(types.get(slot)) !== irKey(widened)) settled = false;
      types.set(slot, widened);
    }
    if (settled) break;
  }
  const slots = [...types.keys()];
  const carried = [...types.values()];
  const inits = slots.map((slot, i) => {
    const value = before.get(slot);
    const type = carried[i] ?? unknown;
    return value === undefined ? absent(frame, type) : coerce(frame, value, type);
  });
  const results = emit(slots, carried, inits);
  for (const [i, slot] of slots.entries()) {
    const id = results[i];
    if (id !== undefined) frame.slots.set(slot, operand(id, carried[i] ?? unknown));
  }
  frame.guards = guards;
}

const irKey = (type: Type | undefined): string => JSON.stringify(type ?? null);
