/** A program whose vectors and matrices are given and not drawn: its weight is then a function that can be asked. */
import type { Func, Instruction, InstructionOf, IrType, Program, Value, ValueId } from '../../ir/ir.js';
import { resultsOf } from '../../ir/ir.js';
import { isIrType } from '../../ir/ops.js';
import { findFunction, hasEffect, weighs } from '../../ir/program.js';
import { eachUseOf, maximalId, regionsOf } from '../../ir/walk.js';
import { randomValues } from '../../passes/randomness.js';

export type Draw = InstructionOf<'draw'>;

/** How long a vector is, or how many rows and columns a matrix has. */
export type Shape = { readonly kind: 'vector' | 'matrix'; readonly size: number };

/** Numbers that a draw of a shape holds. */
export const countOf = ({ kind, size }: Shape): number => (kind === 'vector' ? size : size * size);

const isReals = (type: IrType): boolean => type.kind === 'array' && type.element.kind === 'real';
const isMatrix = (type: IrType): boolean =>
  type.kind === 'array' && type.element.kind === 'array' && type.element.element.kind === 'real';

/** The draws of a program, where all are vectors and matrices that stand outside of branches and loops; else why not. */
export function drawsOf(program: Program, main: Func): readonly Draw[] | string {
  const draws: Draw[] = [];
  for (const i of main.body.body) {
    if (i.kind !== 'draw') continue;
    if (i.shared || i.copy) return 'noise is shared between worlds';
    if (!isReals(i.result.type) && !isMatrix(i.result.type)) return 'a draw is neither a vector nor a matrix';
    draws.push(i);
  }
  if (draws.length === 0) return 'no vector or matrix is drawn';
  return (
    roughness(
      program,
      main,
      main.body.args.slice(1).map((a) => a.id),
    ) ?? draws
  );
}

/** Operations that are no smooth functions of numbers: a weight that has them cannot be told from a few of its values. */
const rough: ReadonlySet<string> = new Set([
  ...['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'and', 'or', 'not', 'select', 'abs', 'sign', 'min', 'max', 'mod', 'idiv'],
  ...['floor', 'ceil', 'round', 'trunc', 'to_int', 'to_enum', 'sin', 'cos'],
]);

/** Why a function's weight may be anything but smooth in what is drawn; null if it is not. Densities of families are asked, not read. */
function roughness(program: Program, func: Func, given: readonly ValueId[], depth = 0): string | null {
  if (depth > 20) return 'functions call each other too deeply';
  const random = randomValues(program, func.body, given);
  const sizes = sizesIn(func);
  const isRandom = (id: ValueId): boolean => random.has(id) && !sizes.has(id);
  const look = (instructions: readonly Instruction[], top: boolean): string | null => {
    for (const i of instructions) {
      const found = lookAt(i, top);
      if (found !== null) return found;
      for (const region of regionsOf(i)) {
        const inner = look(region.body, false);
        if (inner !== null) return inner;
      }
    }
    return null;
  };
  const lookAt = (i: Instruction, top: boolean): string | null => {
    switch (i.kind) {
      case 'draw':
        return top && depth === 0 ? null : 'a draw stands in a branch, a loop or a function';
      case 'noise':
      case 'extern':
        return 'it asks for noise or calls the host program';
      case 'approximate':
      case 'equal':
        return 'some evidence is approximate';
      case 'score':
        return i.abduct ? 'noise is shared between worlds' : null;
      case 'condition':
      case 'check':
        return isRandom(i.value) ? 'a condition hangs on what is drawn' : null;
      case 'if':
        return isRandom(i.condition) ? 'a branch hangs on what is drawn' : null;
      case 'while':
        return i.condition.yields.some(isRandom) ? 'a loop hangs on what is drawn' : null;
      case 'for':
        return isRandom(i.low) || isRandom(i.high) ? 'a loop hangs on what is drawn' : null;
      case 'op': {
        const operands = i.op === 'index' ? i.args.slice(1) : rough.has(i.op) ? i.args : [];
        return operands.some(isRandom) ? `${i.op} is asked of what is drawn` : null;
      }
      case 'call': {
        const callee = findFunction(program, i.callee);
        if (callee === null || callee.draws) return 'a function draws';
        const inside = callee.body.args.filter((_, k) => isRandom(i.args[k] ?? -1)).map((a) => a.id);
        return inside.length === 0 ? null : roughness(program, callee, inside, depth + 1);
      }
      default:
        return null;
    }
  };
  return look(func.body.body, true);
}

/** Values that hang on lengths alone, or on whether something is there: both are the same in all runs without random branches. */
function sizesIn(func: Func): ReadonlySet<ValueId> {
  const found = new Set<ValueId>();
  const learn = (i: Instruction): void => {
    for (const region of regionsOf(i)) region.body.forEach(learn);
    if (i.kind === 'const') found.add(i.result.id);
    if (i.kind === 'op' && (i.op === 'length' || i.op === 'exists' || i.args.every((a) => found.has(a))))
      found.add(i.result.id);
    if (i.kind === 'if' && found.has(i.condition))
      i.results.forEach((result, k) => {
        if ([i.then, i.otherwise].every((region) => found.has(region.yields[k] ?? -1))) found.add(result.id);
      });
  };
  func.body.body.forEach(learn);
  return found;
}

/** The program with `main` yielding what is drawn. */
export function yieldingDraws(program: Program, main: Func, draws: readonly Draw[]): Program {
  const body = { ...main.body, yields: draws.map((d) => d.result.id) };
  return withMain(program, { ...main, body, results: draws.map((d) => d.result.type) });
}

/**
 * The program in which `main` takes the numbers of all draws as parameters, row by row, and weighs them by their densities. Without
 * `evidence` nothing else weighs and nothing is yielded; null where the draws hang on what is then left out.
 */
export function opened(
  program: Program,
  main: Func,
  draws: readonly Draw[],
  shapes: readonly Shape[],
  evidence: boolean,
): Program | null {
  let next = maximalId(main.body) + 1;
  const fresh = (type: IrType): Value => ({ id: next++, type });
  const args: Value[] = [...main.body.args];
  const body: Instruction[] = [];
  const shapeOf = new Map(draws.map((d, k) => [d, shapes[k]!]));
  for (const i of main.body.body) {
    const shape = i.kind === 'draw' ? shapeOf.get(i) : undefined;
    if (i.kind !== 'draw' || shape === undefined) {
      const leftOut = !evidence && (weighs(i) || hasEffect(i, program));
      if (!leftOut) body.push(i);
      continue;
    }
    const { at, family, params, address, site, result } = i;
    const row = (made: Value): ValueId => {
      const parts = Array.from({ length: shape.size }, () => fresh({ kind: 'real' }));
      args.push(...parts);
      body.push({ kind: 'make', at, result: made, parts: parts.map((p) => p.id) });
      return made.id;
    };
    const element = result.type.kind === 'array' && isIrType(result.type.element) ? result.type.element : result.type;
    if (shape.kind === 'vector') row(result);
    else {
      const rows = Array.from({ length: shape.size }, () => row(fresh(element)));
      body.push({ kind: 'make', at, result, parts: rows });
    }
    body.push({ kind: 'score', at, family, params, value: result.id, address, site, abduct: false });
  }
  if (!evidence && !isWhole(args, body)) return null;
  const yields = evidence ? main.body.yields : [];
  const results = evidence ? main.results : [];
  return withMain(program, { ...main, body: { args, body, yields }, results, draws: false, scores: true });
}

/** Whether all that is used is made before. */
function isWhole(args: readonly Value[], body: readonly Instruction[]): boolean {
  const made = new Set(args.map((a) => a.id));
  const visible = (i: Instruction): boolean => {
    const inside = new Set<ValueId>();
    const learn = (inner: Instruction): void => {
      for (const { id } of resultsOf(inner)) inside.add(id);
      for (const region of regionsOf(inner)) {
        for (const { id } of region.args) inside.add(id);
        region.body.forEach(learn);
      }
    };
    learn(i);
    let whole = true;
    eachUseOf(i, (id) => {
      if (!made.has(id) && !inside.has(id)) whole = false;
    });
    for (const { id } of resultsOf(i)) made.add(id);
    return whole;
  };
  return body.every(visible);
}

const withMain = (program: Program, main: Func): Program => ({
  ...program,
  functions: { ...program.functions, [main.name]: main },
});
