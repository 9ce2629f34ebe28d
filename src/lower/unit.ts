import type { Project } from '../check/project.js';
import type { Family, Func, ModelInfo, Place, PlaceId, Program, Site } from '../ir/ir.js';
import type { Type } from '../ir/type.js';
import type { Source, Span } from '../syntax/span.js';
import type { Raised } from './raise.js';
import { siteNumber } from './sites.js';

/** A function made for one tuple of argument types. `result` is null while its body is being lowered for the first time. */
export type Instance = {
  readonly name: string;
  readonly draws: boolean;
  readonly scores: boolean;
  result: Type | null;
  assumed: boolean;
};

/** What all functions of one program share while it is put together. */
export type Unit = {
  readonly project: Project;
  readonly functions: Map<string, Func>;
  readonly families: Map<string, Family>;
  readonly models: Map<string, ModelInfo>;
  readonly instances: Map<string, Instance>;
  /** Functions of families that are lowered when they are asked for, by name, into the unit that asks. */
  readonly pending: Map<string, (unit: Unit) => void>;
  /** Why functions of families could not be lowered, by name. */
  readonly refused: Map<string, Raised>;
  /** The program-wide number of a place in a text. */
  readonly place: (source: Source, span: Span) => PlaceId;
  /** The text and span of a place; null for none. */
  readonly textAt: (place: PlaceId) => { readonly source: Source; readonly span: Span } | null;
  /** The number of a site by name; the name decides it, a clash moves on to the next free number. */
  readonly site: (name: string, at: PlaceId) => number;
  /** All that has been lowered so far, as a program. */
  readonly finish: () => Program;
};

/** Where places and sites are, and what they are called. */
type Positions = {
  readonly places: Place[];
  readonly sources: string[];
  readonly texts: Source[];
  readonly placeNumbers: Map<string, PlaceId>;
  readonly sites: Map<number, Site>;
};

const positionsOf = new WeakMap<Unit, Positions>();

/** A program of which nothing has been lowered yet, or all that another one has; what is lowered later goes to one of them alone. */
export function createUnit(project: Project, from: Unit | null = null): Unit {
  const before = from === null ? undefined : positionsOf.get(from);
  const places: Place[] = [...(before?.places ?? [])];
  const sources: string[] = [...(before?.sources ?? [])];
  const texts: Source[] = [...(before?.texts ?? [])];
  const placeNumbers = new Map<string, PlaceId>(before?.placeNumbers);
  const sites = new Map<number, Site>(before?.sites);
  const functions = new Map<string, Func>(from?.functions);
  const families = new Map<string, Family>(from?.families);
  const models = new Map<string, ModelInfo>(from?.models);

  const place: Unit['place'] = (source, span) => {
    let from = sources.indexOf(source.name);
    if (from === -1) {
      from = sources.push(source.name) - 1;
      texts.push(source);
    }
    const key = `${from}:${span.start}:${span.end}`;
    const known = placeNumbers.get(key);
    if (known !== undefined) return known;
    const number = places.push({ source: from, span }) - 1;
    placeNumbers.set(key, number);
    return number;
  };

  const textAt: Unit['textAt'] = (number) => {
    const found = places[number];
    const source = found === undefined ? undefined : texts[found.source];
    return found === undefined || source === undefined ? null : { source, span: found.span };
  };

  const site: Unit['site'] = (name, at) => {
    let number = siteNumber(name);
    for (let found = sites.get(number); found !== undefined && found.name !== name; found = sites.get(number)) {
      number = (number + 1) & 0x7fffffff;
    }
    if (!sites.has(number)) sites.set(number, { name, at });
    return number;
  };

  const finish = (): Program => ({
    version: 1,
    functions: Object.fromEntries(functions),
    families: Object.fromEntries(families),
    models: Object.fromEntries(models),
    sites: Object.fromEntries(sites),
    places,
    sources,
  });

  const unit: Unit = {
    project,
    functions,
    families,
    models,
    instances: new Map([...(from?.instances ?? [])].map(([name, instance]) => [name, { ...instance }])),
    pending: new Map(from?.pending),
    refused: new Map(from?.refused),
    place,
    textAt,
    site,
    finish,
  };
  positionsOf.set(unit, { places, sources, texts, placeNumbers, sites });
  return unit;
}

/** A key for a tuple of types, so that equal ones share an instance. */
export const typesKey = (types: readonly Type[]): string => types.map(typeKey).join(', ');

function typeKey(type: Type): string {
  switch (type.kind) {
    case 'array':
      return `${typeKey(type.element)}[${type.length ?? ''}]`;
    case 'tuple':
      return `(${typesKey(type.elements)})`;
    case 'record':
      return `{${type.fields.map((f) => `${f.name}: ${typeKey(f.type)}`).join(', ')}}`;
    case 'dist':
      return `${type.families.map((f) => `${f.family}<${typesKey(f.parameters)}>`).join('|')}~${typeKey(type.over)}`;
    case 'enum':
      return type.name;
    case 'table':
      return 'table';
    case 'function':
      return `fn ${type.name}`;
    default:
      return type.kind;
  }
}
