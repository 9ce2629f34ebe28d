/** Lowering of noise, draws and scores: every number gets a definite source. */
import type { Family, InstructionOf, NoiseKind, PlaceId } from '../ir/ir.js';
import { samplerOf } from '../ir/reach.js';
import { chainKey, chainOf, distinguishes, extended, slotOf } from './address.js';
import { familyOf } from './facts.js';
import { type Chain, type FaultWords, literal, type NoiseSource, type Operand } from './low.js';
import { callOne } from './lower.js';
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
  recall,
  remember,
  type Scope,
  scalar,
  typeOf,
} from './scope.js';
import { slotsOf } from './shape.js';

/** One number of exogenous noise. */
export function noiseBundle(scope: Scope, { noise, address, request, at }: InstructionOf<'noise'>): Bundle {
  return [numberOf(scope, scope.noise, noise, bundleOf(scope, address), request, at)];
}

function numberOf(
  scope: Scope,
  mode: NoiseMode,
  noise: NoiseKind,
  address: Bundle,
  request: number,
  at: PlaceId,
): Operand {
  const { fn, low } = scope;
  switch (mode.kind) {
    case 'given': {
      const next = mode.numbers[mode.next];
      mode.next += 1;
      return next ?? numberOf(scope, mode.then, noise, address, request, at);
    }
    case 'stream':
      return emit(fn, 'number', { kind: 'noise', noise, source: { kind: 'stream', state: mode.state } }, at);
    case 'tape': {
      const then = freshSource(low, address, request);
      return emit(fn, 'number', { kind: 'noise', noise, source: { kind: 'tape', then } }, at);
    }
    case 'outside':
      if (low.layout === 'column' || low.remembers)
        return withNoise(scope, address, [noise], at, (inner) => [
          numberOf(scope, inner, noise, address, request, at),
        ])[0]!;
      return freshNumber(scope, noise, address, request, at);
    case 'fresh':
      return freshNumber(scope, noise, address, request, at);
  }
}

function freshSource(low: Lowering, address: Bundle, request: number): NoiseSource {
  if (low.layout === 'particle') return { kind: 'particle' };
  if (low.layout === 'column') return { kind: 'taken', then: null };
  const then: NoiseSource = { kind: 'addressed', hi: address[0]!, lo: address[1]!, request };
  return low.remembers ? { kind: 'taken', then } : then;
}

/** In the addressed layout a number at a known address is filled in before where it is surely used, and used again elsewhere. */
function freshNumber(scope: Scope, noise: NoiseKind, address: Bundle, request: number, at: PlaceId): Operand {
  const { fn, low } = scope;
  const prefills = low.layout === 'addressed' && !low.remembers && fn.isMain;
  const chain = prefills ? chainOf(fn, address) : null;
  if (chain !== null) {
    const key = `${noise}${request}:${chainKey(chain)}`;
    const memo = `${key}@${chain.steps.map((s) => (typeof s.index === 'number' ? '' : s.index.index.id)).join()}`;
    const before = recall(fn, memo)?.[0];
    if (before !== undefined) return before;
    const group = low.groupIds.get(key) ?? (fn.certain ? newGroup(low, key, 'column', noise, request, chain) : null);
    if (group !== null) {
      const source: NoiseSource = { kind: 'column', group, slot: slotOf(fn, chain, at) };
      const found = emit(fn, 'number', { kind: 'noise', noise, source }, at);
      remember(fn, memo, [found]);
      return found;
    }
  }
  return emit(fn, 'number', { kind: 'noise', noise, source: freshSource(low, address, request) }, at);
}

function newGroup(
  low: Lowering,
  key: string,
  kind: 'column' | 'stream',
  noise: NoiseKind,
  request: number,
  chain: Chain,
): number | null {
  const size = chain.steps.reduce((n, s) => (typeof s.index === 'number' ? n : n * (s.index.high - s.index.low)), 1);
  if (!(size <= low.columns)) return null;
  const group = low.groups.length;
  low.groups.push({ kind, noise, request, chain, size });
  low.groupIds.set(key, group);
  return group;
}

/**
 * Runs `body` as the outermost draw at an address. `requests` are the kinds of noise it will ask for, null where that hangs on
 * the run.
 */
function withNoise(
  scope: Scope,
  address: Bundle,
  requests: readonly NoiseKind[] | null,
  at: PlaceId,
  body: (mode: NoiseMode) => Bundle,
): Bundle {
  const { fn, low } = scope;
  if (requests?.length === 0 || !(low.layout === 'column' || low.remembers)) return body({ kind: 'fresh' });
  if (low.layout === 'column') {
    const chain = fn.isMain && !low.general ? chainOf(fn, address) : null;
    const mode = chain === null ? null : columnMode(fn, low, chain, requests, at);
    if (mode !== null) return body(mode);
    if (chain === null) low.conflict ||= !low.general;
    else low.taped.add(chainKey(chain));
  }
  push(fn, { kind: 'taking', at, address });
  const found = body({ kind: 'fresh' });
  push(fn, { kind: 'taking', at, address: [] });
  return found;
}

/** A prefilled column for one request, a stream of its own for more; null where neither is sure to be right. */
function columnMode(
  fn: Making,
  low: Lowering,
  chain: Chain,
  requests: readonly NoiseKind[] | null,
  at: PlaceId,
): NoiseMode | null {
  const key = chainKey(chain);
  let group = low.groupIds.get(key);
  const first = group === undefined;
  if (group === undefined) {
    if (!fn.certain || !distinguishes(fn, chain)) return null;
    const kind = requests?.length === 1 ? 'column' : 'stream';
    const made = newGroup(low, key, kind, requests?.[0] ?? 'uniform', 0, chain);
    if (made === null) return null;
    if (low.taped.has(key)) low.conflict = true;
    group = made;
  }
  const { kind, noise } = low.groups[group]!;
  if (kind === 'stream') {
    // A second draw at the address would have to take the same numbers again.
    if (!first) low.conflict = true;
    const state = emit(fn, 'value', { kind: 'stream_known', group, slot: slotOf(fn, chain, at) }, at);
    return { kind: 'stream', state };
  }
  if (requests?.length !== 1) low.conflict = true;
  const memo = `column:${key}@${chain.steps.map((s) => (typeof s.index === 'number' ? '' : s.index.index.id)).join()}`;
  let number = recall(fn, memo)?.[0];
  if (number === undefined) {
    const source: NoiseSource = { kind: 'column', group, slot: slotOf(fn, chain, at) };
    number = emit(fn, 'number', { kind: 'noise', noise, source }, at);
    remember(fn, memo, [number]);
  }
  return { kind: 'given', numbers: [number], next: 0, then: { kind: 'fresh' } };
}

const siteName = (scope: Scope, site: number): string => scope.low.program.sites[site]?.name ?? `site ${site}`;

/** Faults where a parameter is NaN or the family's `require` says no. */
function checkParameters(
  scope: Scope,
  i: InstructionOf<'draw' | 'score'>,
  family: Family,
  params: readonly Bundle[],
): void {
  const { fn } = scope;
  i.params.forEach((id, k) => {
    const operand = params[k]?.[0];
    if (operand === undefined || slotsOf(typeOf(scope, id)).join() !== 'number') return;
    if (partless(scope, id)) {
      const value = scalar(fn, 'is_number', [operand], i.at);
      const name = family.parameters[k]?.name ?? '';
      failUnless(
        scope,
        value,
        { kind: 'parameter', parameter: name, family: family.name, site: siteName(scope, i.site) },
        i.at,
      );
    }
  });
  if (family.require === null) return;
  const [fine] = callOne(scope, family.require, params, { kind: 'fresh' }, i.at);
  failUnless(scope, fine!, { kind: 'require', family: family.name, site: siteName(scope, i.site) }, i.at);
}

const partless = (scope: Scope, id: number): boolean => {
  const { kind } = typeOf(scope, id);
  return kind !== 'tuple' && kind !== 'record';
};

function failUnless(scope: Scope, value: Operand, fault: FaultWords, at: PlaceId): void {
  if (value.kind === 'literal' && value.value === 1) return;
  push(scope.fn, { kind: 'fail_unless', at, value, fault });
}

/** A check of the program itself. */
export const checkStatement = (scope: Scope, i: InstructionOf<'check'>): void =>
  failUnless(scope, operandOf(scope, i.value), { kind: 'check', code: i.code, message: i.message }, i.at);

/** Notes that an address is drawn or scored, where somebody will ask. */
function visit(scope: Scope, address: Bundle, count: boolean, at: PlaceId): void {
  const { fn, low } = scope;
  if (!low.facts.anyCopy || scope.noise.kind !== 'outside') return;
  const [hi, lo] = [address[0]!, address[1]!];
  const key = `visited:${hi.kind === 'literal' && lo.kind === 'literal' ? `${hi.value},${lo.value}` : `${idOf(hi)},${idOf(lo)}`}`;
  if (recall(fn, key) !== null || visitedBefore(scope, address)) return;
  push(fn, { kind: 'visit', at, hi, lo, count });
  remember(fn, key, []);
}

/** Whether every address of the pattern was surely visited by loops that have ended; remembers the pattern if it was not. */
function visitedBefore({ fn, low }: Scope, address: Bundle): boolean {
  const chain = fn.isMain ? chainOf(fn, address) : null;
  if (chain === null) return false;
  const before = low.visited.get(chainKey(chain));
  if (before === undefined && fn.certain) low.visited.set(chainKey(chain), chain);
  return before !== undefined && !before.steps.some((s) => typeof s.index !== 'number' && fn.loops.includes(s.index));
}

const idOf = (o: Operand): string => (o.kind === 'local' ? `l${o.id}` : o.kind === 'literal' ? String(o.value) : 'c');

const traceKey = (address: Bundle): string | null => {
  const [hi, lo] = [address[0]!, address[1]!];
  return hi.kind === 'literal' && lo.kind === 'literal' ? `${hi.value},${lo.value}` : null;
};

/** A random draw. */
export function drawBundle(scope: Scope, i: InstructionOf<'draw'>): Bundle {
  const { fn, low } = scope;
  const { at } = i;
  const family = familyOf(low.program, i.family);
  const params = i.params.map((id) => bundleOf(scope, id));
  checkParameters(scope, i, family, params);
  const address = extended(fn, bundleOf(scope, i.address), i.site, literal(0), at);
  visit(scope, address, i.copy, at);
  const sampler = samplerOf(family, i.shared);
  const run = (mode: NoiseMode): Bundle => callOne(scope, sampler, [address, ...params], mode, at);
  if (scope.noise.kind !== 'outside') return run(scope.noise);
  const requests = low.facts.requests(sampler);
  const fresh = (): Bundle => withNoise(scope, address, requests, at, run);
  if (requests?.length === 0 || !low.facts.anyAbduction) return fresh();
  const key = traceKey(address);
  const held = key === null ? null : recall(fn, `trace:${key}`);
  if (held !== null && requests !== null && requests.length <= held.length)
    return run({ kind: 'given', numbers: held, next: 0, then: { kind: 'fresh' } });
  if (held === null && key !== null && !low.facts.dynamicAbduction && !low.untraceable && !low.traced.has(key))
    return fresh();
  return replayed(scope, address, i, run, fresh);
}

/** A draw that looks whether a trace fixes its noise. */
function replayed(
  scope: Scope,
  address: Bundle,
  { result, at }: InstructionOf<'draw'>,
  run: (mode: NoiseMode) => Bundle,
  fresh: () => Bundle,
): Bundle {
  const { fn, low } = scope;
  const condition = emit(fn, 'number', { kind: 'replay', hi: address[0]!, lo: address[1]! }, at);
  const targets = slotsOf(result.type).map((slot) => newLocal(fn, slot));
  // In the column layout a replay takes nothing from its column, so that those who take are not known beforehand.
  const otherwise = inBlock(fn, fresh, low.layout !== 'column');
  const then = inBlock(fn, () => {
    if (low.layout !== 'column' && !low.remembers) return run({ kind: 'tape' });
    push(fn, { kind: 'taking', at, address });
    const found = run({ kind: 'tape' });
    push(fn, { kind: 'taking', at, address: [] });
    return found;
  });
  push(fn, { kind: 'if', at, condition, targets, then, otherwise });
  return targets;
}

/** Adds a log density to the weight; with `abduct`, fixes the noise of its address. */
export function scoreStatement(scope: Scope, i: InstructionOf<'score'>): void {
  const { fn, low } = scope;
  const { at } = i;
  const family = familyOf(low.program, i.family);
  const params = i.params.map((id) => bundleOf(scope, id));
  checkParameters(scope, i, family, params);
  const value = bundleOf(scope, i.value);
  const address = extended(fn, bundleOf(scope, i.address), i.site, literal(0), at);
  visit(scope, address, false, at);
  if (family.logpdf === null) throw new Error('codegen: a family that is scored has no density');
  const [density] = callOne(scope, family.logpdf, [...params, value], { kind: 'fresh' }, at);
  const dimension = family.dimension === null ? realsOf(scope, family, value, at) : literal(family.dimension);
  push(fn, { kind: 'weigh', at, value: density!, dimension, name: siteName(scope, i.site) });
  if (!i.abduct) return;
  const { abduct } = family;
  if (abduct === null) throw new Error('codegen: a family cannot fix its noise');
  const requests = low.facts.requests(abduct);
  const [numbers] = withNoise(scope, address, requests, at, (mode) =>
    callOne(scope, abduct, [address, ...params, value], mode, at),
  );
  const [hi, lo] = [address[0]!, address[1]!];
  push(fn, { kind: 'trace', at, hi, lo, numbers: numbers! });
  const parts = numbers!.kind === 'local' ? fn.parts.get(numbers!.id) : undefined;
  const key = traceKey(address);
  if (key === null) low.untraceable = true;
  else if (parts !== undefined && fn.isMain && !low.facts.dynamicAbduction) remember(fn, `trace:${key}`, parts);
  else low.traced.add(key);
}

function realsOf(scope: Scope, family: Family, value: Bundle, at: PlaceId): Operand {
  const type = family.value;
  if (type.kind === 'real') return literal(1);
  if (slotsOf(type).length === 1 && value[0]!.slot === 'number') return literal(0);
  const parts = value.map((operand) => operand);
  const from = type.kind === 'array' ? parts[0]! : emit(scope.fn, 'value', { kind: 'box', parts }, at);
  return emit(scope.fn, 'number', { kind: 'reals', from, type }, at);
}

/** Weight zero unless true. */
export const conditionStatement = (scope: Scope, i: InstructionOf<'condition'>): void =>
  push(scope.fn, { kind: 'condition', at: i.at, value: operandOf(scope, i.value) });

/** Adds to the log weight. */
export const factorStatement = (scope: Scope, i: InstructionOf<'factor'>): void =>
  push(scope.fn, { kind: 'weigh', at: i.at, value: operandOf(scope, i.value), dimension: literal(0), name: 'factor' });
