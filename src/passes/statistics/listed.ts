/** Plates of scores that stand one after another in main: loops that were written out. */
import type { Instruction, InstructionOf, IrType, Region, Value, ValueId } from '../../ir/ir.js';
import { resultsOf } from '../../ir/ir.js';
import { isNumber } from './looped.js';
import type { Plate, Setting, Slot } from './plate.js';

/** A plate and the scores that it stands for. */
type Listed = { readonly plate: Plate; readonly taken: readonly InstructionOf<'score'>[] };

/** Instructions that one score may be computed by. */
const mostNodes = 100;
/** Scores below which there is nothing to gain. */
const fewest = 3;

/** How a value is computed, up to literals. */
type Node =
  | { readonly kind: 'slot'; readonly type: IrType; readonly value: number }
  /** A value that is taken as it is. */
  | { readonly kind: 'whole'; readonly id: ValueId }
  | { readonly kind: 'made'; readonly by: InstructionOf<'op' | 'call'>; readonly args: readonly Node[] };

/**
 * Groups of scores of main of the same family whose parameters and values are computed in the same way from the same values, with other
 * literals in each.
 *
 * @param stays sites whose scores must stay
 */
export function listedPlates(main: Region, stays: ReadonlySet<number>, setting: Setting): readonly Listed[] {
  const maker = new Map<ValueId, Instruction>();
  for (const i of main.body) for (const { id } of resultsOf(i)) maker.set(id, i);
  const alike = new Map<string, ValueId>();
  type Group = { readonly score: InstructionOf<'score'>; readonly nodes: readonly Node[] }[];
  const groups = new Map<string, Group>();
  for (const i of main.body) {
    if (i.kind !== 'score' || i.abduct || stays.has(i.site)) continue;
    const budget = { nodes: mostNodes };
    const nodes = [...i.params, i.value].map((id) => nodeOf(id, { maker, alike, budget }, setting));
    if (budget.nodes < 0) continue;
    const key = `${i.family} ${nodes.map(keyOf).join()}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [{ score: i, nodes }]);
    else group.push({ score: i, nodes });
  }
  return [...groups.values()].flatMap((group) =>
    group.length < fewest ? [] : [{ plate: plateOf(group, setting), taken: group.map(({ score }) => score) }],
  );
}

/** What is known of main. */
type Facts = {
  readonly maker: ReadonlyMap<ValueId, Instruction>;
  /** The first of the arrays that were put together of the same values. */
  readonly alike: Map<string, ValueId>;
  readonly budget: { nodes: number };
};

function nodeOf(id: ValueId, facts: Facts, setting: Setting): Node {
  const { maker, alike, budget } = facts;
  const i = maker.get(id);
  budget.nodes -= 1;
  if (i === undefined || budget.nodes < 0) return { kind: 'whole', id };
  if (i.kind === 'const')
    return typeof i.value === 'number' && isNumber(i.result.type)
      ? { kind: 'slot', type: i.result.type, value: i.value }
      : { kind: 'whole', id };
  if (i.kind === 'make') {
    const key = i.parts.join();
    const first = alike.get(key);
    if (first === undefined) alike.set(key, id);
    return { kind: 'whole', id: first ?? id };
  }
  const plain = i.kind === 'op' || (i.kind === 'call' && i.results.length === 1);
  if (!plain || !setting.isPure(i) || !resultsOf(i).every(({ type }) => isNumber(type))) return { kind: 'whole', id };
  const args = i.args.map((arg) => nodeOf(arg, facts, setting));
  return args.every((arg) => arg.kind === 'whole') ? { kind: 'whole', id } : { kind: 'made', by: i, args };
}

function keyOf(node: Node): string {
  switch (node.kind) {
    case 'slot':
      return `# ${node.type.kind === 'enum' ? node.type.name : node.type.kind}`;
    case 'whole':
      return `v${node.id}`;
    case 'made': {
      const name = node.by.kind === 'op' ? node.by.op : `call ${node.by.callee}`;
      return `${name}(${node.args.map(keyOf).join()})`;
    }
  }
}

/** The plate of scores that are computed alike. */
function plateOf(
  group: readonly { readonly score: InstructionOf<'score'>; readonly nodes: readonly Node[] }[],
  { builder }: Setting,
): Plate {
  const [first] = group;
  if (first === undefined) throw new Error('statistics: a group without scores');
  const slots: Slot[] = [];
  const body: Instruction[] = [];
  const written = (nodes: readonly Node[], scored: boolean): ValueId => {
    const [node] = nodes;
    if (node === undefined) throw new Error('statistics: a node of no score');
    switch (node.kind) {
      case 'whole':
        return node.id;
      case 'slot': {
        const value = builder.fresh(node.type);
        const column = Float64Array.from(nodes, (n) => (n.kind === 'slot' ? n.value : Number.NaN));
        slots.push({ value, column, scored });
        return value.id;
      }
      case 'made': {
        const args = node.args.map((_, k) =>
          written(
            nodes.flatMap((n) => (n.kind === 'made' ? [n.args[k]!] : [])),
            scored,
          ),
        );
        const [before] = resultsOf(node.by);
        const result: Value = builder.fresh(before?.type ?? { kind: 'real' });
        body.push(node.by.kind === 'op' ? { ...node.by, result, args } : { ...node.by, results: [result], args });
        return result.id;
      }
    }
  };
  const { score } = first;
  const ids = first.nodes.map((_, k) =>
    written(
      group.map(({ nodes }) => nodes[k]!),
      k === score.params.length,
    ),
  );
  body.push({ ...score, params: ids.slice(0, -1), value: ids[ids.length - 1]! });
  return { rows: group.length, slots, body };
}
