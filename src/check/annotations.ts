/** Types as written. */
import { arrayOf, bool, int, real, string, type Type, unknown } from '../ir/type.js';
import type { TypeExpr } from '../syntax/tree.js';
import type { Project } from './project.js';
import { type Frame, report, use } from './session.js';
import { didYouMean } from './suggest.js';

const named: Readonly<Record<string, Type>> = {
  real,
  int,
  bool,
  string,
  vector: arrayOf(real),
  matrix: arrayOf(arrayOf(real)),
  dist: { kind: 'dist', over: unknown, families: [] },
};

/** Names that other languages have for the types. */
const elsewhere: Readonly<Record<string, string>> = {
  float: 'real',
  double: 'real',
  number: 'real',
  integer: 'int',
  boolean: 'bool',
  text: 'string',
  str: 'string',
  array: 'vector',
  list: 'vector',
};

/** The type of an enum by name, or null. */
export function enumType(project: Project, name: string): Extract<Type, { readonly kind: 'enum' }> | null {
  const declared = project.enums.get(name);
  return declared === undefined
    ? null
    : { kind: 'enum', name, members: declared.declaration.members.map((m) => m.text) };
}

/** The type that an annotation names; E0204 where there is none. */
export function annotationType(frame: Frame, annotation: TypeExpr): Type {
  switch (annotation.kind) {
    case 'named': {
      const { text } = annotation.name;
      const known = Object.hasOwn(named, text) ? named[text] : undefined;
      if (known !== undefined) return known;
      const { project } = frame.session;
      const declared = project.enums.get(text);
      if (declared !== undefined) use(frame, declared);
      const type = enumType(project, text);
      if (type !== null) return type;
      const alias = Object.hasOwn(elsewhere, text) ? elsewhere[text] : undefined;
      const hint =
        alias === undefined ? didYouMean(text, [...Object.keys(named), ...project.enums.keys()]) : `write \`${alias}\``;
      report(frame, 'E0204', `there is no type \`${text}\``, annotation.span, hint);
      return unknown;
    }
    case 'array':
      return arrayOf(annotationType(frame, annotation.element));
    case 'tuple':
      return { kind: 'tuple', elements: annotation.elements.map((e) => annotationType(frame, e)) };
    case 'record':
      return {
        kind: 'record',
        fields: annotation.fields.map((f) => ({ name: f.name.text, type: annotationType(frame, f.type) })),
      };
  }
}
