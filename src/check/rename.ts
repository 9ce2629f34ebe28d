/**
 * Declarations of modules that the main file does not see keep working under names that no user can write: `mean@library`.
 * This file rewrites the references of a declaration to such names.
 */

/** New names by old name, for each namespace. */
export type Renaming = {
  readonly calls: ReadonlyMap<string, string>;
  readonly values: ReadonlyMap<string, string>;
  readonly types: ReadonlyMap<string, string>;
  readonly models: ReadonlyMap<string, string>;
  /** Bare members of renamed enums, with the enum's new name. */
  readonly members: ReadonlyMap<string, string>;
};

export const isEmpty = (renaming: Renaming): boolean =>
  [renaming.calls, renaming.values, renaming.types, renaming.models, renaming.members].every((m) => m.size === 0);

/** A name as the user knows it: without what tells modules apart. */
export const plainName = (name: string): string => {
  const at = name.indexOf('@');
  return at === -1 ? name : name.slice(0, at);
};

type Shape = { readonly [key: string]: unknown };

const isShape = (value: unknown): value is Shape =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string | null =>
  isShape(value) && typeof value.text === 'string' ? value.text : null;

/** A copy of a declaration, given as JSON, with its references renamed. A name that the declaration binds itself stays. */
export function parseRenamed(json: string, renaming: Renaming): unknown {
  if (isEmpty(renaming)) return JSON.parse(json);
  const bound = boundNames(json);
  return JSON.parse(json, (_key, value: unknown) => {
    if (!isShape(value)) return value;
    switch (value.kind) {
      case 'call':
        return 'callee' in value ? { ...value, callee: renameCallee(value.callee, renaming) } : value;
      case 'name':
        return renameValue(value, renaming, bound);
      case 'named':
        return { ...value, name: renamed(value.name, renaming.types) };
      case 'member':
        return renameMember(value, renaming);
      case 'operated':
        return { ...value, base: renamed(value.base, renaming.models) };
      default:
        return value;
    }
  });
}

function renamed(name: unknown, names: ReadonlyMap<string, string>): unknown {
  const text = textOf(name);
  const to = text === null ? undefined : names.get(text);
  return to === undefined || !isShape(name) ? name : { ...name, text: to };
}

/** A call names a function or family, or in a draw a model. */
function renameCallee(callee: unknown, renaming: Renaming): unknown {
  const text = textOf(callee);
  return renamed(callee, text !== null && renaming.calls.has(text) ? renaming.calls : renaming.models);
}

function renameValue(value: Shape, renaming: Renaming, bound: ReadonlySet<string>): Shape {
  const text = textOf(value.name);
  if (text === null || bound.has(text)) return value;
  const owner = renaming.members.get(text);
  if (owner !== undefined) {
    const target = { ...value, name: { text: owner, span: value.span } };
    return { kind: 'field', target, name: value.name, span: value.span };
  }
  const names = renaming.values.has(text) ? renaming.values : renaming.types;
  return { ...value, name: renamed(value.name, names) };
}

function renameMember(pattern: Shape, renaming: Renaming): Shape {
  if (pattern.enumName !== null) return { ...pattern, enumName: renamed(pattern.enumName, renaming.types) };
  const owner = renaming.members.get(textOf(pattern.name) ?? '');
  return owner === undefined ? pattern : { ...pattern, enumName: { text: owner, span: pattern.span } };
}

/** Names that parameters, `let`, `var`, loops, comprehension and nodes of the declaration bind. */
function boundNames(json: string): ReadonlySet<string> {
  const bound = new Set<string>();
  const add = (name: unknown): void => {
    const text = textOf(name);
    if (text !== null) bound.add(text);
  };
  JSON.parse(json, (key, value: unknown) => {
    if (Array.isArray(value) && (key === 'parameters' || key === 'names')) {
      for (const item of value) add(isShape(item) && 'name' in item ? item.name : item);
    }
    if (isShape(value)) {
      if ('variable' in value) add(value.variable);
      if (value.kind === 'var' || value.kind === 'node') add(value.name);
    }
    return value;
  });
  return bound;
}
