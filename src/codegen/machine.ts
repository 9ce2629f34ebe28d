/**
 * The low form of a function that may pause, as a machine: nodes of straight code, each ending in a jump, a pause, a call of
 * another machine, or a return. Statements in which nothing pauses stay structured inside a node. What is read in another node
 * than the one that sets it lives in a frame.
 */
import {
  type Block,
  blocksOf,
  type Local,
  type LowFunction,
  literal,
  type Operand,
  type Statement,
  type StatementOf,
} from './low.js';
import type { Owned } from './ownership.js';
import { readAndSet, statementCost } from './split.js';

export type Item =
  | { readonly kind: 'do'; readonly statement: Statement }
  /** Sets all targets at once. */
  | { readonly kind: 'assign'; readonly targets: readonly Local[]; readonly sources: readonly Operand[] }
  /** Takes the results of the call before. */
  | { readonly kind: 'results'; readonly targets: readonly Local[]; readonly below: number };

export type Exit =
  | { readonly kind: 'jump'; readonly to: number }
  | { readonly kind: 'branch'; readonly condition: Operand; readonly then: number; readonly otherwise: number }
  | { readonly kind: 'pause'; readonly to: number }
  | { readonly kind: 'call'; readonly call: StatementOf<'call'>; readonly to: number }
  | { readonly kind: 'return'; readonly yields: readonly Operand[] };

export type Node = { readonly number: number; readonly items: readonly Item[]; readonly exit: Exit };

export type Machine = {
  readonly key: string;
  readonly params: readonly Local[];
  readonly owned: Owned;
  readonly entry: number;
  readonly nodes: readonly Node[];
  /** Places in the frame of locals that live there. */
  readonly places: ReadonlyMap<number, number>;
  /** Length of the frame. */
  readonly size: number;
  /** Whether arrays or strings live in the frame. */
  readonly holdsValues: boolean;
};

/** Entries at the start of a frame: where the caller goes on, the caller's frame, the machine's number. */
export const frameHeader = 3;

export type MachinePlan = {
  /** Whether the run pauses after a statement. */
  readonly pauses: (s: Statement, aligned: boolean) => boolean;
  /** Whether nodes begin inside a statement though nothing pauses there. */
  readonly opens?: (s: Statement) => boolean;
  /** Whether a node ends after a statement inside which nothing pauses. */
  readonly cuts?: (s: Statement) => boolean;
  /** Whether a function is a machine. */
  readonly framed: (key: string) => boolean;
  /** Number of the next node, counted over all machines. */
  readonly next: () => number;
  /** Longest node, in operations. */
  readonly longest: number;
};

type Building = {
  readonly plan: MachinePlan;
  readonly nodes: Node[];
  locals: number;
  open: { readonly number: number; readonly items: Item[]; cost: number };
  /** Whether every particle comes by here equally often. */
  aligned: boolean;
};

/** Whether a run may stop inside the statement. */
const splits = (plan: MachinePlan, s: Statement, aligned: boolean): boolean =>
  plan.pauses(s, aligned) ||
  plan.opens?.(s) === true ||
  (s.kind === 'call' && plan.framed(s.callee)) ||
  blocksOf(s).some((b) => b.statements.some((inner) => splits(plan, inner, aligned && isAlignedLoop(s))));

const isAlignedLoop = (s: Statement): boolean =>
  s.kind === 'for' && s.low.kind === 'literal' && s.high.kind === 'literal';

export function buildMachine(f: LowFunction, owned: Owned, plan: MachinePlan, isMain: boolean): Machine {
  const entry = plan.next();
  const m: Building = {
    plan,
    nodes: [],
    locals: owned.locals,
    open: { number: entry, items: [], cost: 0 },
    aligned: isMain,
  };
  buildStatements(m, owned.body);
  close(m, { kind: 'return', yields: owned.body.yields }, null);
  const frame = placesOf(m.nodes, f.params, owned);
  return { key: f.key, params: f.params, owned: { ...owned, locals: m.locals }, entry, nodes: m.nodes, ...frame };
}

/** Ends the open node and opens the next one. */
function close(m: Building, exit: Exit, next: number | null): void {
  m.nodes.push({ number: m.open.number, items: m.open.items, exit });
  if (next !== null) m.open = { number: next, items: [], cost: 0 };
}

const add = (m: Building, item: Item): void => {
  m.open.items.push(item);
};

function buildStatements(m: Building, block: Block): void {
  for (const s of block.statements) {
    if (!splits(m.plan, s, m.aligned)) {
      const cost = statementCost(s);
      if (m.open.cost + cost > m.plan.longest && m.open.items.length > 0) {
        const next = m.plan.next();
        close(m, { kind: 'jump', to: next }, next);
      }
      m.open.cost += cost;
      add(m, { kind: 'do', statement: s });
      if (m.plan.cuts?.(s) === true) {
        const next = m.plan.next();
        close(m, { kind: 'jump', to: next }, next);
      }
    } else buildSplit(m, s);
  }
}

function buildSplit(m: Building, s: Statement): void {
  switch (s.kind) {
    case 'call': {
      const next = m.plan.next();
      close(m, { kind: 'call', call: s, to: next }, next);
      add(m, { kind: 'results', targets: s.targets, below: s.below });
      return;
    }
    case 'if':
      buildIf(m, s);
      return;
    case 'for':
      buildFor(m, s);
      return;
    case 'while':
      buildWhile(m, s);
      return;
    default: {
      add(m, { kind: 'do', statement: s });
      const next = m.plan.next();
      close(m, { kind: 'pause', to: next }, next);
    }
  }
}

const fresh = (m: Building): Local => ({ kind: 'local', id: m.locals++, slot: 'number' });

function within(m: Building, aligned: boolean, body: () => void): void {
  const before = m.aligned;
  m.aligned &&= aligned;
  body();
  m.aligned = before;
}

function buildIf(m: Building, s: StatementOf<'if'>): void {
  const [then, otherwise, next] = [m.plan.next(), m.plan.next(), m.plan.next()];
  close(m, { kind: 'branch', condition: s.condition, then, otherwise }, then);
  within(m, false, () => {
    buildStatements(m, s.then);
    add(m, { kind: 'assign', targets: s.targets, sources: s.then.yields });
    close(m, { kind: 'jump', to: next }, otherwise);
    buildStatements(m, s.otherwise);
    add(m, { kind: 'assign', targets: s.targets, sources: s.otherwise.yields });
    close(m, { kind: 'jump', to: next }, next);
  });
}

function buildFor(m: Building, s: StatementOf<'for'>): void {
  const [head, body, next] = [m.plan.next(), m.plan.next(), m.plan.next()];
  add(m, { kind: 'assign', targets: [s.index, ...s.carried], sources: [s.low, ...s.inits] });
  close(m, { kind: 'jump', to: head }, head);
  const again = fresh(m);
  const test: Statement = {
    kind: 'set',
    at: s.at,
    target: again,
    value: { kind: 'scalar', op: 'lt', args: [s.index, s.high] },
  };
  add(m, { kind: 'do', statement: test });
  close(m, { kind: 'branch', condition: again, then: body, otherwise: next }, body);
  within(m, isAlignedLoop(s), () => {
    add(m, { kind: 'do', statement: { kind: 'count', at: s.at, steps: 1 } });
    buildStatements(m, s.body);
    const following = fresh(m);
    const value = { kind: 'scalar', op: 'add', args: [s.index, literal(1)] } as const;
    add(m, { kind: 'do', statement: { kind: 'set', at: s.at, target: following, value } });
    add(m, { kind: 'assign', targets: [s.index, ...s.carried], sources: [following, ...s.body.yields] });
    close(m, { kind: 'jump', to: head }, next);
  });
}

function buildWhile(m: Building, s: StatementOf<'while'>): void {
  const [head, body, next] = [m.plan.next(), m.plan.next(), m.plan.next()];
  add(m, { kind: 'assign', targets: s.carried, sources: s.inits });
  close(m, { kind: 'jump', to: head }, head);
  within(m, false, () => {
    buildStatements(m, s.condition);
    close(m, { kind: 'branch', condition: s.condition.yields[0]!, then: body, otherwise: next }, body);
    add(m, { kind: 'do', statement: { kind: 'count', at: s.at, steps: 1 } });
    buildStatements(m, s.body);
    add(m, { kind: 'assign', targets: s.carried, sources: s.body.yields });
    close(m, { kind: 'jump', to: head }, next);
  });
}

/** Operands that a node's exit reads. */
export function exitOperands(exit: Exit): readonly Operand[] {
  switch (exit.kind) {
    case 'branch':
      return [exit.condition];
    case 'call':
      return exit.call.args;
    case 'return':
      return exit.yields;
    case 'jump':
    case 'pause':
      return [];
  }
}

/** Locals that a node reads, and those that its statements set before they could be read from the frame. */
export function nodeLocals(node: Node): { readonly read: Map<number, Local>; readonly set: Set<number> } {
  const statements = node.items.flatMap((i) => (i.kind === 'do' ? [i.statement] : []));
  const { read, set } = readAndSet(statements);
  const see = (o: Operand): void => {
    if (o.kind === 'local') read.set(o.id, o);
  };
  for (const item of node.items) {
    if (item.kind === 'assign') item.sources.forEach(see);
    if (item.kind === 'results') for (const t of item.targets) set.add(t.id);
  }
  exitOperands(node.exit).forEach(see);
  return { read, set };
}

/** Which locals live in the frame: parameters, what is assigned by jumps, what is read in another node than it is set. */
function placesOf(
  nodes: readonly Node[],
  params: readonly Local[],
  owned: Owned,
): Pick<Machine, 'places' | 'size' | 'holdsValues'> {
  const places = new Map<number, number>();
  let size = frameHeader;
  let holdsValues = false;
  const place = (l: Local): void => {
    if (places.has(l.id)) return;
    holdsValues ||= l.slot === 'value';
    places.set(l.id, size++);
    const length = owned.lengths.get(l.id);
    if (length !== undefined) places.set(length.id, size++);
  };
  params.forEach(place);
  for (const node of nodes) {
    for (const item of node.items) if (item.kind === 'assign') item.targets.forEach(place);
    const { read, set } = nodeLocals(node);
    for (const l of read.values()) if (!set.has(l.id)) place(l);
  }
  return { places, size, holdsValues };
}
