import { REQUEST_SITE } from '../runtime/random/address.js';
import { flows } from './flow.js';
import type { Instruction, InstructionOf, IrType, Program, Region, Value, ValueId } from './ir.js';
import { isIrType, opType } from './ops.js';
import { findFamily, findFunction } from './program.js';
import type { Type } from './type.js';
import { fromConstant, partTypes } from './values.js';
import { showIrType } from './verify_type.js';
import { operandsOf } from './walk.js';

/** What is known at a place in a function. */
export type Scope = {
  readonly program: Program;
  readonly report: (problem: string) => void;
  readonly allowRead: boolean;
  /** Values that may be used here. */
  readonly visible: Map<ValueId, IrType>;
  /** Values of the whole function so far, visible or not. */
  readonly made: Set<ValueId>;
  /** Numbers known from `const`. */
  readonly constants: Map<ValueId, number>;
};

/** Verifies a region and gives the values it yields. */
type RegionVerifier = (region: Region) => readonly (Value | null)[];

const real: IrType = { kind: 'real' };
const int: IrType = { kind: 'int' };
const bool: IrType = { kind: 'bool' };
const address: IrType = { kind: 'address' };

const indexKinds: readonly IrType['kind'][] = ['int', 'bool', 'enum'];

/** Reports the problems of one instruction; its results are not in scope yet. */
export function verifyInstruction(i: Instruction, outer: Scope, region: RegionVerifier): void {
  const scope: Scope = { ...outer, report: (problem) => outer.report(`${i.kind}: ${problem}`) };
  const { report } = scope;
  if (i.at !== -1 && scope.program.places[i.at] === undefined) report(`no place ${i.at}`);
  let complete = true;
  for (const id of operandsOf(i))
    if (!scope.visible.has(id)) {
      report(`uses %${id}, which is not made before`);
      complete = false;
    }
  if (complete) verifyComplete(i, scope, region);
}

const typeIn = (scope: Scope, id: ValueId): IrType => scope.visible.get(id) ?? { kind: 'unit' };

function expectType(scope: Scope, id: ValueId, type: IrType, what: string): void {
  const found = typeIn(scope, id);
  if (!flows(type, found)) scope.report(`${what} is ${showIrType(found)}, not ${showIrType(type)}`);
}

function expectFlow(scope: Scope, from: readonly IrType[], to: readonly IrType[], what: string): void {
  if (from.length !== to.length) {
    scope.report(`${from.length} ${what}, not ${to.length}`);
    return;
  }
  to.forEach((type, i) => {
    const found = from[i];
    if (found !== undefined && !flows(type, found))
      scope.report(`${what} ${i} is ${showIrType(found)}, not ${showIrType(type)}`);
  });
}

const typesIn = (scope: Scope, ids: readonly ValueId[]): readonly IrType[] => ids.map((id) => typeIn(scope, id));
const typesOf = (values: readonly Value[]): readonly IrType[] => values.map((v) => v.type);

/** Whether all operands exist, so that their types are known. */
function verifyComplete(i: Instruction, scope: Scope, region: RegionVerifier): void {
  const { program, report } = scope;
  switch (i.kind) {
    case 'const':
      if (fromConstant(i.result.type, i.value) === null) report(`the literal is not ${showIrType(i.result.type)}`);
      return;
    case 'input':
      return;
    case 'op':
      verifyOp(i, scope);
      return;
    case 'make':
      verifyMake(i, scope);
      return;
    case 'get': {
      const part = partTypes(typeIn(scope, i.target))?.[i.position];
      if (part === undefined) report(`%${i.target} has no part ${i.position}`);
      else if (isIrType(part)) expectFlow(scope, [part], [i.result.type], 'result');
      return;
    }
    case 'if': {
      expectType(scope, i.condition, bool, 'the condition');
      for (const branch of [i.then, i.otherwise]) {
        if (branch.args.length > 0) report('a branch has arguments');
        yieldsFlow(branch, i.results, 'yields', scope, region);
      }
      return;
    }
    case 'for': {
      expectType(scope, i.low, int, 'the low end');
      expectType(scope, i.high, int, 'the high end');
      const [index, ...carried] = i.body.args;
      if (index === undefined || index.type.kind !== 'int') report('the first argument of the body is not an int');
      verifyLoop(i, carried, scope, region);
      return;
    }
    case 'while': {
      const [go, ...more] = region(i.condition);
      if (go === undefined || more.length > 0) report('the condition does not yield one value');
      else if (go !== null && go.type.kind !== 'bool') report('the condition is not a bool');
      expectFlow(scope, typesIn(scope, i.inits), typesOf(i.condition.args), 'first values of the condition');
      expectFlow(scope, typesOf(i.body.args), typesOf(i.condition.args), 'carried values of the condition');
      verifyLoop(i, i.body.args, scope, region);
      return;
    }
    case 'call': {
      const callee = findFunction(program, i.callee);
      if (callee === null) {
        report(`no function ${i.callee}`);
        return;
      }
      expectFlow(scope, typesIn(scope, i.args), typesOf(callee.body.args), `arguments of ${i.callee}`);
      expectFlow(scope, callee.results, typesOf(i.results), `results of ${i.callee}`);
      return;
    }
    case 'extern':
      return;
    case 'address':
      expectType(scope, i.parent, address, 'the parent');
      expectFlow(scope, [address], [i.result.type], 'result');
      verifySite(i.site, scope);
      if (i.index !== null && !indexKinds.includes(typeIn(scope, i.index).kind))
        report('the index is not a whole number');
      return;
    case 'noise':
      expectType(scope, i.address, address, 'the address');
      expectFlow(scope, [real], [i.result.type], 'result');
      if (!Number.isInteger(i.request) || i.request < 0) report(`${i.request} is not the number of a request`);
      return;
    case 'draw':
    case 'score':
      verifyFamilyUse(i, scope);
      return;
    case 'condition':
      expectType(scope, i.value, bool, 'the value');
      return;
    case 'factor':
      expectType(scope, i.value, real, 'the value');
      return;
    case 'equal':
    case 'approximate': {
      const [value, seen] = [typeIn(scope, i.value), typeIn(scope, i.seen)];
      if (!flows(value, seen) && !flows(seen, value))
        report(`${showIrType(value)} cannot be compared with ${showIrType(seen)}`);
      return;
    }
    case 'resample':
      return;
    case 'node':
      if (i.name === '') report('has no name');
      if (i.indices.some((id) => !indexKinds.includes(typeIn(scope, id).kind)))
        report('an index is not a whole number');
      expectFlow(scope, [typeIn(scope, i.value)], [i.result.type], 'result');
      return;
    case 'read':
      if (!scope.allowRead) report(`of ${i.node} stands outside a question`);
      return;
    case 'check':
      expectType(scope, i.value, bool, 'the value');
      return;
  }
}

function yieldsFlow(inner: Region, to: readonly Value[], what: string, scope: Scope, region: RegionVerifier): void {
  const yields = region(inner);
  if (yields.every((v) => v !== null)) expectFlow(scope, typesOf(yields), typesOf(to), what);
}

function verifyLoop(
  i: InstructionOf<'for' | 'while'>,
  carried: readonly Value[],
  scope: Scope,
  region: RegionVerifier,
): void {
  expectFlow(scope, typesIn(scope, i.inits), typesOf(carried), 'first values');
  expectFlow(scope, typesOf(carried), typesOf(i.results), 'results');
  yieldsFlow(i.body, carried, 'next values', scope, region);
}

function verifyOp(i: InstructionOf<'op'>, scope: Scope): void {
  const { report } = scope;
  const args = typesIn(scope, i.args);
  if (i.op === 'absent') {
    if (args.length > 0) report('absent takes no argument');
    return;
  }
  if (i.op === 'to_enum') {
    if (args.length !== 1 || args[0]?.kind !== 'int' || i.result.type.kind !== 'enum') report('to_enum needs an int');
    return;
  }
  const languageTypes = args.filter((t): t is Exclude<IrType, { readonly kind: 'address' }> => t.kind !== 'address');
  const type: Type | null = languageTypes.length === args.length ? opType(i.op, languageTypes) : null;
  if (type === null || !isIrType(type)) {
    report(`${i.op} of (${args.map(showIrType).join(', ')})`);
    return;
  }
  expectFlow(scope, [type], [i.result.type], `results of ${i.op}`);
  const exponent = i.args[1];
  if (i.op === 'power' && exponent !== undefined && !Number.isInteger(scope.constants.get(exponent)))
    report('the exponent of power is not a whole literal');
}

function verifyMake(i: InstructionOf<'make'>, scope: Scope): void {
  const { type } = i.result;
  const parts = typesIn(scope, i.parts);
  if (type.kind === 'array') {
    if (type.length !== null && type.length !== parts.length)
      scope.report(`${parts.length} parts make no ${showIrType(type)}`);
    const { element } = type;
    if (isIrType(element))
      expectFlow(
        scope,
        parts,
        parts.map(() => element),
        'elements',
      );
    return;
  }
  const types = type.kind === 'unit' ? [] : partTypes(type);
  if (types === null) {
    scope.report(`${showIrType(type)} is not made of parts`);
    return;
  }
  expectFlow(scope, parts, types.filter(isIrType), 'parts');
}

function verifySite(site: number, scope: Scope): void {
  if ((site | 0) !== site || site === REQUEST_SITE) scope.report(`${site} is not the number of a site`);
}

/** The values of a family over int may be the members of an enum: `categorical(Drug, p)`. */
const labelled = (value: IrType, used: IrType): IrType => (value.kind === 'int' && used.kind === 'enum' ? used : value);

function verifyFamilyUse(i: InstructionOf<'draw' | 'score'>, scope: Scope): void {
  const { program, report } = scope;
  verifySite(i.site, scope);
  if (program.sites[i.site] === undefined) report(`site ${i.site} is not in the table`);
  expectType(scope, i.address, address, 'the address');
  const family = findFamily(program, i.family);
  if (family === null) {
    report(`no family ${i.family}`);
    return;
  }
  const types = family.parameters.map((p) => p.type);
  expectFlow(scope, typesIn(scope, i.params), types, `parameters of ${i.family}`);
  if (i.kind === 'draw') {
    expectFlow(scope, [labelled(family.value, i.result.type)], [i.result.type], `results of ${i.family}`);
    return;
  }
  const [scored = family.value] = typesIn(scope, [i.value]);
  expectType(scope, i.value, labelled(family.value, scored), 'the value');
  if (family.logpdf === null) report(`${i.family} has no logpdf`);
  if (i.abduct && family.abduct === null) report(`${i.family} has no abduct`);
}
