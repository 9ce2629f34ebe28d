/** IR → low form: regions, calls, inlining. */

import type { NoiseLayout } from '../ir/engine.js';
import type { Func, Instruction, InstructionOf, IrType, PlaceId, Program, Region, ValueId } from '../ir/ir.js';
import { typesOf } from '../ir/walk.js';
import { rootAddress } from '../runtime/random/address.js';
import { extended } from './address.js';
import { type Facts, factsOf, functionOf, inlineCost } from './facts.js';
import { type Block, type Local, type LowFunction, type LowProgram, literal, type Operand, word } from './low.js';
import {
  checkStatement,
  conditionStatement,
  drawBundle,
  factorStatement,
  noiseBundle,
  scoreStatement,
} from './lower_noise.js';
import { boxed, literalBundle, makeBundle, opBundle, partBundle, unboxed } from './lower_value.js';
import {
  type Bundle,
  bundleOf,
  emit,
  inBlock,
  type Lowering,
  type Making,
  type NoiseMode,
  newLocal,
  operandOf,
  push,
  type Scope,
  typeOf,
} from './scope.js';
import { slotsOf } from './shape.js';
import { withoutUnused } from './unused.js';

/** What of the options changes the low form. */
type LowerOptions = {
  readonly layout: NoiseLayout;
  readonly elements: number;
  /** Particles may be copied to other places while they run. */
  readonly copied: boolean;
  /** Draws at more addresses than this in one group are read one by one instead of from columns; left out: 4096. */
  readonly columns?: number;
};

const typeMemo = new WeakMap<Func, ReadonlyMap<ValueId, IrType>>();
function typesIn(func: Func): ReadonlyMap<ValueId, IrType> {
  const found = typeMemo.get(func) ?? typesOf(func.body);
  typeMemo.set(func, found);
  return found;
}

/** Lowers `main` and what it calls. */
export function lower(program: Program, main: string, options: LowerOptions): LowProgram {
  const facts = factsOf(program, main);
  const remembers = options.copied && facts.anyCopy;
  const simple = lowerWith(program, main, options, facts, remembers && options.layout === 'column');
  return withoutUnused(simple.conflict ? lowerWith(program, main, options, facts, true) : simple);
}

/** Lowers one function that neither draws nor scores, with what it calls; it stands in the place of main. */
export function lowerPure(program: Program, name: string, elements: number): LowProgram {
  const low = newLowering(program, { layout: 'particle', elements, copied: false }, factsOf(program, name), false);
  const made = makeFunction(low, name, name, { kind: 'outside' }, null);
  low.functions.set(name, made);
  return finished(low, made);
}

function lowerWith(
  program: Program,
  main: string,
  options: LowerOptions,
  facts: Facts,
  general: boolean,
): LowProgram & { readonly conflict: boolean } {
  const low = newLowering(program, options, facts, general);
  const root: Bundle = [word(rootAddress.hi), word(rootAddress.lo)];
  const made = makeFunction(low, main, 'main', { kind: 'outside' }, root);
  // Taking by tape at addresses that are not known may meet any column.
  const conflict = low.conflict && (low.groups.length > 0 || low.taped.size > 0);
  return { ...finished(low, made), conflict };
}

function finished(low: Lowering, main: LowFunction): LowProgram {
  const functions = new Map<string, LowFunction>();
  for (const [key, f] of low.functions) if (f !== null) functions.set(key, f);
  const { constants, groups, externs } = low;
  return { main, functions, constants, groups, externs };
}

const newLowering = (
  program: Program,
  { layout, elements, copied, columns = 4096 }: LowerOptions,
  facts: Facts,
  general: boolean,
): Lowering => ({
  program,
  facts,
  layout,
  elements,
  columns,
  remembers: copied && facts.anyCopy && layout !== 'particle',
  general,
  functions: new Map(),
  constants: [],
  constantIds: new Map(),
  absent: new Map(),
  groups: [],
  groupIds: new Map(),
  externs: [],
  count: 0,
  traced: new Set(),
  untraceable: false,
  visited: new Map(),
  taped: new Set(),
  conflict: false,
});

/** Lowers one function with its way of getting noise. Main gets the root address as literals. */
function makeFunction(low: Lowering, name: string, key: string, mode: NoiseMode, root: Bundle | null): LowFunction {
  const func = functionOf(low.program, name);
  const isMain = root !== null;
  const fn: Making = {
    key,
    isMain,
    locals: 0,
    below: 0,
    loops: [],
    certain: isMain,
    statements: [],
    parts: new Map(),
    chains: new Map(),
    known: { found: new Map(), outer: null },
  };
  const values = new Map<ValueId, Bundle>();
  const params: Local[] = [];
  func.body.args.forEach((arg, i) => {
    const locals = slotsOf(arg.type).map((slot) => newLocal(fn, slot));
    if (root !== null && i === 0) {
      values.set(arg.id, root);
      return;
    }
    params.push(...locals);
    values.set(arg.id, locals);
  });
  const number = low.count++;
  const noise = asParameters(fn, params, mode);
  const scope: Scope = { low, fn, types: typesIn(func), values, noise };
  // What main yields goes outside: each result is one value.
  const outside = (): Bundle =>
    lowerRegion(scope, func.body).map((bundle, k) => boxed(scope, bundle, func.results[k]!, -1));
  const body = inBlock(fn, () => (isMain ? outside() : lowerRegion(scope, func.body).flat()), true);
  const results = isMain ? body.yields.map((o) => o.slot) : func.results.flatMap(slotsOf);
  return { key, number, params, body, results, locals: fn.locals, recursive: low.facts.recursive.has(name) };
}

/** The mode inside a function that is not inlined: what it carries has become parameters. */
function asParameters(fn: Making, params: Local[], mode: NoiseMode): NoiseMode {
  if (mode.kind === 'given') {
    const numbers = mode.numbers.map(() => newLocal(fn, 'number'));
    params.push(...numbers);
    return { ...mode, numbers, next: 0 };
  }
  if (mode.kind !== 'stream') return mode;
  const state = newLocal(fn, 'value');
  params.push(state);
  return { kind: 'stream', state };
}

/** Lowers a region's body into the open block; returns its yields. */
function lowerRegion(scope: Scope, region: Region): readonly Bundle[] {
  for (const instruction of region.body) lowerInstruction(scope, instruction);
  return region.yields.map((id) => bundleOf(scope, id));
}

function lowerInstruction(scope: Scope, i: Instruction): void {
  const { fn, values } = scope;
  switch (i.kind) {
    case 'const':
      values.set(i.result.id, literalBundle(scope, i));
      return;
    case 'op':
      values.set(i.result.id, opBundle(scope, i));
      return;
    case 'make':
      values.set(i.result.id, i.result.type.kind === 'unit' ? [literal(0)] : makeBundle(scope, i));
      return;
    case 'get':
      values.set(i.result.id, partBundle(scope, i));
      return;
    case 'if':
      lowerIf(scope, i);
      return;
    case 'for':
      lowerFor(scope, i);
      return;
    case 'while':
      lowerWhile(scope, i);
      return;
    case 'call': {
      push(fn, { kind: 'count', at: i.at, steps: 1 });
      const args = i.args.map((id) => bundleOf(scope, id));
      const results = callBundles(scope, i.callee, args, scope.noise, i.at, true);
      i.results.forEach((result, k) => {
        values.set(result.id, results[k]!);
      });
      return;
    }
    case 'extern':
      values.set(i.result.id, externBundle(scope, i));
      return;
    case 'address': {
      const index = i.index === null ? literal(0) : operandOf(scope, i.index);
      values.set(i.result.id, extended(fn, bundleOf(scope, i.parent), i.site, index, i.at));
      return;
    }
    case 'noise':
      values.set(i.result.id, noiseBundle(scope, i));
      return;
    case 'draw':
      values.set(i.result.id, drawBundle(scope, i));
      return;
    case 'score':
      scoreStatement(scope, i);
      return;
    case 'condition':
      conditionStatement(scope, i);
      return;
    case 'factor':
      factorStatement(scope, i);
      return;
    case 'resample':
      push(fn, { kind: 'resample', at: i.at });
      return;
    case 'node':
      values.set(i.result.id, bundleOf(scope, i.value));
      return;
    case 'check':
      checkStatement(scope, i);
      return;
    case 'input':
    case 'read':
    case 'equal':
    case 'approximate':
      throw new Error(`codegen: a program with an instruction ${i.kind} is not bound`);
  }
}

function lowerIf(scope: Scope, i: InstructionOf<'if'>): void {
  const { fn, values } = scope;
  const condition = operandOf(scope, i.condition);
  if (condition.kind === 'literal') {
    const yields = lowerRegion(scope, condition.value === 1 ? i.then : i.otherwise);
    i.results.forEach((result, k) => {
      values.set(result.id, yields[k]!);
    });
    return;
  }
  const then = inBlock(fn, () => lowerRegion(scope, i.then).flat());
  const otherwise = inBlock(fn, () => lowerRegion(scope, i.otherwise).flat());
  const targets = i.results.flatMap((result) => {
    const locals = slotsOf(result.type).map((slot) => newLocal(fn, slot));
    values.set(result.id, locals);
    return locals;
  });
  push(fn, { kind: 'if', at: i.at, condition, targets, then, otherwise });
}

/** Locals for carried values, known under the numbers of the region's arguments. */
function carriedLocals(scope: Scope, args: Region['args']): Local[] {
  return args.flatMap((arg) => {
    const locals = slotsOf(arg.type).map((slot) => newLocal(scope.fn, slot));
    scope.values.set(arg.id, locals);
    return locals;
  });
}

function setResults(scope: Scope, results: InstructionOf<'for'>['results'], carried: readonly Local[]): void {
  let from = 0;
  for (const result of results) {
    const size = slotsOf(result.type).length;
    scope.values.set(result.id, carried.slice(from, from + size));
    from += size;
  }
}

function lowerFor(scope: Scope, i: InstructionOf<'for'>): void {
  const { fn } = scope;
  const low = operandOf(scope, i.low);
  const high = operandOf(scope, i.high);
  const inits = i.inits.flatMap((id) => bundleOf(scope, id));
  const [counter, ...args] = i.body.args;
  const index = newLocal(fn, 'number');
  scope.values.set(counter!.id, [index]);
  const carried = carriedLocals(scope, args);
  const constant = low.kind === 'literal' && high.kind === 'literal' && Number.isFinite(high.value - low.value);
  if (constant) fn.loops.push({ index, low: low.value, high: Math.max(low.value, high.value) });
  const body = inBlock(fn, () => lowerRegion(scope, i.body).flat(), constant);
  if (constant) fn.loops.pop();
  push(fn, { kind: 'for', at: i.at, index, low, high, carried, inits, body });
  setResults(scope, i.results, carried);
}

function lowerWhile(scope: Scope, i: InstructionOf<'while'>): void {
  const { fn, values } = scope;
  const inits = i.inits.flatMap((id) => bundleOf(scope, id));
  const carried = carriedLocals(scope, i.condition.args);
  i.body.args.forEach((arg, k) => {
    values.set(arg.id, bundleOf(scope, i.condition.args[k]!.id));
  });
  const condition: Block = inBlock(fn, () => lowerRegion(scope, i.condition).flat());
  const body: Block = inBlock(fn, () => lowerRegion(scope, i.body).flat());
  push(fn, { kind: 'while', at: i.at, carried, inits, condition, body });
  setResults(scope, i.results, carried);
}

function externBundle(scope: Scope, i: InstructionOf<'extern'>): Bundle {
  const { fn, low } = scope;
  const args = i.args.map((id) => boxed(scope, bundleOf(scope, id), typeOf(scope, id), i.at));
  let callee = low.externs.indexOf(i.callee);
  if (callee < 0) callee = low.externs.push(i.callee) - 1;
  const { type } = i.result;
  const slot = slotsOf(type).length === 1 && slotsOf(type)[0] === 'number' && partless(type) ? 'number' : 'value';
  const given = i.args.map((id) => typeOf(scope, id));
  return unboxed(scope, emit(fn, slot, { kind: 'extern', callee, args, given, type }, i.at), type, i.at);
}

const partless = (type: IrType): boolean => type.kind !== 'tuple' && type.kind !== 'record';

/** The only result of a function called for a draw or score: it counts as one call deeper where it can come back to itself. */
export const callOne = (scope: Scope, name: string, args: readonly Bundle[], mode: NoiseMode, at: PlaceId): Bundle =>
  callBundles(scope, name, args, mode, at, scope.low.facts.recursive.has(name))[0]!;

function callBundles(
  scope: Scope,
  name: string,
  args: readonly Bundle[],
  mode: NoiseMode,
  at: PlaceId,
  deeper: boolean,
): readonly Bundle[] {
  const { low, fn } = scope;
  const func = functionOf(low.program, name);
  const below = deeper ? 1 : 0;
  if (deeper) push(fn, { kind: 'depth', at, below: fn.below + 1 });
  if (inlined(scope, name, func, mode)) {
    fn.below += below;
    const values = new Map<ValueId, Bundle>();
    func.body.args.forEach((arg, k) => {
      values.set(arg.id, args[k]!);
    });
    const yields = lowerRegion({ low, fn, types: typesIn(func), values, noise: mode }, func.body);
    fn.below -= below;
    return yields;
  }
  const passed = passedNoise(scope, name, mode);
  const key = `${modeKey(passed)} ${name}`;
  if (!low.functions.has(key)) {
    low.functions.set(key, null);
    low.functions.set(key, makeFunction(low, name, key, passed, null));
  }
  const extra: readonly Operand[] =
    passed.kind === 'given' ? passed.numbers : passed.kind === 'stream' ? [passed.state] : [];
  const results = func.results.map((type) => slotsOf(type).map((slot) => newLocal(fn, slot)));
  push(fn, {
    kind: 'call',
    at,
    callee: key,
    args: [...args.flat(), ...extra],
    targets: results.flat(),
    below: fn.below + below,
  });
  return results;
}

/** Small functions, those with one caller's knowledge (known addresses, fixed noise), but none that call themselves. */
function inlined(scope: Scope, name: string, func: Func, mode: NoiseMode): boolean {
  const { facts, layout } = scope.low;
  if (facts.recursive.has(name)) return false;
  if (facts.cost(name) <= inlineCost) return true;
  if (mode.kind !== 'outside' || !scope.fn.isMain) return false;
  return (layout === 'column' && func.draws) || (facts.abducts(name) && !facts.dynamicAbduction);
}

const modeKey = (mode: NoiseMode): string => (mode.kind === 'given' ? `given${mode.numbers.length}` : mode.kind);

/** What of the mode is handed to a function that is not inlined. */
function passedNoise(scope: Scope, name: string, mode: NoiseMode): NoiseMode {
  if (mode.kind !== 'given') return mode;
  const count = scope.low.facts.requests(name)?.length ?? 0;
  const numbers = mode.numbers.slice(mode.next, mode.next + count);
  mode.next += count;
  return count === 0 ? { kind: 'fresh' } : { kind: 'given', numbers, next: 0, then: mode.then };
}
