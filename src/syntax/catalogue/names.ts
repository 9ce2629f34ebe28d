import { error, warning } from './entry.js';

/** E02xx and W02xx: names. */
export const nameCodes = {
  E0201: error(
    'unknown name',
    'No variable, node, constant, data set or enum member of this name is in sight. Names are declared before they are used.',
  ),
  E0202: error(
    'unknown function or distribution',
    'A call names no function and no distribution family, neither of the file nor of the library.',
  ),
  E0203: error(
    'unknown model or graph',
    'Models and graphs have names of their own, apart from those of functions and values.',
  ),
  E0204: error(
    'unknown type',
    'A type is `real`, `int`, `bool`, `string`, `vector`, `matrix`, `dist`, an enum, or built from these: `T[]`, `(T, U)`, `{ x: T }`.',
  ),
  E0205: error(
    'name declared twice',
    'Two declarations of a file, or of a file and its imports, share a name. Only distributions may: they are overloads.',
  ),
  E0206: error(
    'local name declared twice',
    'A `let`, `var`, loop variable or parameter has the name of another one of the same block.',
  ),
  E0207: error(
    'node hides a name',
    'A node may not have the name of a constant, a data set or an enum member: a query could not tell them apart.',
  ),
  E0208: error('constants in a circle', 'The value of a constant must not need the constant itself.'),
  E0209: error('ambiguous member', 'Two enums have a member of this name. Write the enum before it: `Drug.A`.'),
  E0210: error('unknown member', 'The enum has no member of this name.'),
  E0211: error('unknown column', 'The data set has no column of this name. Beside its columns it has only `rows`.'),
  E0212: error('unknown field', 'The record, or the part, has no field of this name.'),
  E0213: error('name twice in a list', 'A member of an enum, a parameter, or a field of a record stands twice.'),
  E0214: error(
    'cannot assign',
    'Only a `var` can be assigned again. A `let` is constant, a node is what its declaration says, and so is a parameter.',
  ),
  E0215: error(
    'not a value',
    'The name of a function, a distribution or a model is no value. A function is called: `f(x)`; a distribution gets its parameters: `normal(0, 1)`.',
  ),
  E0216: error('nothing of the name to import', 'The imported file or module does not declare this name.'),
  E0217: error(
    'query in a query',
    'A query cannot name another query. Write its expression again, or put both in one expression.',
  ),
  W0201: warning(
    'unused name',
    'A local name, parameter or declaration is never read. A name that starts with `_` is not complained about.',
  ),
  W0202: warning(
    'shadowed name',
    'A local name hides another one of the same spelling, which cannot be reached from here on.',
  ),
  W0203: warning('unused import', 'A name is imported and never used.'),
} as const;
