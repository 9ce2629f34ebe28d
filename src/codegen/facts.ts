/** What lowering must know of a program before it starts: who calls whom, what is small, where noise is asked for. */
import type { Family, Func, NoiseKind, Program, Region } from '../ir/ir.js';
import { reachIn, runBy, samplerOf } from '../ir/reach.js';
import { regionsOf, some, visit } from '../ir/walk.js';

export type Facts = {
  /** Calls itself, by itself or by others. */
  readonly recursive: ReadonlySet<string>;
  /** Instructions, those of functions that will be inlined included. */
  readonly cost: (name: string) => number;
  /** The kinds of noise that a function asks for, in order, or null where that hangs on the run or it asks in a loop or branch. */
  readonly requests: (name: string) => readonly NoiseKind[] | null;
  /** Whether a score that abducts stands in it or below it. */
  readonly abducts: (name: string) => boolean;
  /** Some score abducts where it is not surely run once, at the top of main. */
  readonly dynamicAbduction: boolean;
  readonly anyAbduction: boolean;
  /** Some draw of a counterfactual world asks whether it has a factual partner. */
  readonly anyCopy: boolean;
};

/** A function by name; the program must have it. */
export function functionOf(program: Program, name: string): Func {
  const found = Object.hasOwn(program.functions, name) ? program.functions[name] : undefined;
  if (found === undefined) throw new Error('codegen: a function is missing');
  return found;
}

/** A family by name; the program must have it. */
export function familyOf(program: Program, name: string): Family {
  const found = Object.hasOwn(program.families, name) ? program.families[name] : undefined;
  if (found === undefined) throw new Error('codegen: a family is missing');
  return found;
}

/** Functions below this size are inlined. */
export const inlineCost = 60;

export function factsOf(program: Program, main: string): Facts {
  const reach = reachIn(program);
  const order = [...new Set([main, ...reach.all(main)])];
  const recursive = new Set(order.filter((name) => reach.all(name).has(name)));

  const costs = new Map<string, number>();
  const cost = (name: string): number => {
    const known = costs.get(name);
    if (known !== undefined) return known;
    costs.set(name, Number.POSITIVE_INFINITY);
    let total = 0;
    visit(functionOf(program, name).body, (i) => {
      total += i.kind === 'const' ? 0 : 1;
      for (const callee of runBy(program, i)) {
        const inner = recursive.has(callee) ? Number.POSITIVE_INFINITY : cost(callee);
        total += inner <= inlineCost ? inner : 2;
      }
    });
    costs.set(name, total);
    return total;
  };

  const requestMemo = new Map<string, readonly NoiseKind[] | null>();
  const requestsIn = (region: Region): readonly NoiseKind[] | null => {
    const found: NoiseKind[] = [];
    for (const i of region.body) {
      let inner: readonly NoiseKind[] | null = [];
      if (i.kind === 'noise') inner = [i.noise];
      else if (i.kind === 'call') inner = requests(i.callee);
      else if (i.kind === 'draw') inner = requests(samplerOf(familyOf(program, i.family), i.shared));
      else {
        for (const r of regionsOf(i)) if (requestsIn(r)?.length !== 0) inner = null;
      }
      if (inner === null) return null;
      found.push(...inner);
    }
    return found;
  };
  const requests = (name: string): readonly NoiseKind[] | null => {
    if (recursive.has(name)) return functionOf(program, name).draws ? null : [];
    let found = requestMemo.get(name);
    if (found === undefined) {
      found = requestsIn(functionOf(program, name).body);
      requestMemo.set(name, found);
    }
    return found;
  };

  const abductsHere = new Set(
    order.filter((name) => some(functionOf(program, name).body, (i) => i.kind === 'score' && i.abduct)),
  );
  const abducts = (name: string): boolean =>
    abductsHere.has(name) || [...reach.all(name)].some((n) => abductsHere.has(n));
  const dynamicIn = (name: string): boolean => {
    if (!abducts(name)) return false;
    if (recursive.has(name)) return true;
    return functionOf(program, name).body.body.some((i) => {
      if (i.kind === 'call') return dynamicIn(i.callee);
      return regionsOf(i).some((r) =>
        some(
          r,
          (inner) => (inner.kind === 'score' && inner.abduct) || (inner.kind === 'call' && abducts(inner.callee)),
        ),
      );
    });
  };
  return {
    recursive,
    cost,
    requests,
    abducts,
    dynamicAbduction: dynamicIn(main),
    anyAbduction: abducts(main),
    anyCopy: order.some((name) => some(functionOf(program, name).body, (i) => i.kind === 'draw' && i.copy)),
  };
}
