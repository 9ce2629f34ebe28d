/** Loops over particles as routines: the generated text calls them, and does itself what makes no number. */
import type { LoopItem, LoopPrinter, LoopSetting, NodeLoop } from '../../loop_items.js';
import type { Local, Operand } from '../../low.js';
import { nodeLocals } from '../../machine.js';
import type { ProgramWriter } from '../writer.js';
import { fitsLanes } from './lane_fit.js';
import { laneLoop } from './lane_loop.js';
import { type LoopSums, scalarLoop } from './scalar_loop.js';

/** The name by which the text calls the routine of a node. */
export const routineName = (node: number): string => `loop${node}`;

/** Arrays of particles that are put together of columns at the end of a run, and asked for by nobody else. */
type Path = { readonly output: number; readonly columns: number; readonly numbers: boolean };

/** Takes what gives an array as an output from the others. */
function pathsOf(items: readonly LoopItem[]): { readonly paths: readonly Path[]; readonly rest: readonly LoopItem[] } {
  const gathered = new Map<number, Extract<LoopItem, { readonly kind: 'gather' }>>();
  for (const item of items) if (item.kind === 'gather') gathered.set(item.target.id, item);
  const paths: Path[] = [];
  const rest = items.filter((item) => {
    if (item.kind !== 'yield' || item.value.kind !== 'local') return true;
    const found = gathered.get(item.value.id);
    if (found === undefined) return true;
    paths.push({ output: item.output, columns: found.columns, numbers: found.numbers });
    return false;
  });
  const read = new Set<number>();
  const see = (o: Operand): void => {
    if (o.kind === 'local') read.add(o.id);
  };
  for (const item of rest) {
    if (item.kind === 'put' || item.kind === 'keep' || item.kind === 'yield') see(item.value);
    if (item.kind === 'statement') for (const l of readBy(item)) see(l);
  }
  return { paths, rest: rest.filter((item) => item.kind !== 'gather' || read.has(item.target.id)) };
}

const readBy = ({ statement }: Extract<LoopItem, { readonly kind: 'statement' }>): readonly Local[] => {
  const node = { number: 0, items: [{ kind: 'do', statement } as const], exit: { kind: 'jump', to: 0 } as const };
  return [...nodeLocals(node).read.values()];
};

/**
 * A printer that puts the loops into a module, exported by `routineName`; `linked` is told the number of each node that has one. Refuses programs with loops that cannot be compiled.
 */
export function routinePrinter(program: ProgramWriter, sums: LoopSums, linked: (node: number) => void): LoopPrinter {
  return (setting, loop) => {
    const { paths, rest } = pathsOf(loop.items);
    const { number } = loop.node;
    const lines: string[] = [];
    if (rest.length > 0) {
      lines.push(...printCall(program, setting, { ...loop, items: rest }, sums));
      linked(number);
    }
    for (const { output, columns, numbers } of paths)
      lines.push(`  paths(o${output}, r${columns}, from, to, ${numbers});`);
    if (lines.length === 0) return [`const s${number} = null;`];
    return [`function s${number}(first, from, to) {`, ...lines, '}'];
  };
}

function printCall(program: ProgramWriter, setting: LoopSetting, loop: NodeLoop, sums: LoopSums): readonly string[] {
  const { routine, texts } = fitsLanes(loop)
    ? laneLoop(program.link, setting, loop)
    : scalarLoop(program, setting, loop, sums);
  const name = routineName(loop.node.number);
  program.link.export(name, routine);
  return ['  scratch();', `  if (${name}(${texts.join(', ')}) !== 0) deaths();`];
}
