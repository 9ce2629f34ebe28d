/**
 * Text of programs that run in lockstep. Each node of main becomes three functions: what is the same in all particles before,
 * the loop over particles, and the way to the next node. The loop reads and writes columns alone; who prints it is left open.
 */
import { type ColumnReader, createReader, printUniform } from './columnar.js';
import { writerOf } from './emit_function.js';
import { ended, pausedBefore } from './emit_machine.js';
import { emitStatement } from './emit_statement.js';
import { type Lockstep, readsColumns } from './lockstep.js';
import type { LoopItem, LoopPrinter, LoopSetting } from './loop_items.js';
import { literal, type Operand, type Statement, type StatementOf } from './low.js';
import type { Item, Machine, Node } from './machine.js';
import { type FrameColumn, findFrame, holdNewLocals, liveColumns } from './stepped_frame.js';
import { anyStatement } from './unused.js';
import { line, type ProgramWriter, rawText, type Writer } from './writer.js';

/** Noise that a node reads: a column or a stream of a group. */
type NoiseUse = { readonly group: number };

export type SteppedNode = {
  readonly number: number;
  /** Numbers of the noise that it reads. */
  readonly noise: readonly number[];
  /** Whether it has a loop over particles. */
  readonly loops: boolean;
};

export type SteppedText = {
  readonly source: string;
  readonly nodes: readonly SteppedNode[];
  readonly noise: readonly NoiseUse[];
  readonly frame: readonly FrameColumn[];
  /** Numbers of the columns of the frame that are read at a node or after it. */
  readonly live: ReadonlyMap<number, readonly number[]>;
  /** Whether dimensions differ between particles, and steps. */
  readonly dimensions: boolean;
  readonly steps: boolean;
};

type Emission = LoopSetting & {
  readonly print: LoopPrinter;
  readonly noise: NoiseUse[];
  readonly frame: FrameColumn[];
  readonly places: Map<number, number>;
  /** Variables outside functions. */
  readonly variables: Set<string>;
  /** Numbers for places of columns. */
  next: number;
  locals: number;
};

/** Prints all that a machine in lockstep needs. Null where something hangs on the particle that must not. */
export function emitStepped(
  program: ProgramWriter,
  machine: Machine,
  lockstep: Lockstep,
  print: LoopPrinter,
): SteppedText | null {
  const e: Emission = {
    program,
    machine,
    lockstep,
    print,
    differs: { dimensions: false, steps: false },
    noise: [],
    frame: [],
    places: new Map(),
    variables: new Set(),
    next: 0,
    locals: machine.owned.locals,
  };
  holdNewLocals(machine, lockstep);
  findFrame(machine, lockstep, e);
  const nodes: SteppedNode[] = [];
  for (const node of [...machine.nodes].sort((a, b) => a.number - b.number)) {
    const emitted = emitNode(e, node);
    if (emitted === null) return null;
    nodes.push(emitted);
  }
  const live = liveColumns(machine, e.places);
  const outputs = program.low.main.body.yields.map((_, k) => `o${k}`);
  const shared = ['W', 'D', 'T', 'S', 'X', ...outputs, ...e.frame.map((_, k) => `F${k}`)];
  const list = (prefix: string): string => `[${nodes.map(({ number }) => `${prefix}${number}`).join(', ')}]`;
  const source = [
    `let ${[...shared, ...e.variables].join(', ')};`,
    ...program.lines,
    'function bind(columns, outputs, frame) {',
    '  W = columns.weights;',
    '  D = columns.dimensions;',
    '  T = columns.steps;',
    '  S = columns.streams;',
    '  X = columns.dead;',
    ...outputs.map((o, k) => `  ${o} = outputs[${k}];`),
    ...e.frame.map((_, k) => `  F${k} = frame[${k}];`),
    '}',
    `return { before: ${list('b')}, run: ${list('s')}, after: ${list('a')}, bind };`,
  ].join('\n');
  const { noise, frame, differs } = e;
  return { source, nodes, noise, frame, live, ...differs };
}

const isUniform = ({ lockstep }: Emission, o: Operand): boolean =>
  o.kind !== 'local' || lockstep.held.get(o.id) === 'uniform';

/** What a node is made with: text before the loop, and what the loop does. */
type Making = {
  readonly shared: Writer;
  readonly reader: ColumnReader;
  readonly items: LoopItem[];
  readonly noise: number[];
};

function emitNode(e: Emission, node: Node): SteppedNode | null {
  const { program, machine, lockstep } = e;
  const statements = node.items.flatMap((i) => (i.kind === 'do' ? [i.statement] : []));
  const varying = statements.filter((s) => !isShared(e, s));
  const shared: Writer = {
    ...writerOf(program, '', { statements: [], yields: [] }, { ...machine.owned, lengths: new Map() }, () => ''),
    uses: { count: new Map(), block: new Map() },
    lines: [],
    indent: '  ',
  };
  for (const [id, as] of lockstep.held) {
    const name = as === 'columnar' ? `l${id}` : `u${id}`;
    shared.inlined.set(id, { number: name, flag: `(${name} === 1)` });
  }
  const items: LoopItem[] = [];
  const reader = createReader({
    lockstep,
    shared,
    loop: items,
    variables: e.variables,
    inPlace: machine.owned.inPlace,
    number: () => e.next++,
    local: () => e.locals++,
  });
  const making: Making = { shared, reader, items, noise: [] };
  const assigned: Item[] = [];
  for (const item of node.items) {
    if (item.kind === 'results') return null;
    if (item.kind === 'assign') assigned.push(item);
    else if (!emitItem(e, making, item.statement)) return null;
  }
  const after: string[] = [];
  for (const item of assigned) if (item.kind === 'assign') emitAssigned(e, making, after, item);
  const { exit } = node;
  if (exit.kind === 'call') return null;
  if (exit.kind === 'branch' && !isUniform(e, exit.condition)) return null;
  if (exit.kind === 'return')
    exit.yields.forEach((value, output) => {
      reader.gather(value);
      items.push({ kind: 'yield', output, value });
    });
  const ends = exit.kind === 'return';
  const loops = items.length > 0 || (ends && program.options.layout === 'column');
  program.lines.push(`function b${node.number}() {`, ...shared.lines, '}');
  if (loops) program.lines.push(...e.print(e, { node, items, varying, ends }));
  else program.lines.push(`const s${node.number} = null;`);
  program.lines.push(`function a${node.number}() {`, ...after);
  switch (exit.kind) {
    case 'jump':
      program.lines.push(`  return ${exit.to};`);
      break;
    case 'branch':
      program.lines.push(`  return ${rawText(shared, exit.condition)} === 1 ? ${exit.then} : ${exit.otherwise};`);
      break;
    case 'pause':
      program.lines.push(`  return ${pausedBefore(exit.to)};`);
      break;
    case 'return':
      program.lines.push(`  return ${ended};`);
  }
  program.lines.push('}');
  return { number: node.number, noise: making.noise, loops };
}

/** Whether a statement at the top of a node does the same in all particles. */
function isShared(e: Emission, s: Statement): boolean {
  if (s.kind === 'set') return e.lockstep.held.has(s.target.id);
  if (s.kind === 'count' || s.kind === 'resample') return true;
  return s.kind === 'fail_unless' && isUniform(e, s.value);
}

/** Takes one statement of a node; false where it cannot run in lockstep. */
function emitItem(e: Emission, making: Making, s: Statement): boolean {
  const { shared, reader, items } = making;
  if (s.kind === 'set') {
    const as = e.lockstep.held.get(s.target.id);
    if (as === 'uniform') {
      printUniform({ shared, variables: e.variables }, s);
      return true;
    }
    if (as === 'columnar') {
      reader.array(s);
      return true;
    }
    if (readsColumns(s.value)) return emitNoise(e, making, s);
  }
  if (anyStatement({ statements: [s], yields: [] }, (i) => i !== s && i.kind === 'set' && readsColumns(i.value)))
    return false;
  const take = (found: Statement): void => {
    for (const statement of reader.prepared(found)) items.push({ kind: 'statement', statement });
  };
  switch (s.kind) {
    case 'count':
      line(shared, `if ((common[0] += ${s.steps}) > ${e.program.options.limits.steps}) failSteps(${s.at});`);
      return true;
    case 'resample':
      return true;
    case 'fail_unless':
      if (isUniform(e, s.value)) emitStatement(shared, s, { statements: [s], yields: [] });
      else take(s);
      return true;
    case 'weigh': {
      const literally = s.dimension.kind === 'literal';
      if (s.dimension.kind === 'literal' && s.dimension.value !== 0) line(shared, `common[1] += ${s.dimension.value};`);
      if (!literally) e.differs.dimensions = true;
      take(literally ? { ...s, dimension: literal(0) } : s);
      return true;
    }
    default: {
      if (anyStatement({ statements: [s], yields: [] }, weighsMore)) e.differs.dimensions = true;
      take(s);
      return true;
    }
  }
}

const weighsMore = (s: Statement): boolean =>
  s.kind === 'call' || (s.kind === 'weigh' && !(s.dimension.kind === 'literal' && s.dimension.value === 0));

/** A number of a column of noise, or the state of a stream. */
function emitNoise(e: Emission, { shared, items, noise }: Making, { value, target }: StatementOf<'set'>): boolean {
  const source = value.kind === 'noise' && value.source.kind === 'column' ? value.source : null;
  const read = source ?? (value.kind === 'stream_known' ? value : null);
  if (read === null || (read.slot !== null && !isUniform(e, read.slot))) return false;
  const use = e.noise.push({ group: read.group }) - 1;
  noise.push(use);
  line(shared, `slots[${use}] = ${read.slot === null ? 0 : rawText(shared, read.slot)};`);
  items.push({ kind: source === null ? 'stream' : 'noise', target, use });
  return true;
}

/** Sets carried values, all sources read before. */
function emitAssigned(
  e: Emission,
  { shared, reader, items }: Making,
  after: string[],
  { targets, sources }: Extract<Item, { readonly kind: 'assign' }>,
): void {
  const late: string[] = [];
  targets.forEach((t, k) => {
    const source = sources[k]!;
    const as = e.lockstep.held.get(t.id);
    if (as === undefined) {
      reader.gather(source);
      const place = e.places.get(t.id);
      if (place !== undefined) items.push({ kind: 'keep', place, value: source });
      return;
    }
    const name = `${as === 'columnar' ? 'l' : 'u'}${t.id}`;
    e.variables.add(name);
    const from =
      as === 'columnar' && source.kind === 'constant' ? `cells.listOf(c${source.index})` : rawText(shared, source);
    after.push(`  const z${k} = ${from};`);
    late.push(`  ${name} = z${k};`);
  });
  after.push(...late);
}
