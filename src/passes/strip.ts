import type { Program, Region, ValueId } from '../ir/ir.js';
import { mapFunctions, withBody } from './bind.js';
import { mapBody } from './map_body.js';

/**
 * Takes the `node` instructions out: a node's value is used directly. A node computes nothing, so every value stays
 * the same to the bit; but afterwards the program has no places for surgery or evidence, so this comes after both.
 */
export const strip = (program: Program): Program =>
  mapFunctions(program, (func) => withBody(func, withoutNodes(func.body, new Map())));

const withoutNodes = (region: Region, values: Map<ValueId, ValueId>): Region =>
  mapBody(region, values, (instruction) => {
    if (instruction.kind !== 'node') return instruction;
    values.set(instruction.result.id, instruction.value);
    return [];
  });
