/** What a name stands for. The checker and the lowering both ask here. */
import { isLibrary } from '../stdlib/prelude.js';
import type { DeclarationOf, Parameter } from '../syntax/tree.js';
import { type Builtin, findBuiltin, isExtreme } from './builtins.js';
import type { Declared, Project } from './project.js';
import { plainName } from './rename.js';

type Callee =
  | { readonly kind: 'builtin'; readonly name: string; readonly builtin: Builtin }
  | { readonly kind: 'function'; readonly declared: Declared<DeclarationOf<'function'>> }
  | { readonly kind: 'extern'; readonly declared: Declared<DeclarationOf<'extern'>> }
  | { readonly kind: 'family'; readonly name: string }
  /** Only as a draw's right side: `event ~ Shower(energy)`. */
  | { readonly kind: 'model'; readonly name: string };

/**
 * The function that a call of so many arguments names. The library may have a function and a family of one name, `logistic(x)` and
 * `logistic(location, scale)`, and a user may declare such a family: there the number of arguments decides. A user's function hides
 * both.
 */
export function functionCalled(
  project: Project,
  name: string,
  args: number,
): Declared<DeclarationOf<'function'>> | undefined {
  const families = project.dists.get(name);
  const hidden = families === undefined || project.externs.has(name) ? undefined : `${name}@library`;
  const declared = project.functions.get(name) ?? (hidden === undefined ? hidden : project.functions.get(hidden));
  if (declared === undefined || families === undefined || !isLibrary(declared.source)) return declared;
  const byUser = families.some((f) => !isLibrary(f.source) && takes(f.declaration.parameters, args));
  return byUser || !takes(declared.declaration.parameters, args) ? undefined : declared;
}

const takes = (parameters: readonly Parameter[], args: number): boolean =>
  args <= parameters.length && args >= parameters.filter((p) => p.default === null).length;

/**
 * What a call calls, in this order: the user's function, `extern` or family, a primitive that takes so many arguments, the library's
 * function, its family, and in a draw (`x ~ name(…)`) a model. Null where there is nothing of the name.
 */
export function resolveCall(project: Project, name: string, args: number, draw: boolean): Callee | null {
  const declared = functionCalled(project, name, args);
  if (declared !== undefined && !isLibrary(declared.source)) return { kind: 'function', declared };
  const extern = project.externs.get(name);
  if (extern !== undefined) return { kind: 'extern', declared: extern };
  if (declared === undefined && project.dists.get(name)?.some((d) => !isLibrary(d.source)))
    return { kind: 'family', name };
  const builtin = findBuiltin(name, args);
  if (builtin !== null) return { kind: 'builtin', name, builtin };
  if (declared !== undefined) return { kind: 'function', declared };
  const extreme =
    isExtreme(plainName(name)) && args === 1 ? project.functions.get(name.replace(/^(min|max)/, '$1_of')) : undefined;
  if (extreme !== undefined) return { kind: 'function', declared: extreme };
  if (project.dists.has(name)) return { kind: 'family', name };
  if (draw && project.models.has(name)) return { kind: 'model', name };
  return null;
}

/** The enums that have a member of the name and can be named by the user. */
export const enumsWithMember = (project: Project, member: string): readonly Declared<DeclarationOf<'enum'>>[] =>
  [...project.enums.values()].filter(
    (e) => !e.declaration.name.text.includes('@') && e.declaration.members.some((m) => m.text === member),
  );
