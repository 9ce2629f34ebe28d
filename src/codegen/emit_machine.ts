/** Text of machines: one function for each node; it takes the frame and returns the next node. */
import { emitParts } from './emit_function.js';
import { emitStatement } from './emit_statement.js';
import {
  type Block,
  type Local,
  type LowFunction,
  type Operand,
  type Statement,
  type StatementOf,
  targetsOf,
} from './low.js';
import { type Exit, exitOperands, type Item, type Machine, type Node, nodeLocals } from './machine.js';
import { type Keeping, split } from './split.js';
import {
  lengthLocal,
  line,
  mainPrefix,
  nameOf,
  operandText,
  type ProgramWriter,
  rawText,
  text,
  usesIn,
  type Writer,
} from './writer.js';

/** What the text of machines refers to. */
export type MachineProgram = {
  readonly program: ProgramWriter;
  readonly machines: readonly Machine[];
};

const machineOf = ({ machines }: MachineProgram, key: string): Machine => {
  const found = machines.find((m) => m.key === key);
  if (found === undefined) throw new Error('codegen: a machine is missing');
  return found;
};

/** Node functions return the next node, `ended`, or a pause: -2 - the node after it. */
export const ended = -1;
export const pausedBefore = (node: number): number => -2 - node;
export const nodeAfter = (pause: number): number => -2 - pause;

/** Prints all nodes of a machine. */
export function emitMachine(all: MachineProgram, machine: Machine, f: LowFunction, isMain: boolean): void {
  const { program } = all;
  const prefix = isMain ? mainPrefix : `f${f.number}`;
  const keeping: Keeping = { next: 0, places: new Map(), parts: [] };
  const nodes = machine.nodes.map((node) => ({
    ...node,
    items: node.items.flatMap((i) => shortened(i, keeping, program.longestBody)),
  }));
  emitParts(program, { owned: machine.owned, keeping, prefix });
  for (const node of nodes) emitNode(all, machine, node, prefix, isMain);
}

/** A long statement in which nothing pauses has parts of its own. */
function shortened(item: Item, keeping: Keeping, longest: number): readonly Item[] {
  if (item.kind !== 'do') return [item];
  const { statements } = split({ statements: [item.statement], yields: [] }, keeping, longest);
  return statements.map((statement): Item => ({ kind: 'do', statement }));
}

function emitNode(all: MachineProgram, machine: Machine, node: Node, prefix: string, isMain: boolean): void {
  const { program } = all;
  const { places, owned } = machine;
  const statements = node.items.flatMap((i) => (i.kind === 'do' ? [i.statement] : []));
  const block: Block = { statements, yields: exitOperands(node.exit) };
  const uses = usesIn(block, node.exit.kind === 'branch');
  const count = new Map(uses.count);
  // What lives in the frame needs a name, to be put there.
  for (const id of places.keys()) count.delete(id);
  for (const item of node.items)
    if (item.kind === 'assign') for (const o of item.sources) if (o.kind === 'local') count.delete(o.id);
  const save = (locals: readonly Local[]): void => {
    for (const l of locals) {
      for (const part of [l, owned.lengths.get(l.id)]) {
        const place = part === undefined ? undefined : places.get(part.id);
        if (part !== undefined && place !== undefined) line(w, `${memory(part)}[b + ${place}] = ${nameOf(part)};`);
      }
    }
  };
  const w: Writer = {
    program,
    prefix,
    owned,
    uses: { count, block: uses.block },
    inlined: new Map(),
    weight: 'memory',
    steps: 'memory',
    lines: program.lines,
    indent: '  ',
    leave: `return ${ended};`,
    defined: save,
  };
  program.lines.push(`function s${node.number}(b, p, q) {`);
  emitLoads(w, machine, node);
  for (const item of node.items) emitItem(w, machine, item, block, save);
  emitExit(all, w, machine, node.exit, isMain);
  program.lines.push('}');
}

const memory = (l: Local): string => (l.slot === 'value' ? 'V' : 'F');

/** Takes what the node reads from the frame. */
function emitLoads(w: Writer, { places, owned }: Machine, node: Node): void {
  const { read, set } = nodeLocals(node);
  const load = (l: Local): void => {
    const place = places.get(l.id);
    if (place !== undefined)
      line(w, `let ${nameOf(l)} = ${memory(l)}[b + ${place}]${l.slot === 'word' ? ' | 0' : ''};`);
  };
  for (const l of read.values()) {
    if (set.has(l.id)) continue;
    load(l);
    const length = owned.lengths.get(l.id);
    if (length !== undefined) load(length);
  }
}

function emitItem(
  w: Writer,
  machine: Machine,
  item: Item,
  block: Block,
  save: (locals: readonly Local[]) => void,
): void {
  switch (item.kind) {
    case 'do':
      emitStatement(w, item.statement, block);
      save(savedTargets(item.statement));
      return;
    case 'results': {
      const { countsDepth } = w.program;
      if (countsDepth && item.below > 0) line(w, `at.depth -= ${item.below};`);
      item.targets.forEach((t, k) => {
        line(w, `const ${nameOf(t)} = ${t.slot === 'value' ? 'values' : 'numbers'}[${k}];`);
      });
      save(item.targets);
      return;
    }
    case 'assign':
      emitFrameAssign(w, machine, item.targets, item.sources);
      return;
  }
}

/** Parts load what others set: that is in the frame already. */
const savedTargets = (s: Statement): readonly Local[] => (s.kind === 'load' ? [] : targetsOf(s));

/** Sets places of the frame, all sources read before. */
function emitFrameAssign(
  w: Writer,
  { places, owned }: Machine,
  targets: readonly Local[],
  sources: readonly Operand[],
): void {
  // Sources are constants of the node or were loaded at its start: nothing that is written here is read again.
  targets.forEach((t, k) => {
    const source = sources[k]!;
    const length = owned.lengths.get(t.id);
    line(w, `${memory(t)}[b + ${places.get(t.id)}] = ${length === undefined ? text(w, source) : rawText(w, source)};`);
    if (length === undefined) return;
    const from = lengthLocal(w, source);
    line(w, `F[b + ${places.get(length.id)}] = ${from === null ? `${rawText(w, source)}.length` : nameOf(from)};`);
  });
}

function emitExit(all: MachineProgram, w: Writer, machine: Machine, exit: Exit, isMain: boolean): void {
  switch (exit.kind) {
    case 'jump':
      line(w, `return ${exit.to};`);
      return;
    case 'branch':
      line(w, `return ${operandText(w, exit.condition).flag} ? ${exit.then} : ${exit.otherwise};`);
      return;
    case 'pause':
      line(w, `return ${pausedBefore(exit.to)};`);
      return;
    case 'call':
      emitMachineCall(all, w, machine, exit.call, exit.to);
      return;
    case 'return':
      if (isMain) {
        exit.yields.forEach((o, k) => {
          line(w, `o${k}[p] = ${text(w, o)};`);
        });
        line(w, `return ${ended};`);
        return;
      }
      exit.yields.forEach((o, k) => {
        line(w, `${o.slot === 'value' ? 'values' : 'numbers'}[${k}] = ${text(w, o)};`);
      });
      line(w, 'base = row + F[b + 1];');
      line(w, 'return F[b];');
      return;
  }
}

function emitMachineCall(
  all: MachineProgram,
  w: Writer,
  machine: Machine,
  call: StatementOf<'call'>,
  to: number,
): void {
  const callee = machineOf(all, call.callee);
  if (w.program.countsDepth && call.below > 0) line(w, `at.depth += ${call.below};`);
  line(w, `const c = enter(b, ${machine.size}, ${callee.size});`);
  callee.params.forEach((param, k) => {
    line(w, `${memory(param)}[c + ${callee.places.get(param.id)}] = ${text(w, call.args[k]!)};`);
  });
  line(w, `F[c] = ${to};`);
  line(w, `F[c + 1] = c - row - ${machine.size};`);
  line(w, `F[c + 2] = ${all.machines.indexOf(callee)};`);
  line(w, `return ${callee.entry};`);
}

/** The text around the nodes: the arena, and the way from node to node. */
export function machineFrame(
  nodes: number,
  results: number,
  groups: number,
): { readonly before: readonly string[]; readonly after: readonly string[] } {
  const outputs = Array.from({ length: results }, (_, k) => `o${k}`);
  const noise = Array.from({ length: groups }, (_, k) => `g${k}`);
  return {
    before: [
      `let F = new Float64Array(0), V = [], stride = 0, row = 0, base = 0, chunk = 0, blocks = 0;`,
      ...(outputs.length + noise.length === 0 ? [] : [`let ${[...outputs, ...noise].join(', ')};`]),
      'function enter(b, size, more) {',
      '  const offset = b - row + size;',
      '  if (offset + more > stride) {',
      '    const p = row / stride;',
      '    grown(offset + more);',
      '    row = p * stride;',
      '  }',
      '  base = row + offset;',
      '  return base;',
      '}',
    ],
    after: [
      `const table = [${Array.from({ length: nodes }, (_, k) => `s${k}`).join(', ')}];`,
      'function resume(p, offset, node) {',
      '  row = p * stride;',
      '  base = row + offset;',
      '  let next = node;',
      '  do next = table[next](base, p, p); while (next >= 0);',
      '  return next;',
      '}',
      'function arena(numbers, values, length) {',
      '  F = numbers;',
      '  V = values;',
      '  stride = length;',
      '}',
      'function offset() {',
      '  return base - row;',
      '}',
      'function outputs(columns) {',
      ...outputs.map((o, k) => `  ${o} = columns[${k}];`),
      '}',
      'function noise(shown, room, count) {',
      ...noise.map((g, k) => `  ${g} = shown[${k}];`),
      '  chunk = room;',
      '  blocks = count;',
      '}',
      'return { resume, arena, offset, outputs, noise };',
    ],
  };
}
