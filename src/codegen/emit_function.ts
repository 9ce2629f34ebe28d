/** Text of whole functions. */
import { emitBlock, emitEnter, leaveText } from './emit_statement.js';
import type { Block, LowFunction } from './low.js';
import { findOwned, type Owned } from './ownership.js';
import { type Keeping, split } from './split.js';
import { line, mainPrefix, nameOf, type ProgramWriter, type Register, text, usesIn, type Writer } from './writer.js';

function registerOf(program: ProgramWriter, body: Block, effect: 'weight' | 'steps'): Register {
  if (!program.effects.own(body, effect)) return 'none';
  return program.effects.called(body, effect) ? 'memory' : 'local';
}

/** A writer for a body. */
export function writerOf(
  program: ProgramWriter,
  prefix: string,
  body: Block,
  owned: Owned,
  leave: (totals: string) => string,
  defined: Writer['defined'] = () => {},
): Writer {
  const weight = registerOf(program, body, 'weight');
  const steps = registerOf(program, body, 'steps');
  return {
    program,
    prefix,
    owned,
    uses: usesIn(body),
    inlined: new Map(),
    weight,
    steps,
    lines: program.lines,
    indent: '  ',
    leave: leave(leaveText({ weight, steps })),
    defined,
  };
}

/** What can be changed in place in a function. */
export const ownedIn = ({ low }: ProgramWriter, f: LowFunction): Owned =>
  findOwned(f, (callee) => low.functions.get(callee)?.results.includes('value') ?? true);

/** A function of the low form made ready for printing. */
type Ready = { readonly owned: Owned; readonly body: Block; readonly keeping: Keeping; readonly prefix: string };

/** Finds what can be changed in place, and splits what is too long, but for functions that call themselves. */
function ready(program: ProgramWriter, f: LowFunction, prefix: string): Ready {
  const owned = ownedIn(program, f);
  const keeping: Keeping = { next: 0, places: new Map(), parts: [] };
  const body = f.recursive ? owned.body : split(owned.body, keeping, program.longestBody);
  return { owned, body, keeping, prefix };
}

/** Prints the parts of a body that was split, and the arrays that they keep locals in. */
export function emitParts(
  program: ProgramWriter,
  { owned, keeping, prefix }: Pick<Ready, 'owned' | 'keeping' | 'prefix'>,
): void {
  if (keeping.next > 0) {
    program.lines.push(`const ${prefix}k = new Float64Array(${keeping.next});`);
    program.lines.push(`const ${prefix}j = new Array(${keeping.next}).fill(null);`);
  }
  for (const part of keeping.parts) {
    program.lines.push(`function ${prefix}p${part.number}(${prefix === mainPrefix ? 'q' : ''}) {`);
    const w = writerOf(program, prefix, part.body, owned, (totals) => `{ ${totals}return; }`);
    emitEnter(w);
    emitBlock(w, part.body);
    emitLeave(w);
    program.lines.push('}');
  }
}

/** Prints a function that is not main. */
export function emitFunction(program: ProgramWriter, f: LowFunction): void {
  const made = ready(program, f, `f${f.number}`);
  emitParts(program, made);
  const w = writerOf(program, made.prefix, made.body, made.owned, (totals) => `{ ${totals}return ${deadResult(f)}; }`);
  program.lines.push(`function f${f.number}(${f.params.map(nameOf).join(', ')}) {`);
  emitEnter(w);
  emitBlock(w, made.body);
  emitLeave(w);
  const [first, ...others] = made.body.yields;
  others.forEach((o, k) => {
    line(w, `${o.slot === 'value' ? 'values' : 'numbers'}[${k}] = ${text(w, o)};`);
  });
  if (first !== undefined) line(w, `return ${text(w, first)};`);
  program.lines.push('}');
}

/** What a function returns when the particle is dead: nobody reads it. */
const deadResult = (f: LowFunction): string => (f.results.length === 0 ? '' : f.results[0] === 'number' ? 'NaN' : '0');

function emitLeave(w: Writer): void {
  const totals = leaveText(w).trimEnd();
  if (totals !== '') line(w, totals);
}

/**
 * Prints main as `run`, the loop over particles: V8 compiles one function where it would compile two, and columns and totals stay in
 * registers. `run` takes the number of the particle at place 0 of the columns, the place of the chunk's first particle, and which particles of the chunk
 * are meant.
 */
export function emitMain(program: ProgramWriter): void {
  const made = ready(program, program.low.main, mainPrefix);
  emitParts(program, made);
  const before = program.lines.length;
  const w = writerOf(program, made.prefix, made.body, made.owned, () => 'break particle;');
  const register = (effect: 'weight' | 'steps', here: Register): Register =>
    here === 'none' && program.effects.called(made.body, effect) ? 'memory' : here;
  const weight = register('weight', w.weight);
  const steps = register('steps', w.steps);
  w.indent = '      ';
  emitBlock(w, made.body);
  made.body.yields.forEach((o, k) => {
    line(w, `y${k}[p] = ${text(w, o)};`);
  });
  const particle = program.lines.splice(before);
  const uses = (name: string): boolean => [...program.lines, ...particle].some((t) => t.includes(name));
  const reset = [
    ...(weight === 'memory' ? ['totals[0] = 0; totals[1] = 0;'] : []),
    ...(weight === 'local' ? ['let weight = 0, dimension = 0;'] : []),
    ...(steps === 'memory' ? ['totals[2] = 0;'] : []),
    ...(steps === 'local' ? ['let steps = 0;'] : []),
    ...(uses('trace.visit') ? ['totals[3] = 0;'] : []),
    ...(uses('at.particle') ? ['at.particle = first + p;'] : []),
    ...(program.countsDepth ? ['at.depth = 0;'] : []),
    ...(uses('trace.') ? ['trace.start();'] : []),
    ...(program.options.layout === 'particle' ? ['seedParticle(k0, k1, first + p, st);'] : []),
  ];
  const [weighed, dimension] = {
    none: ['0', '0'],
    local: ['weight', 'dimension'],
    memory: ['totals[0]', 'totals[1]'],
  }[weight];
  const settle = [
    `weights[p] = ${weighed};`,
    `dimensions[p] = ${dimension};`,
    ...(steps === 'none' ? [] : [`taken += ${steps === 'local' ? 'steps' : 'totals[2]'};`]),
    ...(uses('trace.visit') ? ['lonely += totals[3];'] : []),
    ...(weight === 'none' ? [] : [`if (${weighed} === -Infinity) erase(p);`]),
  ];
  const { params } = program.low.main;
  const columns = [...made.body.yields.map((_, k) => `y${k} = o${k}`), ...params.map((_, k) => `x${k} = h${k}`)];
  program.lines.push(
    'function run(first, from, begin, end) {',
    `  const ${['weights = logWeights', 'dimensions = scoreDimensions', ...columns].join(', ')};`,
    '  let taken = 0, lonely = 0;',
    '  for (let q = begin; q < end; q++) {',
    '    const p = from + q;',
    ...params.map((l, k) => `    const ${nameOf(l)} = x${k}[p];`),
    ...reset.map((t) => `    ${t}`),
    uses('break particle;') ? '    particle: {' : '    {',
    ...particle,
    '    }',
    ...settle.map((t) => `    ${t}`),
    '  }',
    '  done[0] += taken;',
    '  done[1] += lonely;',
    '}',
  );
}
