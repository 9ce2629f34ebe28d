/** The inverse of `print.ts`, by recursive descent. */
import { diagnose, fail, type Outcome, succeed } from '../syntax/diagnostic.js';
import type { Family, Func, ModelInfo, NodeInfo, Place, PlaceId, Program, Site } from './ir.js';
import { createRegionParser } from './parse_region.js';
import { parseIrType } from './parse_type.js';
import { familyEntries } from './program.js';
import { createTextReader, isUnreadable, type TextReader } from './text_reader.js';
import type { TypeOf } from './type.js';

/** Reads a program from its text form; a text that is not one gives one diagnostic at the place where it stops being one. */
export function parseProgram(text: string, name = '<ir>'): Outcome<Program> {
  try {
    return succeed(readProgram(createTextReader(text)));
  } catch (thrown) {
    if (!isUnreadable(thrown)) throw thrown;
    const span = { start: thrown.start, end: thrown.end };
    return fail(
      diagnose('E0590', `This is not the text form of a program: ${thrown.unreadable}.`, { name, text }, span),
    );
  }
}

/** The place after a declaration, -1 if none is written. */
const readPlace = (reader: TextReader): PlaceId => (reader.take('@') ? reader.number() : -1);

type Named<T> = readonly [string, T];

function readProgram(reader: TextReader): Program {
  reader.expect('ir');
  if (reader.number() !== 1) reader.refuseLast("version '1'");
  const sources: string[] = [];
  const places: Place[] = [];
  const sites: (readonly [number, Site])[] = [];
  const enums: TypeOf<'enum'>[] = [];
  const families: Named<Family>[] = [];
  const models: Named<ModelInfo>[] = [];
  const functions: Named<Func>[] = [];
  while (!reader.atEnd()) {
    if (reader.take('source')) sources.push(reader.string());
    else if (reader.take('place')) places.push(readPlaceEntry(reader, places.length));
    else if (reader.take('site')) sites.push([reader.number(), { name: reader.name(), at: readPlace(reader) }]);
    else if (reader.take('enum')) enums.push(readEnum(reader, enums.length));
    else if (reader.take('family')) families.push(readFamily(reader, enums));
    else if (reader.take('model')) models.push(readModel(reader, enums));
    else if (reader.take('fn')) functions.push(readFunction(reader, enums));
    else reader.refuse('a declaration');
  }
  return {
    version: 1,
    functions: Object.fromEntries(functions),
    families: Object.fromEntries(families),
    models: Object.fromEntries(models),
    sites: Object.fromEntries(sites),
    places,
    sources,
  };
}

function expectCount(reader: TextReader, count: number): void {
  if (!reader.isNumber() || reader.number() !== count) reader.refuseLast(`the number '${count}'`);
}

function readPlaceEntry(reader: TextReader, count: number): Place {
  expectCount(reader, count);
  return { source: reader.number(), span: { start: reader.number(), end: reader.number() } };
}

function readEnum(reader: TextReader, count: number): TypeOf<'enum'> {
  expectCount(reader, count);
  const name = reader.name();
  reader.expect('[');
  return { kind: 'enum', name, members: reader.list(']', () => reader.name()) };
}

function readKeyed(reader: TextReader): { readonly key: string; readonly name: string } {
  const key = reader.name();
  return { key, name: reader.take('named') ? reader.name() : key };
}

function readFamily(reader: TextReader, enums: readonly TypeOf<'enum'>[]): Named<Family> {
  const { key, name } = readKeyed(reader);
  reader.expect('(');
  const parameters = reader.list(')', () => {
    const parameter = reader.name();
    reader.expect(':');
    return { name: parameter, type: parseIrType(reader, enums) };
  });
  reader.expect('->');
  const value = parseIrType(reader, enums);
  const discrete = reader.take('discrete');
  reader.expect('{');
  reader.expect('dimension');
  const dimension = reader.take('any') ? null : reader.number();
  const entry = (which: (typeof familyEntries)[number]): string | null => (reader.take(which) ? reader.name() : null);
  const draw = entry('draw') ?? reader.refuse("'draw'");
  const rest = Object.fromEntries(familyEntries.slice(1).map((which) => [which, entry(which)]));
  reader.expect('}');
  const of = (which: (typeof familyEntries)[number]): string | null => rest[which] ?? null;
  const family: Family = {
    name,
    value,
    parameters,
    discrete,
    dimension,
    draw,
    mechanism: of('mechanism'),
    abduct: of('abduct'),
    logpdf: of('logpdf'),
    cdf: of('cdf'),
    quantile: of('quantile'),
    survival: of('survival'),
    logcdf: of('logcdf'),
    require: of('require'),
    support: of('support'),
    mean: of('mean'),
    variance: of('variance'),
  };
  return [key, family];
}

function readModel(reader: TextReader, enums: readonly TypeOf<'enum'>[]): Named<ModelInfo> {
  const key = reader.name();
  reader.expect('by');
  const func = reader.name();
  reader.expect('{');
  const nodes: NodeInfo[] = [];
  while (!reader.take('}')) {
    const operator = reader.take('random') ? '~' : ':=';
    if (operator === ':=') reader.expect('equation');
    const name = reader.name();
    reader.expect(':');
    const type = parseIrType(reader, enums);
    reader.expect('rank');
    const rank = reader.number();
    const modifier = reader.take('param') ? 'param' : reader.take('latent') ? 'latent' : null;
    const optional = reader.take('optional');
    nodes.push({ name, type, rank, modifier, operator, optional, at: readPlace(reader) });
  }
  return [key, { function: func, nodes }];
}

function readFunction(reader: TextReader, enums: readonly TypeOf<'enum'>[]): Named<Func> {
  const { key, name } = readKeyed(reader);
  reader.expect('->');
  reader.expect('(');
  const results = reader.list(')', () => parseIrType(reader, enums));
  const draws = reader.take('draws');
  const scores = reader.take('scores');
  const body = createRegionParser(reader, enums)();
  return [key, { name, body, results, draws, scores }];
}
