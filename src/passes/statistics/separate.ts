/** The weight of a row as a sum of (function of data) × (function of parameters). */

import { parameterFault, requireFault } from '../../ir/faults.js';
import type { Instruction, InstructionOf, Value, ValueId } from '../../ir/ir.js';
import { resultsOf } from '../../ir/ir.js';
import { findFamily } from '../../ir/program.js';
import { eachUseOf } from '../../ir/walk.js';
import type { DiagnosticCode } from '../../syntax/codes.js';
import { createAlgebra } from '../conjugate/algebra.js';
import { type AtomInfo, type Atoms, createAtoms, type Expression, type Range } from '../conjugate/atoms.js';
import {
  constantOf,
  type Setting as Interpretation,
  interpretCall,
  interpretInstruction,
  literalOf,
  type Scope,
  scopeIn,
} from '../conjugate/interpret.js';
import {
  add,
  asNumberOf,
  atomPolynomial,
  type Monomial,
  monomialKey,
  onlyAtom,
  onlyTerm,
  type Polynomial,
  sumOf,
  type Term,
} from '../conjugate/polynomial.js';
import { type Abstract, beyond, leaf, type Tree } from '../conjugate/value.js';
import { newMemory } from '../conjugate/work.js';
import { isNumber, used } from './looped.js';
import type { Plate, Setting } from './plate.js';
import type { Part } from './squares.js';

/** What must hold for the row to be weighed: the run stops with this diagnostic otherwise. */
export type Demand = {
  readonly condition: Expression;
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly at: number;
};

/** A row as it was understood. */
export type Row = {
  readonly atoms: Atoms;
  /** Values of main by the numbers of the parameters that stand for them. */
  readonly parameters: readonly ValueId[];
  /** Weights of the row, by cases that hang on data alone. */
  readonly weights: readonly Tree[];
  readonly demands: readonly Demand[];
};

/** Instructions that one row may take to interpret. */
const budget = 20_000;

/** What a row weighs, described with its parameters as quantities of which nothing is known but that some are positive; null where it cannot be. */
export function understood(plate: Plate, positive: ReadonlySet<ValueId>, setting: Setting): Row | null {
  const parameters: ValueId[] = [];
  const rising = new Set(plate.slots.filter((s) => s.column.every((x) => x > 0)).map((s) => s.value.id));
  const rangeOf = (parameter: number): Range => (positive.has(parameters[parameter]!) ? 'positive' : 'real');
  const atoms = createAtoms(rangeOf, (id) => rising.has(id));
  const algebra = createAlgebra(atoms, () => []);
  const inner: Interpretation = { program: setting.program, algebra, ...newMemory(), budget, exactly: true };
  const scope = scopeIn(null);
  const made = new Set(plate.body.flatMap(resultsOf).map((r) => r.id));
  for (const { value } of plate.slots) scope.set(value.id, unknown(value, 1, atoms));
  const known = new Set(plate.slots.map((s) => s.value.id));
  for (const i of plate.body)
    for (const id of usedBy(i)) {
      if (made.has(id) || known.has(id)) continue;
      known.add(id);
      scope.set(id, outside(id, parameters, inner, setting));
    }
  const weights: Tree[] = [];
  const demands: Demand[] = [];
  try {
    for (const i of plate.body) {
      if (i.kind === 'score') weights.push(scored(i, scope, demands, inner));
      else if (i.kind === 'factor') weights.push(treeOf(scope.find(i.value)));
      else if (i.kind === 'check')
        for (const condition of conjuncts(treeOf(scope.find(i.value)), atoms))
          demands.push({ condition, code: i.code, message: i.message, at: i.at });
      else interpretInstruction(i, scope, inner, 0);
    }
  } catch (thrown) {
    if (thrown === beyond) return null;
    throw thrown;
  }
  return { atoms, parameters, weights, demands };
}

const usedBy = (i: Instruction): Iterable<ValueId> => (i.kind === 'score' ? used(i) : operandsIn(i));

function operandsIn(i: Instruction): ReadonlySet<ValueId> {
  const found = new Set<ValueId>();
  eachUseOf(i, (id) => found.add(id));
  return found;
}

/** A value of which nothing is known. */
function unknown({ id, type }: Value, depth: number, atoms: Atoms): Abstract {
  const expression = atoms.value(id, type, depth, new Set(depth === 0 ? [-1] : []));
  return isNumber(type)
    ? { kind: 'number', type, tree: leaf(atoms.polynomialOf(expression)) }
    : { kind: 'expression', expression };
}

/** A value of main: a literal, a parameter, or an array that hangs on parameters in a way that is not looked into. */
function outside(id: ValueId, parameters: ValueId[], inner: Interpretation, setting: Setting): Abstract {
  const type = setting.builder.typeOf(id);
  const { atoms } = inner.algebra;
  const literal = setting.literals.get(id);
  if (typeof literal === 'number') return literalOf(type, literal, inner);
  if (literal !== undefined) return { kind: 'expression', expression: atoms.value(id, type, 0, new Set(), literal) };
  if (!isNumber(type)) return unknown({ id, type }, 0, atoms);
  const parameter = parameters.push(id) - 1;
  return { kind: 'number', type, tree: leaf(atomPolynomial(atoms.latent(parameter))) };
}

const treeOf = (value: Abstract): Tree => {
  if (value.kind !== 'number') throw beyond;
  return value.tree;
};

function scored(i: InstructionOf<'score'>, scope: Scope, demands: Demand[], inner: Interpretation): Tree {
  const { program, algebra } = inner;
  const family = findFamily(program, i.family);
  if (family === null || family.logpdf === null) throw beyond;
  const params = i.params.map(scope.find);
  const site = program.sites[i.site]?.name ?? `site ${i.site}`;
  params.forEach((param, k) => {
    const { code, message } = parameterFault(family.parameters[k]?.name ?? '', family.name, site, i.at);
    for (const condition of presence(param, algebra.atoms)) demands.push({ condition, code, message, at: i.at });
  });
  if (family.require !== null) {
    const { code, message } = requireFault(family.name, site, i.at);
    const [met] = interpretCall(family.require, params, [{ kind: 'bool' }], inner, 0, true);
    if (met === undefined) throw beyond;
    for (const condition of conjuncts(treeOf(met), algebra.atoms)) demands.push({ condition, code, message, at: i.at });
  }
  const [density] = interpretCall(family.logpdf, [...params, scope.find(i.value)], [{ kind: 'real' }], inner, 0, true);
  if (density === undefined) throw beyond;
  return treeOf(density);
}

/** Conditions that say that what a number is made of is there: parameters, each by itself, and data. */
function presence(value: Abstract, atoms: Atoms): readonly Expression[] {
  if (value.kind !== 'number' || value.tree.kind !== 'leaf') return [];
  const found = new Set<number>();
  for (const { monomial } of value.tree.value.values()) for (const [atom] of monomial) found.add(atom);
  return [...found].map((atom) => {
    const alone = atoms.ofPolynomial(atomPolynomial(atom));
    return atoms.op('eq', [alone, alone], { kind: 'bool' });
  });
}

/** A truth value as conditions all of which must hold. */
function conjuncts(tree: Tree, atoms: Atoms): readonly Expression[] {
  if (tree.kind === 'case') {
    if (tree.otherwise.kind !== 'leaf' || asNumberOf(tree.otherwise.value) !== 0) throw beyond;
    return [...split(tree.condition), ...conjuncts(tree.then, atoms)];
  }
  const number = asNumberOf(tree.value);
  if (number === 1) return [];
  const atom = onlyAtom(tree.value);
  const form = atom === null ? null : atoms.info(atom).atom;
  if (form?.kind !== 'expression') throw beyond;
  return split(form.expression);
}

/** A condition as several all of which must hold. */
export function split(condition: Expression): readonly Expression[] {
  const { form } = condition;
  if (form.kind === 'op' && form.op === 'and') return form.args.flatMap(split);
  return constantOf(condition) === 1 ? [] : [condition];
}

/** Where a thing is known: before the run, in it, or only for a row in a run. */
type Known = 'data' | 'parameters' | 'both';

export const known = ({ depth, reach }: Pick<Expression | AtomInfo, 'depth' | 'reach'>): Known => {
  if (depth === 0) return 'parameters';
  return reach.size === 0 ? 'data' : 'both';
};

/** Parameters that must be positive, or 0, for the demands to be met. */
export function positiveParameters({ demands, atoms, parameters }: Row): ReadonlySet<ValueId> {
  const found = new Set<ValueId>();
  for (const { condition } of demands) {
    const { form } = condition;
    if (form.kind !== 'op' || (form.op !== 'gt' && form.op !== 'ge')) continue;
    const [x, end] = form.args;
    const least = end === undefined ? null : constantOf(end);
    if (x?.form.kind !== 'polynomial' || typeof least !== 'number' || !(least >= 0)) continue;
    const term = onlyTerm(x.form.value);
    if (term === null || !(term.coefficient > 0)) continue;
    const open = term.monomial.filter(([atom]) => atoms.info(atom).range === 'real');
    const [only] = open;
    const form2 = only === undefined ? null : atoms.info(only[0]).atom;
    if (open.length === 1 && only?.[1] === 1 && form2?.kind === 'latent') found.add(parameters[form2.latent]!);
  }
  return found;
}

/** Conditions that weights are told apart by. */
export function conditionsOf(tree: Tree, found: Set<Expression> = new Set()): ReadonlySet<Expression> {
  if (tree.kind === 'leaf') return found;
  found.add(tree.condition);
  conditionsOf(tree.then, found);
  return conditionsOf(tree.otherwise, found);
}

/** The weight where it is known of some conditions how they come out. */
export function assumed(tree: Tree, outcomeOf: (condition: Expression) => boolean | undefined): Tree {
  if (tree.kind === 'leaf') return tree;
  const outcome = outcomeOf(tree.condition);
  if (outcome !== undefined) return assumed(outcome ? tree.then : tree.otherwise, outcomeOf);
  return { ...tree, then: assumed(tree.then, outcomeOf), otherwise: assumed(tree.otherwise, outcomeOf) };
}

/** A weight by its functions of parameters; null where data and parameters stand in one atom. */
export function partsOf(weights: readonly Polynomial[], atoms: Atoms): readonly Part[] | null {
  const groups = new Map<string, { readonly monomial: Monomial; readonly terms: Term[] }>();
  for (const { coefficient, monomial } of weights.reduce(add, new Map()).values()) {
    const outer: [number, number][] = [];
    const inner: [number, number][] = [];
    for (const [atom, exponent] of monomial) {
      const place = known(atoms.info(atom));
      if (place === 'both') return null;
      (place === 'data' ? inner : outer).push([atom, exponent]);
    }
    const key = monomialKey(outer);
    const group = groups.get(key) ?? { monomial: outer, terms: [] };
    group.terms.push({ coefficient, monomial: inner });
    groups.set(key, group);
  }
  return Array.from(groups.values(), ({ monomial, terms }) => ({ monomial, data: sumOf(terms) }));
}
