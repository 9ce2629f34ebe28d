/**
 * Random well-typed programs for property tests of the IR and of every engine. A program is decided by its seed and size. Draws come from the
 * families of `families.ts`; loops, branches and recursion are bounded; most programs run without a fault, some are meant to have one.
 */
import fc from 'fast-check';
import { buildFunction } from '../../src/ir/build.js';
import type { BlockResult, KernelOptions, NoiseLayout } from '../../src/ir/engine.js';
import type { Constant, Func, IrType, Program, Site, ValueId } from '../../src/ir/ir.js';
import { emptyProgram, withFlags, withFunctions } from '../../src/ir/program.js';
import { some } from '../../src/ir/walk.js';
import { address, bool, families, familyFunctions, int, real } from './families.js';
import { familySites } from './hand_program.js';
import { type Choices, choicesFrom, randomValue, valueTypes } from './random_expression.js';
import { type Callable, type Writer, writeStatements } from './random_statement.js';

export type RandomProgram = {
  readonly seed: number;
  readonly program: Program;
  readonly main: 'main';
  /** The layouts that the program may be run in: `column` only where every draw runs once at a known address. */
  readonly layouts: readonly NoiseLayout[];
  readonly features: { readonly loops: boolean; readonly branches: boolean; readonly recursion: boolean };
};

/** What the programs call of the host. */
export const externs: KernelOptions['externs'] = {
  twice: (x: Constant): Constant => (typeof x === 'number' ? 2 * x : Number.NaN),
};

/** Limits that no random program reaches. */
export const limits: KernelOptions['limits'] = { steps: 100_000, depth: 200, elements: 100_000 };

const places = 5;
const does = { draws: false, scores: false };

/** The program of a seed; `size` is about the number of statements of `main`. */
export function randomProgram(seed: number, size: number): RandomProgram {
  const choices = choicesFrom(seed);
  const columns = choices.chance(0.4);
  const risky = choices.chance(0.3);
  const control = choices.chance(0.7) ? 2 : 0;
  const sites: Record<number, Site> = { ...familySites };
  let nextSite = 10;
  const newSite = (): number => {
    const site = nextSite++;
    sites[site] = { name: `site ${site}`, at: site % (places + 1) === places ? -1 : site % (places + 1) };
    return site;
  };
  const writer = (
    b: Writer['b'],
    root: ValueId,
    scope: readonly ValueId[],
    callables: readonly Callable[],
  ): Writer => ({
    b,
    choices,
    scope: [...scope],
    risky,
    address: root,
    effects: true,
    columns,
    depth: control,
    callables,
    newSite,
    places,
  });

  const functions: Func[] = [];
  const callables: Callable[] = [];
  const count = choices.below(3);
  for (let k = 0; k < count; k++) {
    const params = randomTypes(choices, 2);
    const results = randomTypes(choices, 2);
    const name = `f${k}`;
    functions.push(
      buildFunction(name, [address, ...params], results, does, (b, [root, ...args]) => {
        const w = writer(b, root!, args, callables);
        writeStatements(w, 1 + choices.below(3));
        return results.map((type) => randomValue(w, type, 2));
      }),
    );
    callables.push({ name, params, results });
  }
  if (control > 0 && choices.chance(0.5)) {
    const { recursive, callable } = randomRecursion(choices, columns, newSite, (b, root, args) =>
      writer(b, root, args, callables),
    );
    functions.push(recursive);
    callables.push(callable);
  }
  const results = [real, bool, ...randomTypes(choices, 4)];
  functions.push(
    buildFunction('main', [address], results, does, (b, [root]) => {
      const w = writer(b, root!, [], callables);
      writeStatements(w, size);
      if (callables.some((c) => c.name === 'again')) w.scope.push(...callAgain(w, callables));
      return results.map((type) => randomValue(w, type, 2));
    }),
  );
  const base: Program = {
    ...emptyProgram,
    families,
    sites,
    sources: ['a.scm', 'b "quoted".scm'],
    places: Array.from({ length: places }, (_, k) => ({ source: k % 2, span: { start: 3 * k, end: 3 * k + 2 } })),
  };
  const program = withFlags(withFunctions(base, [...familyFunctions, ...functions]));
  return {
    seed,
    program,
    main: 'main',
    layouts: columns ? ['addressed', 'column', 'particle'] : ['addressed', 'particle'],
    features: {
      loops: functions.some((f) => some(f.body, (i) => i.kind === 'for' || i.kind === 'while')),
      branches: functions.some((f) => some(f.body, (i) => i.kind === 'if')),
      recursion: functions.some((f) => some(f.body, (i) => i.kind === 'call' && i.callee === f.name)),
    },
  };
}

const randomTypes = (choices: Choices, most: number): readonly IrType[] =>
  Array.from({ length: 1 + choices.below(most) }, () => choices.of(valueTypes));

/** `again(address, left, state…)`: does something, then calls itself with less left, as a draw or a value decides. */
function randomRecursion(
  choices: Choices,
  columns: boolean,
  newSite: () => number,
  writerOf: (b: Writer['b'], root: ValueId, args: readonly ValueId[]) => Writer,
): { readonly recursive: Func; readonly callable: Callable } {
  const state = randomTypes(choices, 2);
  const recursive = buildFunction('again', [address, int, ...state], state, does, (b, [root, left, ...args]) => {
    const w = { ...writerOf(b, root!, [left!, ...args]), effects: !columns };
    const site = newSite();
    const more = b.op('gt', [b.op('min', [left!, b.int(5)]), b.int(0)]);
    return b.ifElse(
      more,
      () => {
        const inner: Writer = { ...w, depth: 1, scope: [...w.scope] };
        writeStatements(inner, 1 + choices.below(3));
        const next = state.map((type) => randomValue(inner, type, 1));
        const less = b.op('min', [b.op('sub', [left!, b.int(1 + choices.below(2))]), b.int(4)]);
        const results = b.call('again', [b.address(root!, site), less, ...next], state);
        return state.map((type, k) =>
          choices.chance(0.5) ? results[k]! : randomValue({ ...inner, scope: [...inner.scope, ...results] }, type, 1),
        );
      },
      () => args,
      state,
    );
  });
  return { recursive, callable: { name: 'again', params: [int, ...state], results: state } };
}

/** A call of the recursive function that surely happens. */
function callAgain(w: Writer, callables: readonly Callable[]): readonly ValueId[] {
  const again = callables.find((c) => c.name === 'again');
  if (again === undefined) return [];
  const left = w.b.int(1 + w.choices.below(6));
  const args = again.params.slice(1).map((type) => randomValue(w, type, 1));
  return w.b.call('again', [w.b.address(w.address, w.newSite()), left, ...args], again.results);
}

/** Random programs; shrinks towards small ones. */
export const arbitraryProgram: fc.Arbitrary<RandomProgram> = fc
  .record({ size: fc.integer({ min: 1, max: 12 }), seed: fc.integer({ min: 0, max: 0x7fffffff }) })
  .map(({ seed, size }) => randomProgram(seed, size));

/**
 * A block result without what is not defined: outputs and dimensions of particles without weight. Two engines that agree give equal
 * results (by `toEqual`, which tells NaN from numbers and 0 from -0 apart).
 */
export function comparable(result: BlockResult): unknown {
  const alive = (i: number): boolean => result.logWeight[i] !== Number.NEGATIVE_INFINITY;
  const kept = <T>(column: ArrayLike<T>): (T | null)[] => Array.from(column, (x, i) => (alive(i) ? x : null));
  return {
    count: result.count,
    logWeight: result.logWeight,
    dimension: kept(result.dimension),
    columns: result.columns.map((column) => kept<Constant>(column)),
    unaligned: result.unaligned,
    steps: result.steps,
  };
}
