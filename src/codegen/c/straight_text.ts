/**
 * Main as a loop that compilers turn into vector code: both sides of a branch are computed and one is taken, loops are unrolled,
 * functions have their near form, and what hangs on discrete values alone comes from tables. Where a particle comes to anything out of
 * the way (a fault, a number that a near form does not know) a flag is set, and the particle runs again by itself.
 */
import { type Block, blocksOf, type Local, type LowFunction, type Statement, type StatementOf } from '../low.js';
import { flagsIn } from '../wasm/flags.js';
import {
  asNumbers,
  declared,
  flagText,
  fresh,
  heldOf,
  put,
  type Straight,
  straightSet,
  text,
} from './straight_expressions.js';
import { type Held, isStatic, known, newTables, rangeOf, unfit } from './straight_values.js';
import { nameOf, type ProgramWriter } from './writer.js';

/** Statements that are walked at most, those of unrolled loops again for each round. */
const fuel = 100_000;
/** Iterations of an unrolled loop at most, and of one whose length is found when running. */
const mostRounds = 128;
const mostWhile = 32;
/** Statements of a branch at most, since both sides are computed. */
const longestBranch = 60;

/** A truth value where the mask is set, else false. */
const masked = ({ mask }: Straight, flag: string): string => (mask === null ? flag : `${mask} & ${flag}`);

function statementsIn(block: Block): number {
  return block.statements.reduce((n, s) => n + 1 + blocksOf(s).reduce((m, b) => m + statementsIn(b), 0), 0);
}

/** Walks a block; gives what it yields. */
function straightBlock(s: Straight, block: Block): readonly Held[] {
  for (const statement of block.statements) {
    s.count.statements += 1;
    if (s.count.statements > fuel) throw unfit;
    straightStatement(s, statement);
  }
  return block.yields.map((o) => heldOf(s, o));
}

function straightStatement(s: Straight, statement: Statement): void {
  switch (statement.kind) {
    case 'set':
      s.held.set(statement.target.id, straightSet(s, statement));
      return;
    case 'if':
      straightIf(s, statement);
      return;
    case 'for':
      straightFor(s, statement);
      return;
    case 'while':
      straightWhile(s, statement);
      return;
    case 'count':
      countSteps(s, statement.steps);
      return;
    case 'weigh': {
      const held = heldOf(s, statement.value);
      const amount = text(s, held);
      const good =
        isStatic(held) && (held.kind === 'known' ? [held.value] : held.values).every((v) => !Number.isNaN(v));
      if (!good) put(s, `${s.odd} |= ${amount} != ${amount};`);
      put(s, `weight = ${masked(s, '(weight != -INFINITY)')} ? weight + ${amount} : weight;`);
      const dimension = text(s, heldOf(s, statement.dimension));
      if (dimension !== '0.0')
        put(s, `dimension += ${s.mask === null ? dimension : `${s.mask} ? ${dimension} : 0.0`};`);
      return;
    }
    case 'condition': {
      const flag = flagText(s, heldOf(s, statement.value));
      if (flag !== '1') put(s, `weight = ${masked(s, `!${flag}`)} ? -INFINITY : weight;`);
      return;
    }
    case 'fail_unless': {
      const flag = flagText(s, heldOf(s, statement.value));
      if (flag !== '1') put(s, `${s.odd} |= !${flag};`);
      return;
    }
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

/** One of two values by a flag. */
function chosen(s: Straight, target: Local, flag: string, then: Held, otherwise: Held): Held {
  if (then === otherwise) return then;
  if (then.kind === 'known' && otherwise.kind === 'known' && Object.is(then.value, otherwise.value)) return then;
  if (target.slot !== 'number') throw unfit;
  const [a, b] = [rangeOf(then), rangeOf(otherwise)];
  const range = a === null || b === null ? null : ([Math.min(a[0], b[0]), Math.max(a[1], b[1])] as const);
  const read = s.flags.has(target.id) ? flagText : text;
  return declared(s, target, `${flag} ? ${read(s, then)} : ${read(s, otherwise)}`, range);
}

/** Walks a block for the particles of a mask alone. */
function straightSide(s: Straight, block: Block, mask: string): readonly Held[] {
  const odd = fresh(s, 'odd');
  const before = s.lines.length;
  put(s, `_Bool ${odd} = 0;`);
  const yields = straightBlock({ ...s, mask, odd }, block);
  if (s.lines.some((t, k) => k > before && t.includes(odd))) put(s, `${s.odd} |= ${mask} & ${odd};`);
  else s.lines.splice(before, 1);
  return yields;
}

function straightIf(s: Straight, statement: StatementOf<'if'>): void {
  const { targets, then, otherwise } = statement;
  const condition = heldOf(s, statement.condition);
  if (condition.kind === 'known') {
    const yields = straightBlock(s, condition.value === 1 ? then : otherwise);
    targets.forEach((t, k) => {
      s.held.set(t.id, yields[k]!);
    });
    return;
  }
  if (statementsIn(then) + statementsIn(otherwise) > longestBranch) throw unfit;
  const name = fresh(s, 'm');
  put(s, `const _Bool ${name} = ${flagText(s, condition)};`);
  const side = (block: Block, flag: string, ending: string): readonly Held[] => {
    if (block.statements.length === 0) return block.yields.map((o) => heldOf(s, o));
    put(s, `const _Bool ${name}${ending} = ${masked(s, flag)};`);
    return straightSide(s, block, `${name}${ending}`);
  };
  const yields = [side(then, name, 'a'), side(otherwise, `!${name}`, 'b')] as const;
  targets.forEach((t, k) => {
    s.held.set(t.id, chosen(s, t, name, yields[0][k]!, yields[1][k]!));
  });
}

function setAll(s: Straight, locals: readonly Local[], values: readonly Held[]): void {
  locals.forEach((local, k) => {
    s.held.set(local.id, values[k]!);
  });
}

function straightFor(s: Straight, { low, high, index, carried, inits, body }: StatementOf<'for'>): void {
  const [from, to] = [heldOf(s, low), heldOf(s, high)];
  if (from.kind !== 'known' || to.kind !== 'known') throw unfit;
  const [first, end] = asNumbers([from.value, to.value]);
  if (!(end! - first! <= mostRounds)) throw unfit;
  setAll(
    s,
    carried,
    inits.map((o) => heldOf(s, o)),
  );
  for (let round = first!; round < end!; round++) {
    s.held.set(index.id, known(round));
    countSteps(s, 1);
    setAll(s, carried, straightBlock(s, body));
  }
}

/** Rounds in which particles leave one after another: each has what was carried when it left. */
function straightWhile(s: Straight, { carried, inits, condition, body }: StatementOf<'while'>): void {
  let values = inits.map((o) => heldOf(s, o));
  let mask = s.mask;
  const left: { readonly staying: string; readonly values: readonly Held[] }[] = [];
  for (let round = 0; ; round++) {
    if (round > mostWhile) throw unfit;
    setAll(s, carried, values);
    const [going] = mask === null || mask === s.mask ? straightBlock(s, condition) : straightSide(s, condition, mask);
    if (going === undefined) throw unfit;
    if (going.kind === 'known' && going.value !== 1) break;
    if (going.kind !== 'known') {
      const staying = fresh(s, 'm');
      put(s, `const _Bool ${staying} = ${masked({ ...s, mask }, flagText(s, going))};`);
      left.push({ staying, values });
      mask = staying;
    }
    countSteps({ ...s, mask }, 1);
    values = [...(mask === null || mask === s.mask ? straightBlock(s, body) : straightSide(s, body, mask))];
  }
  const rounds = left.map(({ staying }) => `(${staying} ? 1.0 : 0.0)`);
  const counters = carried.map((_, k) => isCounter([...left.map((one) => one.values[k]!), values[k]!]));
  for (const { staying, values: before } of left.reverse())
    values = values.map((later, k) => (counters[k] ? later : chosen(s, carried[k]!, staying, later, before[k]!)));
  setAll(
    s,
    carried,
    values.map((last, k) => (counters[k] ? declared(s, carried[k]!, rounds.join(' + '), [0, rounds.length]) : last)),
  );
}

/** Whether these are 0, 1, 2 …: then it is counted how long a particle stays, which leaves the compiler no branch to make of it. */
const isCounter = (values: readonly Held[]): boolean =>
  values.length > 1 && values.every((held, k) => held.kind === 'known' && !held.data && Object.is(held.value, k));

/** @property tables further constants, which the loop finds behind those of the program */
type StraightText = { readonly lines: readonly string[]; readonly tables: readonly Float64Array[] };

/** The body of `run_chunk` as such a loop; null where main has another shape. All results of main are scalars. */
export function straightLoop(program: ProgramWriter, main: LowFunction): StraightText | null {
  if (program.options.layout === 'particle') return null;
  const count = { names: 0, statements: 0, steps: 0, most: 0 };
  const lines: string[] = [];
  const tables = newTables(lines);
  const s: Straight = {
    program,
    flags: flagsIn(main, main.body),
    lines,
    tables,
    held: new Map(main.params.map((p) => [p.id, { kind: 'running', text: nameOf(p), flag: false, range: null }])),
    rows: new Map(),
    mask: null,
    odd: 'odd',
    count,
  };
  let results: readonly string[];
  try {
    results = straightBlock(s, main.body).map((held) => text(s, held));
  } catch (thrown) {
    if (thrown === unfit) return null;
    throw thrown;
  }
  if (count.most > program.options.limits.steps) return null;
  const columns = ['weights', 'dimensions', ...results.map((_, k) => `o${k}`)];
  const table = (name: string, at: number): string =>
    `  const double* restrict const ${name} = &k->constants[${program.low.constants.length + at}]->cells[0].number;`;
  const handed = [...tables.numbers, ...(tables.singles.length > 0 ? [Float64Array.from(tables.singles)] : [])];
  return {
    tables: handed,
    lines: [
      ...columns.map((name, k) => `  double* restrict const ${name} = columns[${k}] + place;`),
      ...main.params.map((_, k) => `  const double* restrict const h${k} = columns[${columns.length + k}] + place;`),
      ...handed.map((_, k) => table(k < tables.numbers.length ? `t${k}` : 'singles', k)),
      // Read before the loop: compilers have no vector code for one that a branch may jump over.
      ...tables.singles.map((_, k) => `  const double single${k} = singles[${k}];`),
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
      ...lines.map((t) => `    ${t}`),
      '    weights[q] = weight;',
      '    dimensions[q] = dimension;',
      ...results.map((result, k) => `    o${k}[q] = weight == -INFINITY ? NAN : ${result};`),
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
    ],
  };
}
