import { flows } from './flow.js';
import type { Family, IrType, ModelInfo, PlaceId, Program } from './ir.js';
import { familyEntries, findFunction } from './program.js';
import type { Type } from './type.js';
import { showIrType, verifyType } from './verify_type.js';

type Report = (problem: string) => void;

const real: IrType = { kind: 'real' };
const bool: IrType = { kind: 'bool' };
const address: IrType = { kind: 'address' };
const numbers: IrType = { kind: 'array', element: { kind: 'real' }, length: null };

/** Reports problems of places, sites and models. */
export function verifyTables(program: Program, report: Report): void {
  const verifyPlace = (place: PlaceId, what: string): void => {
    if (place !== -1 && program.places[place] === undefined) report(`${what}: no place ${place}`);
  };
  program.places.forEach((place, i) => {
    if (program.sources[place.source] === undefined) report(`place ${i}: no source ${place.source}`);
  });
  for (const [number, site] of Object.entries(program.sites)) {
    if ((Number(number) | 0) !== Number(number)) report(`site ${number}: is not a 32-bit number`);
    verifyPlace(site.at, `site ${number}`);
  }
  for (const [key, model] of Object.entries(program.models)) {
    for (const node of model.nodes) verifyPlace(node.at, `model ${key}, node ${node.name}`);
    verifyModel(model, program, (problem) => report(`model ${key}: ${problem}`));
  }
}

function verifyModel(model: ModelInfo, program: Program, report: Report): void {
  const func = findFunction(program, model.function);
  if (func === null) {
    report(`no function ${model.function}`);
    return;
  }
  if (func.body.args.length !== 1 || func.body.args[0]?.type.kind !== 'address')
    report('its function takes more or less than an address');
  if (func.results.length !== model.nodes.length)
    report(`its function yields ${func.results.length} values, not ${model.nodes.length}`);
  model.nodes.forEach((node, i) => {
    const found = func.results[i];
    if (found !== undefined && !flows(node.type, found))
      report(`node ${node.name} is ${showIrType(node.type)}, its value ${showIrType(found)}`);
    if (!isNested(node.type, node.rank))
      report(`node ${node.name} has rank ${node.rank}, but type ${showIrType(node.type)}`);
  });
  const names = new Set(model.nodes.map((node) => node.name));
  if (names.size < model.nodes.length) report('two nodes have one name');
}

/** Whether the type is an array of arrays, `rank` deep at least. */
const isNested = (type: Type | IrType, rank: number): boolean =>
  rank === 0 || (type.kind === 'array' && isNested(type.element, rank - 1));

/** Reports families whose functions don't exist or don't have the signature that their use asks for. */
export function verifyFamilies(program: Program, report: Report): void {
  for (const [key, family] of Object.entries(program.families)) {
    verifyType(family.value, (problem) => report(`family ${key}: ${problem}`));
    for (const entry of familyEntries) {
      const name = family[entry];
      if (name === null) continue;
      verifyEntry(family, entry, name, program, (problem) => report(`family ${key}, ${entry}: ${problem}`));
    }
    if (family.discrete && family.dimension !== 0) report(`family ${key}: a discrete family has dimension 0`);
  }
}

function verifyEntry(
  family: Family,
  entry: (typeof familyEntries)[number],
  name: string,
  program: Program,
  report: Report,
): void {
  const func = findFunction(program, name);
  if (func === null) {
    report(`no function ${name}`);
    return;
  }
  const { args, result } = signature(family, entry);
  const found = func.body.args.map((arg) => arg.type);
  if (found.length !== args.length) report(`${name} takes ${found.length} arguments, not ${args.length}`);
  else
    args.forEach((type, i) => {
      const parameter = found[i];
      if (parameter !== undefined && !flows(parameter, type))
        report(`argument ${i} of ${name} is ${showIrType(parameter)}, not ${showIrType(type)}`);
    });
  const [yielded] = func.results;
  if (yielded === undefined || func.results.length !== 1) report(`${name} yields ${func.results.length} values, not 1`);
  else if (result !== null && !flows(result, yielded))
    report(`${name} yields ${showIrType(yielded)}, not ${showIrType(result)}`);
  if (func.scores) report(`${name} scores`);
  if (func.draws && entry !== 'draw' && entry !== 'mechanism' && entry !== 'abduct') report(`${name} draws`);
}

/** What a family's function takes and yields; `result` is null where any type will do. */
function signature(
  family: Family,
  entry: (typeof familyEntries)[number],
): { readonly args: readonly IrType[]; readonly result: IrType | null } {
  const params = family.parameters.map((p) => p.type);
  switch (entry) {
    case 'draw':
    case 'mechanism':
      return { args: [address, ...params], result: family.value };
    case 'abduct':
      return { args: [address, ...params, family.value], result: numbers };
    case 'logpdf':
    case 'cdf':
    case 'survival':
    case 'logcdf':
      return { args: [...params, family.value], result: real };
    case 'quantile':
      return { args: [...params, real], result: family.value };
    case 'require':
      return { args: params, result: bool };
    case 'support':
      return { args: [...params, family.value], result: bool };
    case 'mean':
    case 'variance':
      return { args: params, result: null };
  }
}
