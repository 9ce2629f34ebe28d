/** In which order a tape is worked off, so that few variables are alive at once. */
import type { Affine } from './affine.js';
import type { Tape } from './tape.js';

/**
 * What works the steps off. `noise` and `define` bring a variable to life, `drop` ends it; `probe` looks at an affine function of live
 * variables.
 */
type Worker = {
  readonly noise: (id: number) => void;
  readonly define: (id: number, value: Affine) => void;
  readonly observe: (value: Affine) => void;
  readonly probe: (probe: number, value: Affine) => void;
  readonly drop: (id: number) => void;
};

/** The order of steps. Noises that only one definition or observation uses never live: they are `inline` there. Runs once. */
type Schedule = { readonly isInline: (id: number) => boolean; readonly run: (worker: Worker) => void };

/**
 * Definitions are made when an observation first needs them, in the order of the tape, and dropped after their last use: a chain keeps
 * few variables alive however its observations are written. `kept` stay alive to the end; `probes` are looked at as late as their
 * variables live anyway.
 */
export function schedule(tape: Tape, kept: readonly Affine[], probes: readonly Affine[]): Schedule {
  const { definitions, observations } = tape;
  const count = definitions.length;
  /** Uses to come by definitions, observations and the end; and by probes. */
  const firm = new Int32Array(count);
  const loose = new Int32Array(count);
  /** Whether a noise must live because not one definition or observation alone uses it. */
  const lives = new Uint8Array(count);
  /** 0 not yet, 1 alive, 2 dropped, 3 about to be made. */
  const made = new Uint8Array(count);
  const probesOf = new Map<number, number[]>();
  const probed = new Uint8Array(probes.length);

  const countUses = (value: Affine): void => {
    for (const id of value.ids) firm[id] = (firm[id] ?? 0) + 1;
  };
  observations.forEach(countUses);
  for (const value of kept) {
    countUses(value);
    for (const id of value.ids) lives[id] = 1;
  }
  for (const [k, value] of probes.entries()) {
    for (const id of value.ids) {
      loose[id] = (loose[id] ?? 0) + 1;
      lives[id] = 1;
      const list = probesOf.get(id);
      if (list === undefined) probesOf.set(id, [k]);
      else list.push(k);
    }
  }
  for (let id = count - 1; id >= 0; id--) {
    const value = definitions[id] ?? null;
    const uses = (firm[id] ?? 0) + (loose[id] ?? 0);
    if (value !== null && uses > 0) countUses(value);
    if (value === null && uses > 1) lives[id] = 1;
  }
  const isInline = (id: number): boolean => definitions[id] === null && lives[id] === 0;

  const run = (worker: Worker): void => {
    /** Brings noises to life; definitions must be alive already. */
    const wake = (value: Affine): void => {
      for (const id of value.ids) {
        if (made[id] === 1 || definitions[id] !== null || isInline(id)) continue;
        made[id] = 1;
        worker.noise(id);
      }
    };
    const leave = (id: number): void => {
      if (made[id] === 1 && firm[id] === 0 && loose[id] === 0) {
        made[id] = 2;
        worker.drop(id);
      }
    };
    const look = (k: number): void => {
      const value = probes[k];
      if (value === undefined || probed[k] === 1) return;
      probed[k] = 1;
      wake(value);
      worker.probe(k, value);
      for (const id of value.ids) loose[id] = (loose[id] ?? 0) - 1;
      for (const id of value.ids) leave(id);
    };
    const settle = (id: number): void => {
      if (firm[id] !== 0 || made[id] !== 1) return;
      for (const k of probesOf.get(id) ?? []) {
        const ready = probes[k]?.ids.every((other) => made[other] === 1 || definitions[other] === null) ?? false;
        if (ready) look(k);
      }
      leave(id);
    };
    const used = (value: Affine): void => {
      for (const id of value.ids) firm[id] = (firm[id] ?? 0) - 1;
      for (const id of value.ids) settle(id);
    };
    const define = (id: number): void => {
      const value = definitions[id];
      if (value === undefined || value === null) return;
      wake(value);
      made[id] = 1;
      worker.define(id, value);
      used(value);
      settle(id);
    };
    /** Makes every definition behind a function, lowest number first. */
    const reach = (value: Affine): void => {
      if (value.ids.every((id) => made[id] !== 0 || definitions[id] === null)) return;
      const open: number[] = [];
      const stack = [...value.ids];
      for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
        const definition = definitions[id] ?? null;
        if (definition === null || made[id] !== 0) continue;
        made[id] = 3;
        open.push(id);
        stack.push(...definition.ids);
      }
      for (const id of open.sort((a, b) => a - b)) define(id);
    };

    for (const value of observations) {
      reach(value);
      wake(value);
      worker.observe(value);
      used(value);
    }
    for (const [k, value] of probes.entries()) {
      if (probed[k] === 1) continue;
      reach(value);
      look(k);
    }
    for (const value of kept) {
      reach(value);
      wake(value);
    }
  };
  return { isInline, run };
}
