/** What reads and makes columnar arrays: lists of cells before the loop over particles, places of columns inside it. */
import { emitStatement } from './emit_statement.js';
import type { Lockstep } from './lockstep.js';
import type { LoopItem } from './loop_items.js';
import {
  type Block,
  blocksOf,
  expressionOperands,
  type Local,
  type Operand,
  operandsOf,
  type Statement,
  type StatementOf,
} from './low.js';
import { line, nameOf, rawText, text, type Writer } from './writer.js';

export type ColumnReader = {
  /** The statements with every columnar array in them replaced by what the loop finds in columns. */
  readonly prepared: (s: Statement) => readonly Statement[];
  /** A statement whose target is a columnar array. */
  readonly array: (s: StatementOf<'set'>) => void;
  /** Makes sure that the array of the operand is there for the particle, if it is columnar. */
  readonly gather: (o: Operand) => void;
};

type ReaderSetting = {
  readonly lockstep: Lockstep;
  /** Writes what runs before the loop. */
  readonly shared: Writer;
  /** What the loop does, in order. */
  readonly loop: LoopItem[];
  readonly variables: Set<string>;
  /** Locals whose arrays change in place. */
  readonly inPlace: ReadonlySet<number>;
  /** The next number of a place for columns, and of a local. */
  readonly number: () => number;
  readonly local: () => number;
};

export function createReader(setting: ReaderSetting): ColumnReader {
  const { lockstep, shared, loop, variables } = setting;
  const { held, hoisted, elements } = lockstep;
  const there = new Set<number>();
  const isColumnar = (o: Operand): o is Local => o.kind === 'local' && held.get(o.id) === 'columnar';
  const isUniform = (o: Operand): boolean => o.kind !== 'local' || held.get(o.id) === 'uniform';
  /** A column, or a list of them, that is found before the loop; gives its number. */
  const place = (found: string): number => {
    const n = setting.number();
    variables.add(`r${n}`);
    line(shared, `r${n} = ${found};`);
    return n;
  };
  const gather = (o: Operand): void => {
    if (!isColumnar(o) || there.has(o.id)) return;
    there.add(o.id);
    const columns = place(`cells.whole(l${o.id})`);
    loop.push({ kind: 'gather', target: o, columns, numbers: elements.get(o.id) !== 'value' });
  };

  /** A read of one element, at the top of the node or inside a statement. */
  const element = (s: StatementOf<'set'>, inside: boolean): readonly Statement[] => {
    const { value, at } = s;
    if (value.kind !== 'index' || !isColumnar(value.array)) return [s];
    const list = `l${value.array.id}`;
    if (!isUniform(value.index)) {
      const columns: Local = { kind: 'local', id: setting.local(), slot: 'value' };
      loop.push({ kind: 'columns', target: columns, columns: place(`cells.whole(${list})`) });
      const column: Local = { kind: 'local', id: setting.local(), slot: 'value' };
      return [
        { kind: 'set', at, target: column, value: { ...value, array: columns, element: 'value' } },
        { ...s, value: { kind: 'placed', place: { kind: 'picked', column } } },
      ];
    }
    const index = rawText(shared, value.index);
    if (!inside) {
      const column = place(`cells.read(${list}, ${index}, ${at})`);
      return [{ ...s, value: { kind: 'placed', place: { kind: 'column', column } } }];
    }
    const column = place(`cells.readIfAny(${list}, ${index})`);
    return [{ ...s, value: { kind: 'placed', place: { kind: 'if_any', column, index, list, at } } }];
  };
  const statement = (s: Statement, inside: boolean): readonly Statement[] => {
    if (hoisted.has(s) && s.kind === 'set') {
      printUniform(setting, s);
      return [];
    }
    if (s.kind === 'set' && s.value.kind === 'index') return element(s, inside);
    operandsOf(s).forEach(gather);
    if (s.kind === 'set') expressionOperands(s.value).forEach(gather);
    return [withBlocks(s, block)];
  };
  /** The same block where nothing in it is columnar. */
  const block = (b: Block): Block => {
    const statements = b.statements.map((s) => statement(s, true));
    b.yields.forEach(gather);
    if (statements.every((list, k) => list.length === 1 && list[0] === b.statements[k])) return b;
    return { ...b, statements: statements.flat() };
  };

  const cell = (o: Operand, numbers: boolean): string => {
    if (isUniform(o)) return `cells.constantCell(${text(shared, o)})`;
    gather(o);
    const column = setting.number();
    variables.add(`r${column}`);
    line(shared, `const e${column} = cells.fresh(${numbers});`);
    line(shared, `r${column} = e${column}.data;`);
    loop.push({ kind: 'put', column, value: o, numbers });
    return `e${column}`;
  };
  const listText = (o: Operand): string => (o.kind === 'constant' ? `cells.listOf(c${o.index})` : rawText(shared, o));
  const made = ({ value, target, at }: StatementOf<'set'>): string => {
    const inPlace = setting.inPlace.has(target.id);
    switch (value.kind) {
      case 'array':
        return `[${value.parts.map((part) => cell(part, value.element === 'number')).join(', ')}]`;
      case 'fill':
        return `cells.filled(${text(shared, value.count)}, ${cell(value.value, value.element === 'number')}, ${at})`;
      case 'update': {
        const next = cell(value.value, value.element === 'number');
        const gap =
          value.element === 'number' ? 'cells.constantCell(NaN)' : `cells.constantCell(${text(shared, value.absent)})`;
        const absent = value.extend ? gap : 'null';
        return `cells.updated(${listText(value.array)}, ${rawText(shared, value.index)}, ${next}, ${absent}, ${inPlace}, ${at})`;
      }
      case 'append':
        return `cells.appended(${listText(value.array)}, ${cell(value.value, value.element === 'number')}, ${inPlace}, ${at})`;
      case 'copy':
        return `${listText(value.array)}.slice()`;
      default:
        throw new Error('codegen: no columnar array is made so');
    }
  };
  const array = (s: StatementOf<'set'>): void => {
    variables.add(`l${s.target.id}`);
    const found = made(s);
    line(shared, `l${s.target.id} = ${found};`);
  };
  return { prepared: (s) => statement(s, false), array, gather };
}

function withBlocks(s: Statement, change: (b: Block) => Block): Statement {
  if (blocksOf(s).length === 0) return s;
  switch (s.kind) {
    case 'if': {
      const [then, otherwise] = [change(s.then), change(s.otherwise)];
      return then === s.then && otherwise === s.otherwise ? s : { ...s, then, otherwise };
    }
    case 'for': {
      const body = change(s.body);
      return body === s.body ? s : { ...s, body };
    }
    case 'while': {
      const [condition, body] = [change(s.condition), change(s.body)];
      return condition === s.condition && body === s.body ? s : { ...s, condition, body };
    }
    default:
      return s;
  }
}

/** Prints a statement whose target is the same in all particles. */
export function printUniform(
  { shared, variables }: Pick<ReaderSetting, 'shared' | 'variables'>,
  s: StatementOf<'set'>,
): void {
  variables.add(`u${s.target.id}`);
  emitStatement(shared, s, { statements: [s], yields: [] });
  line(shared, `u${s.target.id} = ${nameOf(s.target)};`);
}
