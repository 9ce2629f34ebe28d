/**
 * The text form of the IR. One instruction a line, regions indented, every field written, so that `parse_text` gives the
 * same program back. What a line cannot hold (sites, places, enums) stands in tables at the top and is named by number; the name of a
 * draw site follows as a comment.
 */
import type { Constant, Family, Func, Instruction, ModelInfo, PlaceId, Program, Region, Value, ValueId } from './ir.js';
import { resultsOf } from './ir.js';
import { createTypePrinter, type TypePrinter, word } from './print_type.js';
import { familyEntries } from './program.js';

/** The whole program as text, ending in a line feed. */
export function printProgram(program: Program): string {
  const types = createTypePrinter();
  const body = [
    ...Object.entries(program.families).map(([key, family]) => printFamily(key, family, types)),
    ...Object.entries(program.models).map(([key, model]) => printModel(key, model, types)),
    ...Object.entries(program.functions).map(([key, func]) => printFunctionAs(key, func, types, program)),
  ];
  const head = [
    `ir ${program.version}`,
    ...program.sources.map((source) => `source ${JSON.stringify(source)}`),
    ...program.places.map((p, i) => `place ${i} ${p.source} ${p.span.start} ${p.span.end}`),
    ...Object.entries(program.sites).map(([site, info]) => `site ${site} ${word(info.name)}${at(info.at)}`),
    ...types.enums().map((e, i) => `enum ${i} ${word(e.name)} [${e.members.map(word).join(', ')}]`),
  ];
  return `${[head.join('\n'), ...body].join('\n\n')}\n`;
}

/** One function as text, for messages and dumps. Enums are shown by number, as in `printProgram`. */
export const printFunction = (func: Func, program: Program): string =>
  printFunctionAs(func.name, func, createTypePrinter(), program);

const at = (place: PlaceId): string => (place === -1 ? '' : ` @${place}`);
const id = (value: ValueId): string => `%${value}`;
const ids = (values: readonly ValueId[]): string => values.map(id).join(', ');
const named = (key: string, name: string): string => (key === name ? word(key) : `${word(key)} named ${word(name)}`);

function printFamily(key: string, family: Family, types: TypePrinter): string {
  const parameters = family.parameters.map((p) => `${word(p.name)}: ${types.show(p.type)}`).join(', ');
  const lines = [`  dimension ${family.dimension === null ? 'any' : printNumber(family.dimension)}`];
  for (const entry of familyEntries) {
    const name = family[entry];
    if (name !== null) lines.push(`  ${entry} ${word(name)}`);
  }
  const discrete = family.discrete ? ' discrete' : '';
  return `family ${named(key, family.name)}(${parameters}) -> ${types.show(family.value)}${discrete} {\n${lines.join('\n')}\n}`;
}

function printModel(key: string, model: ModelInfo, types: TypePrinter): string {
  const lines = model.nodes.map(
    (n) =>
      `  ${n.operator === '~' ? 'random' : 'equation'} ${word(n.name)}: ${types.show(n.type)} rank ${n.rank}` +
      `${n.modifier === null ? '' : ` ${n.modifier}`}${n.optional ? ' optional' : ''}${at(n.at)}\n`,
  );
  return `model ${word(key)} by ${word(model.function)} {\n${lines.join('')}}`;
}

function printFunctionAs(key: string, func: Func, types: TypePrinter, program: Program): string {
  const show = (value: Value): string => `${id(value.id)}: ${types.show(value.type)}`;
  const list = (values: readonly Value[]): string => `(${values.map(show).join(', ')})`;
  const region = (r: Region, indent: string): string => {
    const inner = `${indent}  `;
    const lines = r.body.map((instruction) => `${inner}${line(instruction, inner)}\n`).join('');
    const yields = r.yields.length === 0 ? '' : `${inner}yield ${ids(r.yields)}\n`;
    return `${r.args.length === 0 ? '' : `${list(r.args)} `}{\n${lines}${yields}${indent}}`;
  };
  const line = (instruction: Instruction, indent: string): string => {
    const results = resultsOf(instruction);
    const head = results.length === 0 ? '' : `${results.map(show).join(', ')} = `;
    return `${head}${operation(instruction, (r) => region(r, indent))}${at(instruction.at)}${comment(instruction, program)}`;
  };
  const flags = `${func.draws ? ' draws' : ''}${func.scores ? ' scores' : ''}`;
  const results = func.results.map((t) => types.show(t)).join(', ');
  return `fn ${named(key, func.name)} -> (${results})${flags} ${region(func.body, '')}`;
}

function comment(instruction: Instruction, program: Program): string {
  if (instruction.kind !== 'draw' && instruction.kind !== 'score') return '';
  const site = program.sites[instruction.site];
  return site === undefined ? '' : ` // ${word(site.name)}`;
}

function operation(i: Instruction, region: (r: Region) => string): string {
  switch (i.kind) {
    case 'const':
      return `const ${printConstant(i.value)}`;
    case 'input':
      return `input ${word(i.name)}`;
    case 'op':
      return `op ${i.op}(${ids(i.args)})`;
    case 'make':
      return `make [${ids(i.parts)}]`;
    case 'get':
      return `get ${id(i.target)} ${i.position}`;
    case 'if':
      return `if ${id(i.condition)} ${region(i.then)} else ${region(i.otherwise)}`;
    case 'for':
      return `for ${id(i.low)}, ${id(i.high)} [${ids(i.inits)}] ${region(i.body)}`;
    case 'while':
      return `while [${ids(i.inits)}] ${region(i.condition)} do ${region(i.body)}`;
    case 'call':
      return `call ${word(i.callee)}(${ids(i.args)})`;
    case 'extern':
      return `extern ${word(i.callee)}(${ids(i.args)})`;
    case 'address':
      return `address ${id(i.parent)} site ${i.site}${i.index === null ? '' : ` index ${id(i.index)}`}`;
    case 'noise':
      return `noise ${i.noise} ${id(i.address)} request ${i.request}`;
    case 'draw':
      return `draw ${word(i.family)}(${ids(i.params)}) below ${id(i.address)} site ${i.site}${i.shared ? ' shared' : ''}${i.copy ? ' copy' : ''}`;
    case 'score':
      return `score ${word(i.family)}(${ids(i.params)}) at ${id(i.value)} below ${id(i.address)} site ${i.site}${i.abduct ? ' abduct' : ''}`;
    case 'condition':
    case 'factor':
      return `${i.kind} ${id(i.value)}`;
    case 'equal':
    case 'approximate':
      return `${i.kind} ${id(i.value)}, ${id(i.seen)}`;
    case 'resample':
      return 'resample';
    case 'node':
      return `node ${word(i.name)}[${ids(i.indices)}] ${id(i.value)}`;
    case 'read':
      return `read world ${i.world} ${word(i.node)}`;
    case 'check':
      return `check ${id(i.value)} ${JSON.stringify(i.code)} ${JSON.stringify(i.message)}`;
  }
}

const printNumber = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

/** A literal: numbers with NaN, Infinity and -0, quoted strings, `[…]` for arrays and `f64[…]` for Float64Array. */
function printConstant(value: Constant): string {
  if (typeof value === 'number') return printNumber(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Float64Array) return `f64[${Array.from(value, printNumber).join(', ')}]`;
  return `[${value.map(printConstant).join(', ')}]`;
}
