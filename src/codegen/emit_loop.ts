/** JavaScript text of the loops over particles of programs that run in lockstep. */
import { emitFunction, writerOf } from './emit_function.js';
import { emitStatement } from './emit_statement.js';
import type { LoopItem, LoopPrinter, LoopSetting, NodeLoop } from './loop_items.js';
import { type Block, type Local, type Operand, targetsOf } from './low.js';
import { exitOperands, type Node, nodeLocals } from './machine.js';
import { lengthLocal, line, nameOf, type ProgramWriter, type Register, text, usesIn, type Writer } from './writer.js';

/** Prints the functions beside main, and then loops. */
export function loopPrinter(program: ProgramWriter): LoopPrinter {
  const before = program.lines.length;
  for (const f of program.low.functions.values()) emitFunction(program, f);
  const functions = program.lines.slice(before);
  return (setting, loop) => printLoop(setting, loop, functions);
}

/** Steps and weights of a body, and where a node keeps them. */
function registerOf(program: ProgramWriter, body: Block, effect: 'weight' | 'steps'): Register {
  if (program.effects.called(body, effect)) return 'memory';
  return program.effects.own(body, effect) ? 'local' : 'none';
}

/** How often locals are read; those that must have a name are left out. */
function usesOf({ places }: LoopSetting, node: Node, body: Block): Writer['uses'] {
  const uses = usesIn(body);
  const count = new Map(uses.count);
  for (const id of places.keys()) count.delete(id);
  const name = (o: Operand): void => {
    if (o.kind === 'local') count.delete(o.id);
  };
  for (const item of node.items) {
    if (item.kind === 'assign') item.sources.forEach(name);
  }
  return { count, block: uses.block };
}

function printLoop(setting: LoopSetting, loop: NodeLoop, functions: readonly string[]): readonly string[] {
  const { program, machine, places } = setting;
  const { node, varying } = loop;
  const statements = node.items.flatMap((i) => (i.kind === 'do' ? [i.statement] : []));
  const body: Block = { statements: varying, yields: [] };
  const weight = registerOf(program, body, 'weight');
  const steps = registerOf(program, body, 'steps');
  const block: Block = { statements, yields: exitOperands(node.exit) };
  const head = new Set<string>();
  const save = (locals: readonly Local[]): void => {
    for (const l of locals) {
      const place = places.get(l.id);
      if (place !== undefined && machine.places.has(l.id)) line(w, `d${place}[p] = ${text(w, l)};`);
    }
  };
  const w: Writer = {
    ...writerOf(program, `m${node.number}`, { statements: [], yields: [] }, machine.owned, () => '', save),
    uses: usesOf(setting, node, block),
    weight,
    steps,
    lines: [],
    indent: '      ',
    leave: 'break particle;',
  };
  for (const item of loop.items) printItem(w, item, { block, head, save });
  if (loop.ends && program.options.layout === 'column') line(w, 'if (W[p] === -Infinity) erase(p);');
  return around(setting, loop, w, head, functions);
}

type Printing = {
  readonly block: Block;
  /** Lines at the start of the loop's function. */
  readonly head: Set<string>;
  readonly save: (locals: readonly Local[]) => void;
};

function printItem(w: Writer, item: LoopItem, { block, head, save }: Printing): void {
  switch (item.kind) {
    case 'statement':
      emitStatement(w, item.statement, block);
      save(targetsOf(item.statement));
      return;
    case 'noise':
      head.add(`const q${item.use} = offsets[${item.use}] - from;`);
      line(w, `const ${nameOf(item.target)} = t${item.use}[q${item.use} + p];`);
      save([item.target]);
      return;
    case 'stream':
      line(w, `const ${nameOf(item.target)} = t${item.use};`);
      save([item.target]);
      return;
    case 'gather': {
      line(w, `let ${nameOf(item.target)} = gathered(x${item.columns}, p, ${item.numbers});`);
      const length = lengthLocal(w, item.target);
      if (length !== null) line(w, `let ${nameOf(length)} = ${nameOf(item.target)}.length;`);
      return;
    }
    case 'columns':
      head.add(`const x${item.columns} = r${item.columns};`);
      w.inlined.set(item.target.id, { number: `x${item.columns}`, flag: 'false' });
      return;
    case 'put':
      line(w, `x${item.column}[p] = ${text(w, item.value)};`);
      return;
    case 'keep':
      line(w, `d${item.place}[p] = ${text(w, item.value)};`);
      return;
    case 'yield':
      head.add(`const y${item.output} = o${item.output};`);
      line(w, `y${item.output}[p] = ${text(w, item.value)};`);
      return;
  }
}

/** The loop over the particles of a block. */
function around(
  { program, machine, lockstep, places, differs }: LoopSetting,
  { node }: NodeLoop,
  { lines: body, weight, steps }: Writer,
  head: Set<string>,
  functions: readonly string[],
): readonly string[] {
  const { layout } = program.options;
  const calls = body.some((t) => /\bf\d+\(/.test(t));
  const uses = (name: string): boolean => [...body, ...(calls ? functions : [])].some((t) => t.includes(name));
  const reads = new Set(body.flatMap((t) => t.match(/[A-Za-z]\w*/g) ?? []));
  for (const name of reads) {
    const id = Number(name.slice(1));
    if (/^[nw]\d+$/.test(name) && lockstep.held.get(id) === 'uniform') head.add(`const ${name} = u${id};`);
    if (/^d\d+$/.test(name)) head.add(`const ${name} = F${id};`);
    if (/^x\d+$/.test(name)) head.add(`const ${name} = r${id};`);
  }
  const { read, set } = nodeLocals(node);
  const loads: string[] = [];
  for (const l of read.values()) {
    const place = places.get(l.id);
    if (place === undefined || set.has(l.id)) continue;
    head.add(`const d${place} = F${place};`);
    loads.push(`let ${nameOf(l)} = d${place}[p]${l.slot === 'word' ? ' | 0' : ''};`);
    const length = machine.owned.lengths.get(l.id);
    if (length !== undefined) loads.push(`let ${nameOf(length)} = ${nameOf(l)}.length;`);
  }
  const particle = layout === 'particle' && uses('st)');
  const dies = weight !== 'none' && layout !== 'column';
  const dimension = weight !== 'none' && (weight === 'memory' || differs.dimensions || uses('dimension +='));
  if (weight === 'memory') differs.dimensions = true;
  if (steps !== 'none') differs.steps = true;
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
  return [
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
  ];
}
