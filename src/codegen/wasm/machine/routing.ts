/** The state of writing all nodes of all machines as one routine. */

import { types, type ValueType } from '../../../runtime/assembly/instructions.js';
import type { Locals, ModuleBuilder } from '../../../runtime/assembly/module.js';
import type { Block, LowFunction, LowProgram } from '../../low.js';
import type { Node } from '../../machine.js';
import type { Site } from '../contract.js';
import { flagsIn } from '../flags.js';
import { streamIn } from '../sources.js';
import { type ProgramWriter, type Register, refuse, totalIn, type Writer } from '../writer.js';
import type { Framed } from './liveness.js';
import type { RowVariables } from './rows.js';

/** What the routine is made of. */
export type MachineSetting = {
  readonly program: ProgramWriter;
  /** Machines, that of main first. */
  readonly machines: readonly Framed[];
  /** How many nodes all machines have. */
  readonly nodes: number;
  /** Functions in which nothing pauses, and which call themselves. */
  readonly tried: (key: string) => boolean;
  /** They are called as routines, and their machines are left out; else they are machines as the others, which need no stack of the host. */
  readonly tries: boolean;
  readonly rows: RowVariables;
};

/** Locals that are taken again for each node, or for each machine. */
type Pool = { readonly locals: Locals; readonly restart: () => void };

function newPool(locals: Locals): Pool {
  const all = new Map<ValueType, number[]>();
  const used = new Map<ValueType, number>();
  return {
    locals: {
      types: locals.types,
      fresh: (type) => {
        const known = all.get(type) ?? [];
        all.set(type, known);
        const next = used.get(type) ?? 0;
        used.set(type, next + 1);
        if (next === known.length) known.push(locals.fresh(type));
        return known[next]!;
      },
    },
    restart: () => used.clear(),
  };
}

/** A machine while it is written. */
export type Written = Framed & {
  readonly flags: ReadonlySet<number>;
  /** Locals of WebAssembly that hold what more than one node knows. */
  readonly places: ReadonlyMap<number, number>;
  readonly f: LowFunction;
};

/** A stretch of code behind a label: the loading of a frame, or a node. */
export type Piece =
  | { readonly kind: 'load'; readonly of: Written; readonly node: number }
  | { readonly kind: 'node'; readonly of: Written; readonly node: Node };

/** The state of writing the routine. */
export type Routing = MachineSetting & {
  readonly link: ModuleBuilder;
  /** Places of locals: the particle, its head, its row, its frame, where it goes on, how long its row is. */
  readonly p: number;
  readonly head: number;
  readonly row: number;
  readonly frame: number;
  readonly next: number;
  readonly length: number;
  /** Results of machines on the way to their callers. */
  readonly results: (slot: 'number' | 'word', k: number) => number;
  readonly written: readonly Written[];
  readonly pieces: readonly Piece[];
  /** Pieces by the nodes whose frames they load, and by nodes. */
  readonly loads: ReadonlyMap<number, number>;
  readonly starts: ReadonlyMap<number, number>;
  readonly base: Pick<Writer, 'weight' | 'dimension' | 'steps' | 'stream'>;
  readonly scratch: Pool;
};

/** Gives up where particles hold what has no place in a row. */
export function checkRows({ machines, program: { low } }: Pick<MachineSetting, 'machines' | 'program'>): void {
  const standing = machines.flatMap(({ standings }) => [...standings.values()].flatMap(({ live }) => live));
  if (standing.some(({ slot }) => slot === 'value')) refuse('particles hold arrays or texts while they pause');
  for (const { machine } of machines)
    if (functionOf(low, machine.key).results.includes('value') || machine.params.some(({ slot }) => slot === 'value'))
      refuse('functions that pause take or give arrays or texts');
}

/** A function of a program by its key. */
export function functionOf(low: LowProgram, key: string): LowFunction {
  const f = key === low.main.key ? low.main : low.functions.get(key);
  if (f === undefined) throw new Error('codegen: a function is missing');
  return f;
}

/** Numbers the locals and the labels of the routine. */
export function routingOf(setting: MachineSetting, link: ModuleBuilder, own: Locals): Routing {
  const { program, machines } = setting;
  const word = (): number => own.fresh(types.i32);
  const kept = newPool(own);
  const written = machines.map((framed): Written => {
    kept.restart();
    const f = functionOf(program.low, framed.machine.key);
    const flags = flagsIn(f, framed.machine.owned.body);
    const places = new Map(
      framed.shared.map((l) => [
        l.id,
        kept.locals.fresh(l.slot === 'number' && !flags.has(l.id) ? types.f64 : types.i32),
      ]),
    );
    return { ...framed, flags, places, f };
  });
  const pieces: Piece[] = [];
  const loads = new Map<number, number>();
  const starts = new Map<number, number>();
  const present = written.filter(({ machine }) => !setting.tries || !setting.tried(machine.key));
  for (const of of present)
    for (const node of of.standings.keys()) loads.set(node, pieces.push({ kind: 'load', of, node }) - 1);
  for (const of of present)
    for (const node of of.machine.nodes) starts.set(node.number, pieces.push({ kind: 'node', of, node }) - 1);
  const bodies: Block = { statements: present.flatMap(({ machine }) => machine.owned.body.statements), yields: [] };
  const register = (effect: 'weight' | 'steps'): Register =>
    [...program.low.functions.keys()].some((key) => program.routines.has(key) && program.effects.deep(key, effect))
      ? 'memory'
      : 'local';
  const site: Site = { link, locals: own };
  const { totals, countsWords } = program;
  const found = new Map<string, number>();
  return {
    ...setting,
    link,
    p: 0,
    head: word(),
    row: word(),
    frame: word(),
    next: word(),
    length: word(),
    results: (slot, k) => {
      const key = `${slot} ${k}`;
      const place = found.get(key) ?? own.fresh(slot === 'number' ? types.f64 : types.i32);
      found.set(key, place);
      return place;
    },
    written,
    pieces,
    loads,
    starts,
    base: {
      weight: totalIn(site, register('weight'), totals.weight, types.f64),
      dimension: totalIn(site, register('weight'), totals.dimension, types.f64),
      steps: totalIn(site, register('steps'), totals.steps, countsWords ? types.i32 : types.f64),
      stream: program.options.layout === 'particle' ? streamIn(site, bodies) : null,
    },
    scratch: newPool(own),
  };
}
