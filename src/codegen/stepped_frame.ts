/** What lives from node to node where particles run in lockstep, and how long. */
import type { Lockstep } from './lockstep.js';
import type { Local, Operand } from './low.js';
import { type Machine, type Node, nodeLocals } from './machine.js';

/** A local that lives from node to node, one value for each particle. */
export type FrameColumn = { readonly local: Local; readonly mutable: boolean };

/** The columns, and their numbers by the locals. */
type Frame = { readonly frame: FrameColumn[]; readonly places: Map<number, number> };

/** Finds the columns of a frame: what is read in another node than it is set, but for what is the same in all particles. */
export function findFrame(machine: Machine, { held }: Lockstep, { frame, places }: Frame): void {
  const { owned } = machine;
  const see = (l: Local): void => {
    if (!machine.places.has(l.id) || held.has(l.id) || places.has(l.id)) return;
    places.set(l.id, frame.length);
    frame.push({ local: l, mutable: owned.mutable.has(l.id) });
  };
  machine.params.forEach(see);
  for (const node of machine.nodes) {
    for (const item of node.items) if (item.kind === 'assign') item.targets.forEach(see);
    for (const l of nodeLocals(node).read.values()) see(l);
  }
}

/** Numbers of the columns that are read at a node or after it; backwards over the nodes, until nothing changes. */
export function liveColumns(machine: Machine, places: Frame['places']): ReadonlyMap<number, readonly number[]> {
  const live = new Map<number, Set<number>>();
  const before = (node: number): ReadonlySet<number> => live.get(node) ?? new Set();
  const next = (node: Node): readonly number[] => {
    switch (node.exit.kind) {
      case 'branch':
        return [node.exit.then, node.exit.otherwise];
      case 'jump':
      case 'pause':
      case 'call':
        return [node.exit.to];
      case 'return':
        return [];
    }
  };
  for (let changes = true; changes; ) {
    changes = false;
    for (const node of [...machine.nodes].reverse()) {
      const { read, set } = nodeLocals(node);
      const given = new Set(set);
      for (const item of node.items) if (item.kind === 'assign') for (const t of item.targets) given.add(t.id);
      const found = new Set<number>();
      for (const id of read.keys()) if (!set.has(id) && places.has(id)) found.add(places.get(id)!);
      const byPlace = new Map([...places].map(([id, place]) => [place, id]));
      for (const to of next(node))
        for (const place of before(to)) if (!given.has(byPlace.get(place)!)) found.add(place);
      if (found.size !== before(node.number).size) {
        live.set(node.number, found);
        changes = true;
      }
    }
  }
  return new Map([...live].map(([node, places]) => [node, [...places]]));
}

/** Locals that the machine made: tests and counters of loops that all particles go through together. */
export function holdNewLocals(machine: Machine, { held }: Lockstep): void {
  for (const node of machine.nodes)
    for (const item of node.items)
      if (item.kind === 'do' && item.statement.kind === 'set' && item.statement.at !== undefined) {
        const { target, value } = item.statement;
        const made = value.kind === 'scalar' && (value.op === 'lt' || value.op === 'add') && !held.has(target.id);
        const same = (o: Operand): boolean => o.kind !== 'local' || held.get(o.id) === 'uniform';
        if (made && value.args.every(same)) held.set(target.id, 'uniform');
      }
}
