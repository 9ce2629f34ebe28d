/**
 * Text of programs that run in lockstep. Each node of main becomes three functions: what is the same in all particles before,
 * the loop over particles, and the way to the next node. The loop reads and writes columns alone.
 */
import { type ColumnReader, createReader, printUniform } from './columnar.js';
import { emitFunction, writerOf } from './emit_function.js';
import { ended, pausedBefore } from './emit_machine.js';
import { emitStatement } from './emit_statement.js';
import { type Lockstep, readsColumns } from './lockstep.js';
import { type Block, type Local, literal, type Operand, type Statement, type StatementOf, targetsOf } from './low.js';
import { exitOperands, type Item, type Machine, type Node, nodeLocals } from './machine.js';
import { type FrameColumn, findFrame, holdNewLocals, liveColumns } from './stepped_frame.js';
import { anyStatement } from './unused.js';
import { line, nameOf, type ProgramWriter, type Register, rawText, text, usesIn, type Writer } from './writer.js';

/** Noise that a node reads: a column or a stream of a group. */
export type NoiseUse = { readonly group: number };

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

type Emission = {
  readonly program: ProgramWriter;
  readonly machine: Machine;
  readonly lockstep: Lockstep;
  readonly noise: NoiseUse[];
  readonly frame: FrameColumn[];
  readonly places: Map<number, number>;
  /** Variables outside functions. */
  readonly variables: Set<string>;
  /** Lines of the functions beside main. */
  readonly functions: readonly string[];
  /** Numbers for places of columns. */
  next: number;
  locals: number;
  dimensions: boolean;
  steps: boolean;
};

/** Prints all that a machine in lockstep needs. Null where something hangs on the particle that must not. */
export function emitStepped(program: ProgramWriter, machine: Machine, lockstep: Lockstep): SteppedText | null {
  for (const f of program.low.functions.values()) emitFunction(program, f);
  const e: Emission = {
    program,
    machine,
    lockstep,
    noise: [],
    frame: [],
    places: new Map(),
    variables: new Set(),
    functions: [...program.lines],
    next: 0,
    locals: machine.owned.locals,
    dimensions: false,
    steps: false,
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
  const { noise, frame, dimensions, steps } = e;
  return { source, nodes, noise, frame, live, dimensions, steps };
}

const isUniform = ({ lockstep }: Emission, o: Operand): boolean =>
  o.kind !== 'local' || lockstep.held.get(o.id) === 'uniform';

/** Steps and weights of a body, and where a node keeps them. */
function registerOf(program: ProgramWriter, body: Block, effect: 'weight' | 'steps'): Register {
  if (program.effects.called(body, effect)) return 'memory';
  return program.effects.own(body, effect) ? 'local' : 'none';
}

/** What a loop over particles needs around its statements. */
type Around = { readonly head: Set<string>; readonly noise: number[] };

function emitNode(e: Emission, node: Node): SteppedNode | null {
  const { program, machine, lockstep } = e;
  const { held } = lockstep;
  const { layout } = program.options;
  const statements = node.items.flatMap((i) => (i.kind === 'do' ? [i.statement] : []));
  const varying = statements.filter((s) => !isShared(e, s));
  const body: Block = { statements: varying, yields: [] };
  const weight = registerOf(program, body, 'weight');
  const steps = registerOf(program, body, 'steps');
  const block: Block = { statements, yields: exitOperands(node.exit) };
  const around: Around = { head: new Set(), noise: [] };
  const save = (locals: readonly Local[]): void => {
    for (const l of locals) {
      const place = e.places.get(l.id);
      if (place !== undefined && machine.places.has(l.id)) line(loop, `d${place}[p] = ${text(loop, l)};`);
    }
  };
  const loop: Writer = {
    ...writerOf(program, `m${node.number}`, { statements: [], yields: [] }, machine.owned, () => '', save),
    uses: usesOf(e, node, block),
    weight,
    steps,
    lines: [],
    indent: '      ',
    leave: 'break particle;',
  };
  const shared: Writer = {
    ...writerOf(program, '', { statements: [], yields: [] }, { ...machine.owned, lengths: new Map() }, () => ''),
    uses: { count: new Map(), block: new Map() },
    lines: [],
    indent: '  ',
  };
  for (const [id, as] of held) {
    const name = as === 'columnar' ? `l${id}` : `u${id}`;
    shared.inlined.set(id, { number: name, flag: `(${name} === 1)` });
  }
  const reader = createReader({
    lockstep,
    shared,
    loop,
    variables: e.variables,
    head: around.head,
    number: () => e.next++,
    local: () => e.locals++,
  });
  const assigned: Item[] = [];
  for (const item of node.items) {
    if (item.kind === 'results') return null;
    if (item.kind === 'assign') assigned.push(item);
    else if (!emitItem(e, { shared, loop, reader, around, block, save }, item.statement)) return null;
  }
  const after: string[] = [];
  for (const item of assigned) if (item.kind === 'assign') emitAssigned(e, reader, loop, after, shared, item);
  const { exit } = node;
  if (exit.kind === 'call') return null;
  if (exit.kind === 'branch' && !isUniform(e, exit.condition)) return null;
  if (exit.kind === 'return') {
    exit.yields.forEach((o, k) => {
      around.head.add(`const y${k} = o${k};`);
      reader.gather(o);
      line(loop, `y${k}[p] = ${text(loop, o)};`);
    });
    if (layout === 'column') line(loop, 'if (W[p] === -Infinity) erase(p);');
  }
  const loops = loop.lines.length > 0;
  program.lines.push(`function b${node.number}() {`, ...shared.lines, '}');
  if (loops) emitLoop(e, node, loop, around, { weight, steps });
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
  return { number: node.number, noise: around.noise, loops };
}

/** Whether a statement at the top of a node does the same in all particles. */
function isShared(e: Emission, s: Statement): boolean {
  if (s.kind === 'set') return e.lockstep.held.has(s.target.id);
  if (s.kind === 'count' || s.kind === 'resample') return true;
  return s.kind === 'fail_unless' && isUniform(e, s.value);
}

/** How often locals are read; those that must have a name are left out. */
function usesOf(e: Emission, node: Node, body: Block): Writer['uses'] {
  const uses = usesIn(body);
  const count = new Map(uses.count);
  for (const id of e.places.keys()) count.delete(id);
  const name = (o: Operand): void => {
    if (o.kind === 'local') count.delete(o.id);
  };
  for (const item of node.items) {
    if (item.kind === 'assign') item.sources.forEach(name);
  }
  return { count, block: uses.block };
}

type Writers = {
  readonly shared: Writer;
  readonly loop: Writer;
  readonly reader: ColumnReader;
  readonly around: Around;
  readonly block: Block;
  readonly save: (locals: readonly Local[]) => void;
};

/** Prints one statement of a node; false where it cannot run in lockstep. */
function emitItem(e: Emission, writers: Writers, s: Statement): boolean {
  const { shared, loop, reader, block, save } = writers;
  const { held } = e.lockstep;
  if (s.kind === 'set') {
    const as = held.get(s.target.id);
    if (as === 'uniform') {
      printUniform({ shared, variables: e.variables }, s);
      return true;
    }
    if (as === 'columnar') {
      reader.array(s);
      return true;
    }
    if (readsColumns(s.value)) return emitNoise(e, writers, s);
  }
  if (anyStatement({ statements: [s], yields: [] }, (i) => i !== s && i.kind === 'set' && readsColumns(i.value)))
    return false;
  const print = (statement: Statement): void => {
    for (const prepared of reader.prepared(statement)) emitStatement(loop, prepared, block);
  };
  switch (s.kind) {
    case 'count':
      line(shared, `if ((common[0] += ${s.steps}) > ${e.program.options.limits.steps}) failSteps(${s.at});`);
      return true;
    case 'resample':
      return true;
    case 'fail_unless':
      if (isUniform(e, s.value)) emitStatement(shared, s, block);
      else print(s);
      return true;
    case 'weigh': {
      const literally = s.dimension.kind === 'literal';
      if (s.dimension.kind === 'literal' && s.dimension.value !== 0) line(shared, `common[1] += ${s.dimension.value};`);
      if (!literally) e.dimensions = true;
      print(literally ? { ...s, dimension: literal(0) } : s);
      return true;
    }
    default: {
      if (anyStatement({ statements: [s], yields: [] }, weighsMore)) e.dimensions = true;
      print(s);
      save(targetsOf(s));
      return true;
    }
  }
}

const weighsMore = (s: Statement): boolean =>
  s.kind === 'call' || (s.kind === 'weigh' && !(s.dimension.kind === 'literal' && s.dimension.value === 0));

/** A number of a column of noise, or the state of a stream. */
function emitNoise(e: Emission, { shared, loop, around, save }: Writers, s: StatementOf<'set'>): boolean {
  const { value } = s;
  const source = value.kind === 'noise' && value.source.kind === 'column' ? value.source : null;
  const read = source ?? (value.kind === 'stream_known' ? value : null);
  if (read === null || (read.slot !== null && !isUniform(e, read.slot))) return false;
  const use = e.noise.push({ group: read.group }) - 1;
  around.noise.push(use);
  line(shared, `slots[${use}] = ${read.slot === null ? 0 : rawText(shared, read.slot)};`);
  if (source === null) line(loop, `const ${nameOf(s.target)} = t${use};`);
  else {
    around.head.add(`const q${use} = offsets[${use}] - from;`);
    line(loop, `const ${nameOf(s.target)} = t${use}[q${use} + p];`);
  }
  save([s.target]);
  return true;
}

/** Sets carried values, all sources read before. */
function emitAssigned(
  e: Emission,
  reader: ColumnReader,
  loop: Writer,
  after: string[],
  shared: Writer,
  { targets, sources }: Extract<Item, { readonly kind: 'assign' }>,
): void {
  const late: string[] = [];
  targets.forEach((t, k) => {
    const source = sources[k]!;
    const as = e.lockstep.held.get(t.id);
    if (as === undefined) {
      reader.gather(source);
      const place = e.places.get(t.id);
      if (place !== undefined) line(loop, `d${place}[p] = ${text(loop, source)};`);
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

/** The loop over the particles of a block. */
function emitLoop(
  e: Emission,
  node: Node,
  loop: Writer,
  { head }: Around,
  { weight, steps }: { readonly weight: Register; readonly steps: Register },
): void {
  const { layout } = e.program.options;
  const body = loop.lines;
  const calls = body.some((t) => /\bf\d+\(/.test(t));
  const uses = (name: string): boolean => [...body, ...(calls ? e.functions : [])].some((t) => t.includes(name));
  const reads = new Set(body.flatMap((t) => t.match(/[A-Za-z]\w*/g) ?? []));
  for (const name of reads) {
    const id = Number(name.slice(1));
    if (/^[nw]\d+$/.test(name) && e.lockstep.held.get(id) === 'uniform') head.add(`const ${name} = u${id};`);
    if (/^d\d+$/.test(name)) head.add(`const ${name} = F${id};`);
  }
  const { read, set } = nodeLocals(node);
  const loads: string[] = [];
  for (const l of read.values()) {
    const place = e.places.get(l.id);
    if (place === undefined || set.has(l.id)) continue;
    head.add(`const d${place} = F${place};`);
    loads.push(`let ${nameOf(l)} = d${place}[p]${l.slot === 'word' ? ' | 0' : ''};`);
    const length = e.machine.owned.lengths.get(l.id);
    if (length !== undefined) loads.push(`let ${nameOf(length)} = ${nameOf(l)}.length;`);
  }
  const particle = layout === 'particle' && uses('st)');
  const dies = weight !== 'none' && layout !== 'column';
  const dimension = weight !== 'none' && (weight === 'memory' || e.dimensions || uses('dimension +='));
  if (weight === 'memory') e.dimensions = true;
  if (steps !== 'none') e.steps = true;
  const before = [
    ...(layout === 'column' ? [] : ['if (X[p] === 1) continue;']),
    ...(uses('at.particle') ? ['at.particle = first + p;'] : []),
    ...(particle ? [0, 1, 2, 3].map((k) => `st[${k}] = S[4 * p + ${k}];`) : []),
    ...(weight === 'local' ? [`let weight = W[p]${dimension ? ', dimension = D[p]' : ''};`] : []),
    ...(weight === 'memory' ? ['totals[0] = W[p]; totals[1] = D[p];'] : []),
    ...(steps === 'none' ? [] : ['const stepsBefore = common[0] + T[p];']),
    ...(steps === 'local' ? ['let steps = stepsBefore;'] : []),
    ...(steps === 'memory' ? ['totals[2] = stepsBefore;'] : []),
    ...loads,
  ];
  const stepped = steps === 'local' ? 'steps' : 'totals[2]';
  const afterwards = [
    ...(weight === 'local' ? [`W[p] = weight;${dimension ? ' D[p] = dimension;' : ''}`] : []),
    ...(weight === 'memory' ? ['W[p] = totals[0]; D[p] = totals[1];'] : []),
    ...(steps === 'none' ? [] : [`T[p] = ${stepped} - common[0]; taken += ${stepped} - stepsBefore;`]),
    ...(particle ? [0, 1, 2, 3].map((k) => `S[4 * p + ${k}] = st[${k}];`) : []),
    ...(dies ? ['if (W[p] === -Infinity) died(p);'] : []),
  ];
  const leaves = body.some((t) => t.includes('break particle;'));
  e.program.lines.push(
    `function s${node.number}(first, from, to) {`,
    ...[...head].map((t) => `  ${t}`),
    '  let taken = 0;',
    '  for (let p = from; p < to; p++) {',
    ...before.map((t) => `    ${t}`),
    leaves ? '    particle: {' : '    {',
    ...body,
    '    }',
    ...afterwards.map((t) => `    ${t}`),
    '  }',
    '  done[0] += taken;',
    '}',
  );
}
