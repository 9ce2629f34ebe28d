/** C text of whole functions, one particle at a time. */
import type { IrType } from '../../ir/ir.js';
import { isScalarType } from '../../ir/values.js';
import type { Block, LowFunction } from '../low.js';
import { findOwned, type Owned } from '../ownership.js';
import { flagsIn } from '../wasm/flags.js';
import { spillLines } from './reals_text.js';
import { emitBlock } from './statement_text.js';
import { line, nameOf, type ProgramWriter, type Register, text, typeOfSlot, type Writer } from './writer.js';

function registerOf({ effects }: ProgramWriter, body: Block, effect: 'weight' | 'steps'): Register {
  if (!effects.own(body, effect)) return 'none';
  return effects.called(body, effect) ? 'memory' : 'local';
}

const ownedIn = ({ low }: ProgramWriter, f: LowFunction): Owned =>
  findOwned(f, (callee) => low.functions.get(callee)?.results.includes('value') ?? true);

function writerOf(program: ProgramWriter, f: LowFunction, leave: (w: Omit<Writer, 'leave'>) => string): Writer {
  const owned = ownedIn(program, f);
  const w = {
    program,
    owned,
    flags: flagsIn(f, owned.body),
    weight: registerOf(program, owned.body, 'weight'),
    steps: registerOf(program, owned.body, 'steps'),
    streams: program.effects.own(owned.body, 'stream'),
    indent: '  ',
  };
  return { ...w, leave: leave(w) };
}

/** Statements that put back what a function keeps in locals, for one line. */
const leaveText = (w: Omit<Writer, 'leave'>): string =>
  (w.weight === 'local' ? 'k->weight = weight; k->dimension = dimension; ' : '') +
  (w.steps === 'local' ? 'k->steps = steps; ' : '') +
  (w.streams ? 'k->own = own; ' : '');

const enterLines = (w: Writer): readonly string[] => [
  ...(w.weight === 'local' ? ['double weight = k->weight, dimension = k->dimension;'] : []),
  ...(w.steps === 'local' ? ['int64_t steps = k->steps;'] : []),
  ...(w.streams ? ['stream own = k->own;'] : []),
];

/** The head of a function that is not main: its first result is returned, the others go where pointers say. */
export function headText(f: LowFunction): string {
  const [first, ...others] = f.results;
  const params = [
    'kernel* k',
    ...f.params.map((p) => `${typeOfSlot(p.slot)} ${nameOf(p)}`),
    ...others.map((slot, k) => `${typeOfSlot(slot)}* r${k}`),
  ];
  return `static ${first === undefined ? 'void' : typeOfSlot(first)} fn${f.number}(${params.join(', ')})`;
}

/** Writes a function that is not main. */
export function emitFunction(program: ProgramWriter, f: LowFunction): void {
  const [first, ...others] = f.results;
  // Nobody reads what a particle that died gives.
  const nothing = first === undefined ? '' : first === 'number' ? 'NAN' : '0';
  const w = writerOf(
    program,
    f,
    (half) => `{ ${leaveText(half)}${others.map((_, k) => `*r${k} = 0; `).join('')}return ${nothing}; }`,
  );
  program.lines.push(`${headText(f)} {`);
  if (f.recursive) line(w, 'if ((char*)__builtin_frame_address(0) < k->lowest) fail_memory(k);');
  for (const t of enterLines(w)) line(w, t);
  emitBlock(w, w.owned.body);
  const [result, ...more] = w.owned.body.yields;
  more.forEach((o, k) => {
    line(w, `*r${k} = ${text(w, o)};`);
  });
  if (result !== undefined) line(w, `const ${typeOfSlot(first ?? 'number')} result = ${text(w, result)};`);
  line(w, `${leaveText(w)}${result === undefined ? '' : 'return result;'}`);
  program.lines.push('}');
}

/** Writes main as `one`: runs the particle at place `q` of the chunk and `p` of the columns. */
export function emitMain(program: ProgramWriter, results: readonly IrType[]): void {
  const { low, effects, options, countsDepth } = program;
  const { main } = low;
  const w = writerOf(program, main, () => 'goto dead;');
  const { body } = w.owned;
  const weighs = w.weight !== 'none' || effects.called(body, 'weight');
  const counts = w.steps !== 'none' || effects.called(body, 'steps');
  const weight = !weighs ? '0' : w.weight === 'local' ? 'weight' : 'k->weight';
  const dimension = !weighs ? '0' : w.weight === 'local' ? 'dimension' : 'k->dimension';
  program.lines.push('ONE void one(kernel* k, double* const* columns, int64_t q, int64_t p) {');
  if (weighs) line(w, w.weight === 'local' ? 'double weight = 0, dimension = 0;' : 'k->weight = k->dimension = 0;');
  if (counts) line(w, w.steps === 'local' ? 'int64_t steps = 0;' : 'k->steps = 0;');
  if (countsDepth) line(w, 'k->depth = 0;');
  line(w, 'k->top = (mark){k->rooms, k->rooms ? k->rooms->bytes : NULL};');
  if (program.traces) line(w, 'forget(&k->traces.fixed); forget(&k->traces.visited); forget(&k->traces.taken);');
  if (options.layout === 'particle')
    line(w, `${w.streams ? 'stream own' : 'k->own'} = seed_particle(k->key0, k->key1, k->particle);`);
  low.groups.forEach((group, k) => {
    if (group.kind === 'column') line(w, `const double* const g${k} = k->columns[${k}];`);
  });
  main.params.forEach((p, k) => {
    line(w, `const double ${nameOf(p)} = columns[${2 + body.yields.length + k}][p];`);
  });
  line(w, '{');
  w.indent = '    ';
  emitBlock(w, body);
  const scalar = results.map(isScalarType);
  body.yields.forEach((o, k) => {
    if (scalar[k]) line(w, `columns[${2 + k}][p] = ${text(w, o)};`);
  });
  const spilt = body.yields.flatMap((o, k) => (scalar[k] ? [] : spillLines(results[k]!, text(w, o))));
  if (spilt.length > 0) line(w, `if (${weight} != -INFINITY) { ${spilt.join(' ')} }`);
  w.indent = '  ';
  line(w, '}');
  program.lines.push('dead:');
  line(w, `columns[0][p] = ${weight};`);
  line(w, `columns[1][p] = ${dimension};`);
  if (counts) line(w, `k->taken += ${w.steps === 'local' ? 'steps' : 'k->steps'};`);
  const numbers = scalar.flatMap((is, k) => (is ? [`columns[${2 + k}][p] = NAN;`] : []));
  if (weighs && numbers.length > 0) line(w, `if (${weight} == -INFINITY) { ${numbers.join(' ')} }`);
  program.lines.push('}');
}
