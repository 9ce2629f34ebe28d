import type { Argument, DeclarationOf, Expr, Parameter } from '../syntax/tree.js';
import type { Declared, Project } from './project.js';

/** Which expression each parameter gets, or why the arguments don't fit. */
type Match =
  | { readonly ok: true; readonly values: readonly Expr[] }
  | { readonly ok: false; readonly problem: ArgumentProblem };

export type ArgumentProblem =
  | { readonly kind: 'too_many'; readonly argument: Argument }
  | { readonly kind: 'missing'; readonly parameter: Parameter }
  | { readonly kind: 'unknown_name'; readonly argument: Argument }
  | { readonly kind: 'given_twice'; readonly argument: Argument };

/** Positional arguments first, then by name, then defaults. */
export function matchArguments(parameters: readonly Parameter[], args: readonly Argument[]): Match {
  const values = new Array<Expr | null>(parameters.length).fill(null);
  let position = 0;
  for (const argument of args) {
    const name = argument.name;
    const index = name === null ? position++ : parameters.findIndex((p) => p.name.text === name.text);
    if (index === -1) return { ok: false, problem: { kind: 'unknown_name', argument } };
    if (index >= parameters.length) return { ok: false, problem: { kind: 'too_many', argument } };
    if (values[index] !== null) return { ok: false, problem: { kind: 'given_twice', argument } };
    values[index] = argument.value;
  }
  const filled: Expr[] = [];
  for (const [i, parameter] of parameters.entries()) {
    const value = values[i] ?? parameter.default;
    if (value === null || value === undefined) return { ok: false, problem: { kind: 'missing', parameter } };
    filled.push(value);
  }
  return { ok: true, values: filled };
}

/** A family with its arguments in parameter order. */
export type FamilyCall = {
  readonly declared: Declared<DeclarationOf<'dist'>>;
  /** Position among the overloads of the name; the family's key is the name, with `#position` behind it where it is not 0. */
  readonly overload: number;
  readonly values: readonly Expr[];
  /** The enum that labels the values, in `categorical(Drug, p)`. */
  readonly labels: string | null;
};

/**
 * Picks the overload: the first whose parameters take the arguments. An enum's name as first argument (`categorical(Drug, p)`) labels
 * the values of a family over int; the rest of the arguments are then matched. Fails with the first overload's problem.
 */
export function matchFamily(
  project: Project,
  family: string,
  args: readonly Argument[],
): { readonly ok: true; readonly call: FamilyCall } | { readonly ok: false; readonly problem: ArgumentProblem | null } {
  const first = args[0]?.name === null ? args[0].value : null;
  const labels = first?.kind === 'name' && project.enums.has(first.name.text) ? first.name.text : null;
  const rest = labels === null ? args : args.slice(1);
  let problem: ArgumentProblem | null = null;
  for (const [overload, declared] of (project.dists.get(family) ?? []).entries()) {
    const match = matchArguments(declared.declaration.parameters, rest);
    if (match.ok) return { ok: true, call: { declared, overload, values: match.values, labels } };
    problem ??= match.problem;
  }
  return { ok: false, problem };
}
