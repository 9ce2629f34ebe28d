/** The types of the language, shared by the checker and the IR. */
export type Type =
  | { readonly kind: 'real' }
  | { readonly kind: 'int' }
  | { readonly kind: 'bool' }
  | { readonly kind: 'string' }
  | { readonly kind: 'unit' }
  /** A value is the index of its member. Two enums are the same type when their names are. */
  | { readonly kind: 'enum'; readonly name: string; readonly members: readonly string[] }
  /** `length` is null where it is not known before running. */
  | { readonly kind: 'array'; readonly element: Type; readonly length: number | null }
  | { readonly kind: 'tuple'; readonly elements: readonly Type[] }
  | { readonly kind: 'record'; readonly fields: readonly Field[] }
  /** A distribution: the families it may be, known statically. More than one after `if` or in a mixed array. */
  | { readonly kind: 'dist'; readonly over: Type; readonly families: readonly FamilyType[] }
  /** A table read by `data`: a record of columns, each an array, and `rows`. */
  | { readonly kind: 'table'; readonly columns: readonly Field[]; readonly rows: number | null }
  /** A function named as an argument: which one is known before running, so that a value holds nothing. */
  | { readonly kind: 'function'; readonly name: string }
  /** The type of an expression that has an error already, or of a function that never returns. It agrees with every type. */
  | { readonly kind: 'unknown' };

/** A field of a record, or a column of a table. */
export type Field = { readonly name: string; readonly type: Type };

/** One family with the types of its parameters, in declaration order: `normal(real, real)`. */
export type FamilyType = { readonly family: string; readonly parameters: readonly Type[] };

/** The types of one kind. */
export type TypeOf<K extends Type['kind']> = Extract<Type, { readonly kind: K }>;

/** Doubles. */
export const real: Type = { kind: 'real' };
/** Whole numbers. */
export const int: Type = { kind: 'int' };
/** Truth values. */
export const bool: Type = { kind: 'bool' };
/** Labels and paths. */
export const string: Type = { kind: 'string' };
/** What a function without a result gives. */
export const unit: Type = { kind: 'unit' };
/** What agrees with every type. */
export const unknown: Type = { kind: 'unknown' };
/** The array type of an element type. */
export const arrayOf = (element: Type, length: number | null = null): TypeOf<'array'> => ({
  kind: 'array',
  element,
  length,
});

/** Same type; array lengths and everything else included. */
export function sameType(a: Type, b: Type): boolean {
  switch (a.kind) {
    case 'enum':
      return b.kind === 'enum' && a.name === b.name;
    case 'array':
      return b.kind === 'array' && a.length === b.length && sameType(a.element, b.element);
    case 'tuple':
      return b.kind === 'tuple' && sameTypes(a.elements, b.elements);
    case 'record':
      return b.kind === 'record' && sameFields(a.fields, b.fields);
    case 'table':
      return b.kind === 'table' && a.rows === b.rows && sameFields(a.columns, b.columns);
    case 'dist':
      return (
        b.kind === 'dist' &&
        sameType(a.over, b.over) &&
        a.families.length === b.families.length &&
        a.families.every((f) => b.families.some((g) => sameFamily(f, g)))
      );
    case 'function':
      return b.kind === 'function' && a.name === b.name;
    case 'real':
    case 'int':
    case 'bool':
    case 'string':
    case 'unit':
    case 'unknown':
      return a.kind === b.kind;
  }
}

/** Same family at the same types of parameters. */
export const sameFamily = (a: FamilyType, b: FamilyType): boolean =>
  a.family === b.family && sameTypes(a.parameters, b.parameters);

const sameTypes = (a: readonly Type[], b: readonly Type[]): boolean =>
  a.length === b.length && a.every((t, i) => sameType(t, b[i] ?? unknown));

const sameFields = (a: readonly Field[], b: readonly Field[]): boolean =>
  a.length === b.length && a.every((f, i) => f.name === b[i]?.name && sameType(f.type, b[i].type));

/**
 * The smallest type that holds both, or null when there is none. `int` widens to `real` (inside arrays, tuples and records
 * too); lengths that differ become unknown; distributions join to the union of their families; `unknown` yields to the other.
 */
export function joinTypes(a: Type, b: Type): Type | null {
  if (a.kind === 'unknown') return b;
  if (b.kind === 'unknown') return a;
  if ((a.kind === 'real' && b.kind === 'int') || (a.kind === 'int' && b.kind === 'real')) return real;
  if (a.kind === 'array' && b.kind === 'array') {
    const element = joinTypes(a.element, b.element);
    return element === null ? null : arrayOf(element, a.length === b.length ? a.length : null);
  }
  if (a.kind === 'tuple' && b.kind === 'tuple' && a.elements.length === b.elements.length) {
    const elements: Type[] = [];
    for (const [i, element] of a.elements.entries()) {
      const joined = joinTypes(element, b.elements[i] ?? unknown);
      if (joined === null) return null;
      elements.push(joined);
    }
    return { kind: 'tuple', elements };
  }
  if (a.kind === 'record' && b.kind === 'record' && a.fields.length === b.fields.length) {
    const fields: Field[] = [];
    for (const [i, field] of a.fields.entries()) {
      const other = b.fields[i];
      if (other === undefined || other.name !== field.name) return null;
      const joined = joinTypes(field.type, other.type);
      if (joined === null) return null;
      fields.push({ name: field.name, type: joined });
    }
    return { kind: 'record', fields };
  }
  if (a.kind === 'dist' && b.kind === 'dist') {
    const over = joinTypes(a.over, b.over);
    if (over === null) return null;
    const families = [...a.families];
    for (const family of b.families) if (!families.some((f) => sameFamily(f, family))) families.push(family);
    return { kind: 'dist', over, families };
  }
  return sameType(a, b) ? a : null;
}

/** Whether a value of type `from` may stand where `to` is asked for: equal, or widened. */
export function accepts(to: Type, from: Type): boolean {
  if (to.kind === 'unknown' || from.kind === 'unknown') return true;
  if (to.kind === 'array' && from.kind === 'array')
    return (
      (to.length === null || from.length === null || to.length === from.length) && accepts(to.element, from.element)
    );
  const joined = joinTypes(to, from);
  return joined !== null && (sameType(joined, to) || to.kind === 'tuple' || to.kind === 'record' || to.kind === 'dist');
}

/** Whether arithmetic takes it. */
export const isNumeric = (type: Type): boolean =>
  type.kind === 'real' || type.kind === 'int' || type.kind === 'unknown';

/** Discrete values carry mass; a tuple, record or array is discrete when all its parts are. */
export function isDiscrete(type: Type): boolean {
  switch (type.kind) {
    case 'int':
    case 'bool':
    case 'enum':
    case 'string':
      return true;
    case 'array':
      return isDiscrete(type.element);
    case 'tuple':
      return type.elements.every(isDiscrete);
    case 'record':
      return type.fields.every((f) => isDiscrete(f.type));
    default:
      return false;
  }
}

/** As a user would write it. */
export function showType(type: Type): string {
  switch (type.kind) {
    case 'enum':
      return type.name;
    case 'array':
      return `${showType(type.element)}[${type.length ?? ''}]`;
    case 'tuple':
      return `(${type.elements.map(showType).join(', ')})`;
    case 'record':
      return `{ ${type.fields.map((f) => `${f.name}: ${showType(f.type)}`).join(', ')} }`;
    case 'dist':
      return `distribution over ${showType(type.over)}`;
    case 'table':
      return `table of ${type.columns.map((c) => c.name).join(', ')}`;
    case 'unknown':
      return 'unknown';
    default:
      return type.kind;
  }
}
