/** What of a machine must be in memory while a particle stands: only what is read after a pause or a call has a place in its frame. */
import type { Local } from '../../low.js';
import { type Machine, type Node, nodeLocals } from '../../machine.js';

/**
 * Where a particle that stood goes on: behind a pause, behind a call, or at the beginning of a machine. What is live there stands in the
 * frame, one cell each in this order.
 */
type Standing = { readonly node: number; readonly live: readonly Local[] };

/** Bytes in front of the cells of a frame. */
export const frameHead = 8;

/** Where a cell of a frame stands, from its start. */
export const cellAt = (k: number): number => frameHead + 8 * k;

/** Bytes of the frame of a particle that stands. */
export const frameBytes = ({ live }: Standing): number => cellAt(live.length);

/** A machine with what lives in its frame. */
export type Framed = {
  readonly machine: Machine;
  readonly standings: ReadonlyMap<number, Standing>;
  /** Locals that more than one node knows. */
  readonly shared: readonly Local[];
};

const followers = ({ exit }: Node): readonly number[] => {
  switch (exit.kind) {
    case 'jump':
    case 'pause':
    case 'call':
      return [exit.to];
    case 'branch':
      return [exit.then, exit.otherwise];
    case 'return':
      return [];
  }
};

/** What a node reads that others have set, and what it sets. */
function flowOf(node: Node): { readonly needs: ReadonlyMap<number, Local>; readonly sets: ReadonlySet<number> } {
  const { read, set } = nodeLocals(node);
  const needs = new Map([...read].filter(([id]) => !set.has(id)));
  const sets = new Set(set);
  for (const item of node.items) if (item.kind === 'assign') for (const t of item.targets) sets.add(t.id);
  return { needs, sets };
}

/** What is live where a node begins, for each node of a machine. */
function liveAt(machine: Machine): ReadonlyMap<number, ReadonlyMap<number, Local>> {
  const flows = machine.nodes.map((node) => ({ node, ...flowOf(node) }));
  const live = new Map(flows.map(({ node, needs }) => [node.number, new Map(needs)]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const { node, sets } of [...flows].reverse()) {
      const own = live.get(node.number)!;
      for (const next of followers(node))
        for (const [id, local] of live.get(next) ?? []) {
          if (sets.has(id) || own.has(id)) continue;
          own.set(id, local);
          changed = true;
        }
    }
  }
  return live;
}

/**
 * Parameters that a machine hands to itself as they are: when such a call has returned, they still hold what the caller had, if every other
 * particle that is taken up, or comes from another machine, has them in its frame.
 */
function handedOn(machine: Machine): readonly Local[] {
  const calls = machine.nodes.flatMap(({ exit }) =>
    exit.kind === 'call' && exit.call.callee === machine.key ? [exit.call.args] : [],
  );
  if (calls.length === 0) return [];
  return machine.params.filter((p, k) =>
    calls.every((args) => {
      const given = args[k];
      return given?.kind === 'local' && given.id === p.id;
    }),
  );
}

/** @param standsAtEntry whether a particle may stand before the first node of the machine */
export function framedOf(machine: Machine, standsAtEntry: boolean): Framed {
  const live = liveAt(machine);
  const standings = new Map<number, Standing>();
  const behindOwn = (exit: Node['exit']): boolean => exit.kind === 'call' && exit.call.callee === machine.key;
  // Those that nobody reads behind a call are not worth their cells.
  const kept = handedOn(machine).filter(({ id }) =>
    machine.nodes.some(({ exit }) => exit.kind === 'call' && behindOwn(exit) && live.get(exit.to)?.has(id) === true),
  );
  const stand = (node: number, own: boolean): void => {
    const found = new Map(live.get(node));
    for (const l of kept) {
      if (own) found.delete(l.id);
      else found.set(l.id, l);
    }
    standings.set(node, { node, live: [...found.values()] });
  };
  if (standsAtEntry) stand(machine.entry, false);
  for (const { exit } of machine.nodes)
    if (exit.kind === 'pause' || exit.kind === 'call') stand(exit.to, behindOwn(exit));
  const shared = new Map([...live.values()].flatMap((locals) => [...locals]));
  for (const p of machine.params) shared.set(p.id, p);
  for (const { items } of machine.nodes)
    for (const item of items) if (item.kind === 'assign') for (const t of item.targets) shared.set(t.id, t);
  return { machine, standings, shared: [...shared.values()] };
}
