import type { Project } from '../check/project.js';
import type { TypeExpr } from '../syntax/tree.js';
import { arrayOf, bool, int, real, string, type Type, unknown } from './types.js';

/** The type that an annotation names; null for one that leaves it open: `dist`, `dist[]`. */
export function typeOfAnnotation(project: Project, annotation: TypeExpr): Type | null {
  switch (annotation.kind) {
    case 'named':
      return namedType(project, annotation.name.text);
    case 'array': {
      const element = typeOfAnnotation(project, annotation.element);
      return element === null ? null : arrayOf(element);
    }
    case 'tuple': {
      const elements = annotation.elements.map((e) => typeOfAnnotation(project, e));
      return elements.some((e) => e === null) ? null : { kind: 'tuple', elements: elements.map((e) => e ?? unknown) };
    }
    case 'record': {
      const fields = annotation.fields.map((f) => ({ name: f.name.text, type: typeOfAnnotation(project, f.type) }));
      if (fields.some((f) => f.type === null)) return null;
      return { kind: 'record', fields: fields.map((f) => ({ name: f.name, type: f.type ?? unknown })) };
    }
  }
}

function namedType(project: Project, name: string): Type | null {
  switch (name) {
    case 'real':
      return real;
    case 'int':
      return int;
    case 'bool':
      return bool;
    case 'string':
      return string;
    case 'vector':
      return arrayOf(real);
    case 'matrix':
      return arrayOf(arrayOf(real));
    default: {
      const declared = project.enums.get(name);
      return declared === undefined
        ? null
        : { kind: 'enum', name, members: declared.declaration.members.map((m) => m.text) };
    }
  }
}
