/** What functions of the low form do besides computing: weigh, count steps, ask how deep they are. */
import type { Block, LowFunction, LowProgram, NoiseSource, Statement } from './low.js';
import { anyStatement } from './unused.js';

/** `stream`: takes numbers from the particle's stream. */
type Effect = 'weight' | 'steps' | 'depth' | 'stream';

export type Effects = {
  /** The body's own statements, parts left out. */
  readonly own: (body: Block, effect: Effect) => boolean;
  /** Parts and functions that the body calls, and those below. */
  readonly called: (body: Block, effect: Effect) => boolean;
  /** The function of a key, or below it. */
  readonly deep: (key: string, effect: Effect) => boolean;
};

const isOfParticle = (source: NoiseSource | null): boolean =>
  source?.kind === 'particle' || ((source?.kind === 'tape' || source?.kind === 'taken') && isOfParticle(source.then));

const has: Readonly<Record<Effect, (s: Statement) => boolean>> = {
  weight: (s) => s.kind === 'weigh' || s.kind === 'condition',
  steps: (s) => s.kind === 'count' || s.kind === 'for' || s.kind === 'while',
  depth: (s) => s.kind === 'depth',
  stream: (s) => s.kind === 'set' && s.value.kind === 'noise' && isOfParticle(s.value.source),
};

export function calleesOf(f: LowFunction): ReadonlySet<string> {
  const found = new Set<string>();
  anyStatement(f.body, (s) => {
    if (s.kind === 'call') found.add(s.callee);
    return false;
  });
  return found;
}

export function effectsOf(program: LowProgram): Effects {
  const own = (body: Block, effect: Effect): boolean => anyStatement(body, has[effect]);
  const reached = new Map<string, ReadonlySet<string>>();
  const reach = (key: string): ReadonlySet<string> => {
    const known = reached.get(key);
    if (known !== undefined) return known;
    const seen = new Set([key]);
    for (const name of seen) {
      const f = program.functions.get(name);
      if (f !== undefined) for (const callee of calleesOf(f)) seen.add(callee);
    }
    reached.set(key, seen);
    return seen;
  };
  const memo = new Map<string, boolean>();
  const deep = (key: string, effect: Effect): boolean => {
    const name = `${effect} ${key}`;
    const known = memo.get(name);
    if (known !== undefined) return known;
    const found = [...reach(key)].some((k) => {
      const f = program.functions.get(k);
      return f !== undefined && own(f.body, effect);
    });
    memo.set(name, found);
    return found;
  };
  const called = (body: Block, effect: Effect): boolean =>
    anyStatement(body, (s) => {
      if (s.kind === 'call') return deep(s.callee, effect);
      return s.kind === 'part' && (own(s.part.body, effect) || called(s.part.body, effect));
    });
  return { own, called, deep };
}

/** The greatest depth of calls, infinite where functions call themselves. */
export function deepest(program: LowProgram): number {
  const memo = new Map<string, number>();
  const of = (f: LowFunction): number => {
    if (f.recursive) return Number.POSITIVE_INFINITY;
    const known = memo.get(f.key);
    if (known !== undefined) return known;
    let most = 0;
    anyStatement(f.body, (s) => {
      if (s.kind === 'depth') most = Math.max(most, s.below);
      if (s.kind === 'call') {
        const callee = program.functions.get(s.callee);
        if (callee !== undefined) most = Math.max(most, s.below + of(callee));
      }
      return false;
    });
    memo.set(f.key, most);
    return most;
  };
  return of(program.main);
}
