/** Puts values of a host program into a project: under the names of placeholders, or in the place of what the text declares. */
import type { Project, Supplied } from '../check/project.js';
import type { Host } from '../data/host.js';
import type { Constant } from '../ir/ir.js';
import type { Type, TypeOf } from '../ir/type.js';
import { type Diagnostic, diagnose, fail, succeed } from '../syntax/diagnostic.js';
import { isPlaceholder, type Source, type Span } from '../syntax/span.js';
import type { DeclarationOf, Name, Parameter, TypeExpr } from '../syntax/tree.js';
import { tableOf } from './rows.js';
import type { HostFunction, HostValue } from './value.js';

/** Values by the names of placeholders or of declarations. */
export type Values = ReadonlyMap<string, HostValue>;

/** The functions among some values. */
export const functionsOf = (values: Values): ReadonlyMap<string, HostFunction> =>
  new Map([...values].flatMap(([name, value]) => (value.kind === 'function' ? [[name, value.call] as const] : [])));

/** A host that gives the rows among some values, by the names of data sets or placeholders, and asks another for everything else. */
export const hostOver = (host: Host, values: Values): Host => ({
  readText: host.readText,
  readTable: (request) => {
    const given = values.get(request.table);
    return given?.kind === 'rows'
      ? succeed(tableOf(given.rows, request.table, request.enums))
      : host.readTable(request);
  },
  suppliedTable: ({ path, table, enums, source, span }) => {
    const given = values.get(table) ?? values.get(path);
    if (given?.kind === 'rows') return succeed(tableOf(given.rows, table, enums));
    if (given?.kind === 'wrong') return fail();
    const hint = 'a data set is an array of records, or a record of columns of one length';
    return fail(diagnose('E0530', 'this value is no table', source, span, hint));
  },
});

/** The project with what stands in the placeholders of a template, and what is wrong with these values. */
export function supply(
  project: Project,
  values: Values,
  source: Source,
): { readonly project: Project; readonly diagnostics: readonly Diagnostic[] } {
  const supplied = new Map(project.supplied);
  const data = new Map(project.data);
  const externs = new Map(project.externs);
  const diagnostics: Diagnostic[] = [];
  for (const { name, span } of source.placeholders ?? []) {
    const value = values.get(name);
    switch (value?.kind) {
      case 'value':
        supplied.set(name, withLabels(project, value.supplied));
        break;
      case 'rows': {
        const enums = [...project.enums.values()].map(({ declaration }) => membersOf(declaration));
        const declaration = {
          kind: 'data',
          name: { text: name, span },
          reader: { text: name, span },
          args: [],
        } as const;
        const table = tableOf(value.rows, name, enums);
        data.set(name, { declaration: { ...declaration, documentation: null, span }, source, table });
        break;
      }
      case 'function':
        externs.set(name, { declaration: realFunction(name, value.call.length, span), source });
        break;
      default:
        diagnostics.push(diagnose('E0530', value?.message ?? 'there is no value here', source, span));
        supplied.set(name, { type: { kind: 'unknown' }, value: 0 });
    }
  }
  return { project: { ...project, supplied, data, externs }, diagnostics };
}

/** A function that a template calls without a declaration: of numbers, giving a number. */
function realFunction(text: string, parameters: number, span: Span): DeclarationOf<'extern'> {
  const name: Name = { text, span };
  const real: TypeExpr = { kind: 'named', name: { text: 'real', span }, span };
  const parameter = (_: unknown, i: number): Parameter => ({
    name: { text: `x${i + 1}`, span },
    annotation: real,
    default: null,
    span,
  });
  return {
    kind: 'extern',
    name,
    parameters: Array.from({ length: parameters }, parameter),
    result: real,
    supplied: name,
    command: null,
    cost: null,
    documentation: null,
    span,
  };
}

const membersOf = (
  declaration: DeclarationOf<'enum'>,
): { readonly name: string; readonly members: readonly string[] } => ({
  name: declaration.name.text,
  members: declaration.members.map((m) => m.text),
});

/** The value with its strings as members of the one enum that has them all; strings that no enum or several have stay strings. */
export function withLabels(project: Project, { type, value }: Supplied): Supplied {
  if (type.kind === 'record' && typeof value === 'object' && !(value instanceof Float64Array)) {
    const parts = type.fields.map((field, i) => withLabels(project, { type: field.type, value: value[i] ?? 0 }));
    const fields = type.fields.map((field, i) => ({ name: field.name, type: parts[i]?.type ?? field.type }));
    return { type: { kind: 'record', fields }, value: parts.map((part) => part.value) };
  }
  const labels = new Set<string>();
  if (!gatherLabels(type, value, labels) || labels.size === 0) return { type, value };
  const found = enumsInReach(project).filter((e) => [...labels].every((label) => e.members.includes(label)));
  const [only, ...others] = found;
  return only === undefined || others.length > 0
    ? { type, value }
    : { type: relabelled(type, only), value: coded(value, only) };
}

/** Whether the value is a string, or strings in arrays; their texts are added. */
function gatherLabels(type: Type, value: Constant, into: Set<string>): boolean {
  if (type.kind === 'string' && typeof value === 'string') {
    into.add(value);
    return true;
  }
  if (type.kind !== 'array' || typeof value === 'number' || typeof value === 'string') return false;
  return !(value instanceof Float64Array) && value.every((part) => gatherLabels(type.element, part, into));
}

const relabelled = (type: Type, members: Type): Type =>
  type.kind === 'array' ? { ...type, element: relabelled(type.element, members) } : members;

function coded(value: Constant, labels: TypeOf<'enum'>): Constant {
  if (typeof value === 'string') return labels.members.indexOf(value);
  if (typeof value === 'number' || value instanceof Float64Array) return value;
  const parts = value.map((part) => coded(part, labels));
  return parts.every((part) => typeof part === 'number') ? Float64Array.from(parts) : parts;
}

/** Declared enums, and those of columns of labels. */
function enumsInReach(project: Project): readonly TypeOf<'enum'>[] {
  const found = new Map<string, TypeOf<'enum'>>();
  for (const { declaration } of project.enums.values())
    if (!declaration.name.text.includes('@'))
      found.set(declaration.name.text, { kind: 'enum', ...membersOf(declaration) });
  for (const [name, { table }] of project.data)
    if (!isPlaceholder(name))
      for (const { type } of table.columns)
        if (type.kind === 'enum' && !found.has(type.name)) found.set(type.name, type);
  return [...found.values()];
}
