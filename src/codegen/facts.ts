/** What lowering must know of a program before it starts: who calls whom, what is small, where noise is asked for. */
import type { Family, Func, Instruction, NoiseKind, Program, Region } from '../ir/ir.js';
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

/** The function by which a draw gets its value. */
export const samplerOf = (family: Family, shared: boolean): string =>
  shared && family.mechanism !== null ? family.mechanism : family.draw;

function calleesOf(program: Program, instruction: Instruction): readonly string[] {
  switch (instruction.kind) {
    case 'call':
      return [instruction.callee];
    case 'draw': {
      const family = familyOf(program, instruction.family);
      return [samplerOf(family, instruction.shared), family.require].filter((n) => n !== null);
    }
    case 'score': {
      const family = familyOf(program, instruction.family);
      return [family.logpdf, family.require, instruction.abduct ? family.abduct : null].filter((n) => n !== null);
    }
    default:
      return [];
  }
}

/** Functions below this size are inlined. */
export const inlineCost = 60;

export function factsOf(program: Program, main: string): Facts {
  const callees = new Map<string, ReadonlySet<string>>();
  const order: string[] = [main];
  for (let at = 0; at < order.length; at++) {
    const name = order[at]!;
    const found = new Set<string>();
    visit(functionOf(program, name).body, (i) => {
      for (const callee of calleesOf(program, i)) found.add(callee);
    });
    callees.set(name, found);
    for (const callee of found) if (!order.includes(callee)) order.push(callee);
  }
  const reach = new Map<string, ReadonlySet<string>>();
  const reachOf = (name: string): ReadonlySet<string> => {
    let found = reach.get(name);
    if (found === undefined) {
      const seen = new Set<string>();
      const stack = [...(callees.get(name) ?? [])];
      for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
        if (seen.has(next)) continue;
        seen.add(next);
        stack.push(...(callees.get(next) ?? []));
      }
      found = seen;
      reach.set(name, found);
    }
    return found;
  };
  const recursive = new Set(order.filter((name) => reachOf(name).has(name)));

  const costs = new Map<string, number>();
  const cost = (name: string): number => {
    const known = costs.get(name);
    if (known !== undefined) return known;
    costs.set(name, Number.POSITIVE_INFINITY);
    let total = 0;
    visit(functionOf(program, name).body, (i) => {
      total += i.kind === 'const' ? 0 : 1;
      for (const callee of calleesOf(program, i)) {
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
    abductsHere.has(name) || [...reachOf(name)].some((n) => abductsHere.has(n));
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
