/** Abstract interpretation of pure IR: numbers become polynomials in the latent quantities. */
import type { Constant, Instruction, IrType, Program, Region, ValueId } from '../../ir/ir.js';
import { findFunction } from '../../ir/program.js';
import type { Evaluator } from '../evaluate.js';
import type { Algebra } from './algebra.js';
import type { Atoms, Expression } from './atoms.js';
import { closedForm } from './closed_forms.js';
import { operation } from './operation.js';
import { asNumberOf, numberPolynomial, onlyAtom, type Polynomial } from './polynomial.js';
import { type Abstract, beyond, either, expressionOf, leaf, type Tree } from './value.js';

/** What interpretation needs. */
export type Setting = {
  /** Grows where functions of the library turn out to be needed. */
  program: Program;
  readonly algebra: Algebra;
  readonly evaluator: Evaluator;
  /** Names of functions that were compared with their closed form, and whether they agree. */
  readonly compared: Map<string, boolean>;
  /** Instructions that may still be interpreted. */
  budget: number;
  /**
   * Latent quantities are parameters that may have any value: nothing is decided because it holds almost surely, and what hangs on them
   * alone, or not on them at all, stays as it is.
   */
  readonly exactly?: true;
};

/** What is known of the values that can be named. */
export type Scope = { readonly find: (id: ValueId) => Abstract; readonly set: (id: ValueId, value: Abstract) => void };

const deepest = 24;
const mostIterations = 2000;

/** A scope inside another one. */
export function scopeIn(outer: Scope | null): Scope {
  const own = new Map<ValueId, Abstract>();
  return {
    find: (id) => {
      const value = own.get(id) ?? outer?.find(id);
      if (value === undefined) throw beyond;
      return value;
    },
    set: (id, value) => {
      own.set(id, value);
    },
  };
}

/** A literal. */
export function literalOf(type: IrType, value: Constant, setting: Setting): Abstract {
  if (typeof value === 'number') return { kind: 'number', type, tree: leaf(numberPolynomial(value)) };
  const { atoms } = setting.algebra;
  return { kind: 'expression', expression: atoms.literal(type, value) };
}

/**
 * The results of a call of a pure function. Throws `beyond` where they cannot be described. A function whose arguments hold no latent
 * quantities is taken as it stands, unless its body is `looked` into.
 */
export function interpretCall(
  callee: string,
  args: readonly Abstract[],
  results: readonly IrType[],
  setting: Setting,
  depth = 0,
  looked = false,
): readonly Abstract[] {
  const func = findFunction(setting.program, callee);
  if (func === null || func.draws || func.scores) throw beyond;
  if (!looked && !asksToLook(args, setting)) return plainCall(callee, args, results, setting);
  const closed = results.length === 1 ? closedForm(callee, args, setting) : null;
  if (closed !== null) return [{ kind: 'number', type: { kind: 'real' }, tree: closed }];
  if (depth < deepest) {
    try {
      const scope = scopeIn(null);
      func.body.args.forEach((arg, i) => {
        scope.set(arg.id, args[i]!);
      });
      return interpretRegion(func.body, scope, setting, depth + 1);
    } catch (thrown) {
      if (thrown !== beyond) throw thrown;
    }
  }
  return plainCall(callee, args, results, setting);
}

/** Whether more comes of a call by looking into the function. */
function asksToLook(args: readonly Abstract[], setting: Setting): boolean {
  if (setting.exactly !== true) return args.some((a) => holdsLatents(a, setting));
  const expressions = args.map((a) => expressionOf(a, setting.algebra.atoms));
  return expressions.some((e) => e.depth > 0) && expressions.some((e) => e.reach.size > 0);
}

/** A call as it stands: computed where all its arguments are literals, else an expression for each result. */
export function plainCall(
  callee: string,
  args: readonly Abstract[],
  results: readonly IrType[],
  setting: Setting,
): readonly Abstract[] {
  const { atoms } = setting.algebra;
  const types = findFunction(setting.program, callee)?.body.args.map((a) => a.type) ?? [];
  const expressions = args.map((a) => expressionOf(a, atoms));
  const constants = expressions.map(constantOf);
  if (constants.every((c) => c !== null)) {
    const call: Instruction = {
      kind: 'call',
      at: -1,
      results: results.map((type, i) => ({ id: args.length + i, type })),
      callee,
      args: args.map((_, i) => i),
    };
    const values = setting.evaluator.run(setting.program, call, (id) => {
      const value = constants[id];
      return value === undefined || value === null ? null : { type: types[id] ?? expressions[id]!.type, value };
    });
    if (values !== null) return results.map((type, i) => literalOf(type, values[i] ?? Number.NaN, setting));
  }
  return results.map((type, i) => ofExpression(atoms.call(callee, expressions, results, i), type, setting));
}

/** The literal that an expression is, else null. */
export function constantOf({ form }: Expression): Constant | null {
  if (form.kind === 'value') return form.constant;
  if (form.kind === 'literal') return form.value;
  return form.kind === 'polynomial' ? asNumberOf(form.value) : null;
}

/** An expression as an abstract value: numbers become polynomials. */
export function ofExpression(expression: Expression, type: IrType, setting: Setting): Abstract {
  const isNumber = type.kind === 'real' || type.kind === 'int' || type.kind === 'bool' || type.kind === 'enum';
  if (!isNumber) return { kind: 'expression', expression };
  return { kind: 'number', type, tree: leaf(setting.algebra.atoms.polynomialOf(expression)) };
}

/** Whether latent quantities stand in the value in a way that interpretation understands. */
export function holdsLatents(value: Abstract, setting: Setting): boolean {
  const { atoms } = setting.algebra;
  const inTree = (tree: Tree): boolean =>
    tree.kind === 'leaf' ? atoms.seesLatents(tree.value) : inTree(tree.then) || inTree(tree.otherwise);
  switch (value.kind) {
    case 'number':
      return inTree(value.tree);
    case 'parts':
      return value.parts.some((p) => holdsLatents(p, setting));
    case 'updated':
      return holdsLatents(value.value, setting);
    case 'row':
      return true;
    case 'expression':
      return false;
  }
}

/** The values that a region of pure instructions yields; its arguments are in the scope. */
function interpretRegion(region: Region, scope: Scope, setting: Setting, depth: number): readonly Abstract[] {
  for (const instruction of region.body) interpretInstruction(instruction, scope, setting, depth);
  return region.yields.map(scope.find);
}

/** Describes the results of one pure instruction. Throws `beyond` where that cannot be done. */
export function interpretInstruction(i: Instruction, scope: Scope, setting: Setting, depth: number): void {
  setting.budget -= 1;
  if (setting.budget < 0) throw beyond;
  switch (i.kind) {
    case 'const':
      scope.set(i.result.id, literalOf(i.result.type, i.value, setting));
      return;
    case 'op':
      scope.set(i.result.id, operation(i.op, i.args.map(scope.find), i.result.type, setting));
      return;
    case 'make':
      scope.set(i.result.id, { kind: 'parts', type: i.result.type, parts: i.parts.map(scope.find) });
      return;
    case 'get': {
      const target = scope.find(i.target);
      const part = target.kind === 'parts' ? target.parts[i.position] : undefined;
      if (part !== undefined) scope.set(i.result.id, part);
      else if (target.kind === 'expression')
        scope.set(
          i.result.id,
          ofExpression(setting.algebra.atoms.get(target.expression, i.position, i.result.type), i.result.type, setting),
        );
      else throw beyond;
      return;
    }
    case 'node':
      scope.set(i.result.id, scope.find(i.value));
      return;
    case 'call':
      interpretCall(
        i.callee,
        i.args.map(scope.find),
        i.results.map((r) => r.type),
        setting,
        depth,
      ).forEach((value, k) => {
        scope.set(i.results[k]!.id, value);
      });
      return;
    case 'if': {
      const condition = scope.find(i.condition);
      if (condition.kind !== 'number') throw beyond;
      const inside = (region: Region): readonly Abstract[] => interpretRegion(region, scopeIn(scope), setting, depth);
      branch(
        condition.tree,
        () => inside(i.then),
        () => inside(i.otherwise),
        setting.algebra.atoms,
      ).forEach((value, k) => {
        scope.set(i.results[k]!.id, value);
      });
      return;
    }
    case 'for': {
      const low = numberIn(scope.find(i.low));
      const high = numberIn(scope.find(i.high));
      if (low === null || high === null || !(high - low <= mostIterations)) throw beyond;
      let carried = i.inits.map(scope.find);
      for (let at = low; at < high; at++) {
        const inner = scopeIn(scope);
        const given = [literalOf({ kind: 'int' }, at, setting), ...carried];
        i.body.args.forEach((arg, k) => {
          inner.set(arg.id, given[k]!);
        });
        carried = [...interpretRegion(i.body, inner, setting, depth)];
      }
      i.results.forEach((result, k) => {
        scope.set(result.id, carried[k]!);
      });
      return;
    }
    case 'while': {
      let carried = i.inits.map(scope.find);
      for (let count = 0; ; count++) {
        const asked = scopeIn(scope);
        i.condition.args.forEach((arg, k) => {
          asked.set(arg.id, carried[k]!);
        });
        const [goes] = interpretRegion(i.condition, asked, setting, depth);
        const truth = goes === undefined ? null : numberIn(goes);
        if (truth === null || count > mostIterations) throw beyond;
        if (truth !== 1) break;
        const inner = scopeIn(scope);
        i.body.args.forEach((arg, k) => {
          inner.set(arg.id, carried[k]!);
        });
        carried = [...interpretRegion(i.body, inner, setting, depth)];
      }
      i.results.forEach((result, k) => {
        scope.set(result.id, carried[k]!);
      });
      return;
    }
    case 'check': {
      if (numberIn(scope.find(i.value)) !== 1) throw beyond;
      return;
    }
    default:
      throw beyond;
  }
}

/** The number that a value is in all cases, else null. */
export function numberIn(value: Abstract): number | null {
  return value.kind === 'number' && value.tree.kind === 'leaf' ? asNumberOf(value.tree.value) : null;
}

/** The results of two branches put together by the cases of a condition. A branch that is never taken is not interpreted. */
function branch(
  condition: Tree,
  then: () => readonly Abstract[],
  otherwise: () => readonly Abstract[],
  atoms: Atoms,
): readonly Abstract[] {
  if (condition.kind === 'case') {
    const a = branch(condition.then, then, otherwise, atoms);
    const b = branch(condition.otherwise, then, otherwise, atoms);
    return a.map((value, k) => chosen(condition.condition, value, b[k]!));
  }
  const known = asNumberOf(condition.value);
  if (known !== null) return known === 1 ? then() : otherwise();
  const test = testOf(condition.value, atoms);
  const a = then();
  const b = otherwise();
  return a.map((value, k) => chosen(test, value, b[k]!));
}

function testOf(value: Polynomial, atoms: Atoms): Expression {
  const atom = onlyAtom(value);
  const form = atom === null ? null : atoms.info(atom).atom;
  if (form?.kind !== 'expression') throw beyond;
  return form.expression;
}

/** One of two values by a condition. */
function chosen(condition: Expression, a: Abstract, b: Abstract): Abstract {
  if (a === b) return a;
  if (a.kind === 'number' && b.kind === 'number')
    return { kind: 'number', type: a.type.kind === 'int' ? b.type : a.type, tree: either(condition, a.tree, b.tree) };
  if (a.kind === 'parts' && b.kind === 'parts' && a.parts.length === b.parts.length)
    return { kind: 'parts', type: a.type, parts: a.parts.map((part, k) => chosen(condition, part, b.parts[k]!)) };
  if (a.kind === 'expression' && b.kind === 'expression' && a.expression === b.expression) return a;
  throw beyond;
}
