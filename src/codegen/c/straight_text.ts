/**
 * Main as a loop that compilers turn into vector code: both sides of a branch are computed and one is taken, loops are unrolled,
 * functions have their near form. Where a particle comes to anything out of the way (a fault, a number that a near form does not
 * know) a flag is set, and the particle runs again by itself.
 */
import {
  type Block,
  blocksOf,
  type Local,
  type LowFunction,
  type Operand,
  type Statement,
  type StatementOf,
} from '../low.js';
import { flagsIn } from '../wasm/flags.js';
import { columnText } from './expression_text.js';
import { powerText, scalarText } from './scalar_text.js';
import { flagText, nameOf, type ProgramWriter, text, textFor, typeOf } from './writer.js';

/** Statements of a loop at most, once it is unrolled. */
const longest = 4000;
/** Iterations of an unrolled loop at most. */
const mostRounds = 128;
/** Statements of a branch at most, since both sides are computed. */
const longestBranch = 60;

/** What has another shape. */
const unfit: unique symbol = Symbol('unfit');

type Straight = {
  readonly program: ProgramWriter;
  readonly flags: ReadonlySet<number>;
  readonly lines: string[];
  /** The flag of the particles that come to the present place; null for all. */
  readonly mask: string | null;
  /** The flag of what is out of the way. */
  readonly odd: string;
  readonly count: { names: number; statements: number; steps: number; most: number };
};

const put = (s: Straight, text: string): void => void s.lines.push(text);

/** A truth value where the mask is set, else false. */
const masked = ({ mask }: Straight, flag: string): string => (mask === null ? flag : `${mask} & ${flag}`);

function statementsIn(block: Block): number {
  return block.statements.reduce((n, s) => n + 1 + blocksOf(s).reduce((m, b) => m + statementsIn(b), 0), 0);
}

function straightBlock(s: Straight, block: Block): void {
  for (const statement of block.statements) {
    s.count.statements += 1;
    if (s.count.statements > longest) throw unfit;
    straightStatement(s, statement);
  }
}

function straightStatement(s: Straight, statement: Statement): void {
  switch (statement.kind) {
    case 'set':
      straightSet(s, statement);
      return;
    case 'if':
      straightIf(s, statement);
      return;
    case 'for':
      straightFor(s, statement);
      return;
    case 'count':
      countSteps(s, statement.steps);
      return;
    case 'weigh': {
      const amount = text(s, statement.value);
      put(s, `${s.odd} |= ${amount} != ${amount};`);
      put(s, `weight = ${masked(s, '(weight != -INFINITY)')} ? weight + ${amount} : weight;`);
      const dimension = text(s, statement.dimension);
      if (dimension !== '0.0')
        put(s, `dimension += ${s.mask === null ? dimension : `${s.mask} ? ${dimension} : 0.0`};`);
      return;
    }
    case 'condition':
      put(s, `weight = ${masked(s, `!${flagText(s, statement.value)}`)} ? -INFINITY : weight;`);
      return;
    case 'fail_unless':
      put(s, `${s.odd} |= !${flagText(s, statement.value)};`);
      return;
    case 'depth':
      if (s.program.countsDepth) throw unfit;
      return;
    case 'resample':
      return;
    default:
      throw unfit;
  }
}

function countSteps(s: Straight, steps: number): void {
  s.count.most += steps;
  if (s.mask === null) s.count.steps += steps;
  else put(s, `steps += ${s.mask} ? ${steps} : 0;`);
}

function straightSet(s: Straight, { target, value: e }: StatementOf<'set'>): void {
  const declared = (value: string): void => put(s, `const ${typeOf(s, target)} ${nameOf(target)} = ${value};`);
  if (target.slot !== 'number') throw unfit;
  switch (e.kind) {
    case 'scalar': {
      // The one is a call of a library, the other of the host.
      if (e.op === 'mod' || e.op === 'pow') throw unfit;
      const args = e.args.map((o) => ({ number: text(s, o), flag: flagText(s, o) }));
      declared(scalarText(e.op, args, s.odd).text);
      return;
    }
    case 'power': {
      if (!(Math.abs(e.exponent) < 2 ** 31)) throw unfit;
      const lines = powerText(nameOf(target), text(s, e.base), e.exponent);
      for (const t of lines.slice(0, -1)) put(s, t);
      declared(lines.at(-1) ?? '1.0');
      return;
    }
    case 'noise':
      if (e.source.kind !== 'column') throw unfit;
      declared(columnText(s, e.source.group, e.source.slot));
      return;
    case 'to_enum': {
      const number = text(s, e.from);
      put(s, `${s.odd} |= !((${number} >= 0) & (${number} < ${e.members}) & (${number} == floor(${number})));`);
      declared(s.flags.has(target.id) ? flagText(s, e.from) : number);
      return;
    }
    case 'index':
      straightIndex(s, target, e.array, e.index);
      return;
    default:
      throw unfit;
  }
}

/** An element of an array of numbers that is known; an index outside reads the first one. */
function straightIndex(s: Straight, target: Local, array: Operand, index: Operand): void {
  const value = array.kind === 'constant' ? s.program.low.constants[array.index] : null;
  if (!(value instanceof Float64Array) || value.length === 0 || value.length >= 2 ** 31) throw unfit;
  const at = text(s, index);
  const name = `i${s.count.names++}`;
  const inside = `(${at} >= 0) & (${at} < ${value.length}) & (${at} == floor(${at}))`;
  put(s, `const _Bool ${name}f = ${inside};`);
  put(s, `${s.odd} |= !${name}f;`);
  put(s, `const int32_t ${name} = ${name}f ? (int32_t)${at} : 0;`);
  put(s, `const double ${nameOf(target)} = ${text(s, array)}->cells[${name}].number;`);
}

function straightIf(s: Straight, statement: StatementOf<'if'>): void {
  const { targets, then, otherwise } = statement;
  if (statementsIn(then) + statementsIn(otherwise) > longestBranch || targets.some((t) => t.slot !== 'number'))
    throw unfit;
  const name = `m${s.count.names++}`;
  put(s, `const _Bool ${name} = ${flagText(s, statement.condition)};`);
  const side = (block: Block, ending: string, mask: string): void => {
    for (const t of targets) put(s, `${typeOf(s, t)} ${nameOf(t)}${ending};`);
    put(s, '{');
    const inner = `${name}${ending}`;
    put(s, `const _Bool ${inner} = ${masked(s, mask)};`);
    put(s, `_Bool ${inner}odd = 0;`);
    straightBlock({ ...s, mask: inner, odd: `${inner}odd` }, block);
    targets.forEach((t, k) => {
      put(s, `${nameOf(t)}${ending} = ${textFor(s, t, block.yields[k]!)};`);
    });
    put(s, `${s.odd} |= ${inner} & ${inner}odd;`);
    put(s, '}');
  };
  side(then, 'a', name);
  side(otherwise, 'b', `!${name}`);
  for (const t of targets) put(s, `const ${typeOf(s, t)} ${nameOf(t)} = ${name} ? ${nameOf(t)}a : ${nameOf(t)}b;`);
}

function straightFor(s: Straight, { low, high, index, carried, inits, body }: StatementOf<'for'>): void {
  if (low.kind !== 'literal' || high.kind !== 'literal' || carried.some((c) => c.slot !== 'number')) throw unfit;
  if (!(high.value - low.value <= mostRounds)) throw unfit;
  carried.forEach((c, k) => {
    put(s, `${typeOf(s, c)} ${nameOf(c)} = ${textFor(s, c, inits[k]!)};`);
  });
  for (let round = low.value; round < high.value; round++) {
    put(s, '{');
    put(s, `const double ${nameOf(index)} = ${text(s, { kind: 'literal', slot: 'number', value: round })};`);
    countSteps(s, 1);
    straightBlock(s, body);
    carried.forEach((c, k) => {
      put(s, `const ${typeOf(s, c)} next_${nameOf(c)} = ${textFor(s, c, body.yields[k]!)};`);
    });
    for (const c of carried) put(s, `${nameOf(c)} = next_${nameOf(c)};`);
    put(s, '}');
  }
}

/** The body of `run_chunk` as such a loop; null where main has another shape. All results of main are scalars. */
export function straightLoop(program: ProgramWriter, main: LowFunction): readonly string[] | null {
  const { yields } = main.body;
  if (program.options.layout === 'particle') return null;
  const count = { names: 0, statements: 0, steps: 0, most: 0 };
  const s: Straight = { program, flags: flagsIn(main, main.body), lines: [], mask: null, odd: 'odd', count };
  try {
    straightBlock(s, main.body);
  } catch (thrown) {
    if (thrown === unfit) return null;
    throw thrown;
  }
  if (count.most > program.options.limits.steps) return null;
  const columns = ['weights', 'dimensions', ...yields.map((_, k) => `o${k}`)];
  return [
    ...columns.map((name, k) => `  double* restrict const ${name} = columns[${k}] + place;`),
    ...main.params.map((_, k) => `  const double* restrict const h${k} = columns[${columns.length + k}] + place;`),
    ...program.low.groups.flatMap((group, k) =>
      group.kind === 'column'
        ? [`  const double* restrict const g${k} = __builtin_assume_aligned(k->columns[${k}], 64);`]
        : [],
    ),
    '  int64_t again[CHUNK];',
    '  int64_t taken = 0, some = 0;',
    '#pragma GCC ivdep',
    '  for (int64_t q = 0; q < size; q++) {',
    '    double weight = 0, dimension = 0;',
    `    int64_t steps = ${count.steps};`,
    '    _Bool odd = 0;',
    ...main.params.map((p, k) => `    const double ${nameOf(p)} = h${k}[q];`),
    ...s.lines.map((t) => `    ${t}`),
    '    weights[q] = weight;',
    '    dimensions[q] = dimension;',
    ...yields.map((o, k) => `    o${k}[q] = weight == -INFINITY ? NAN : ${text(s, o)};`),
    '    again[q] = odd;',
    '    some |= odd;',
    '    taken += odd ? 0 : steps;',
    '  }',
    '  k->taken += taken;',
    '  if (!some) return;',
    '  for (int64_t q = 0; q < size; q++) {',
    '    if (!again[q]) continue;',
    '    k->particle = first + place + q;',
    '    one(k, columns, q, place + q);',
    '  }',
  ];
}
