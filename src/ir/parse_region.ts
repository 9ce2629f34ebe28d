import { isDiagnosticCode } from '../syntax/codes.js';
import type { Constant, Instruction, NoiseKind, PlaceId, Region, Value, ValueId } from './ir.js';
import { type OpName, opNames } from './ops.js';
import { parseIrType } from './parse_type.js';
import type { TextReader } from './text_reader.js';
import type { TypeOf } from './type.js';

const operations = new Map<string, OpName>(opNames.map((name) => [name, name]));
const noises = new Map<string, NoiseKind>([
  ['uniform', 'uniform'],
  ['normal', 'normal'],
  ['exponential', 'exponential'],
]);

/** What makes an instruction once its place has been read: the place stands at the end of the line. */
type Finish = (at: PlaceId, results: readonly Value[]) => Instruction;

/** Makes what reads one region: arguments, instructions, yields. */
export function createRegionParser(reader: TextReader, enums: readonly TypeOf<'enum'>[]): () => Region {
  const id = (): ValueId => {
    reader.expect('%');
    return reader.number();
  };
  const value = (): Value => {
    const number = id();
    reader.expect(':');
    return { id: number, type: parseIrType(reader, enums) };
  };
  const listOf = <T>(open: string, close: string, item: () => T): T[] => {
    reader.expect(open);
    return reader.list(close, item);
  };
  const ids = (): ValueId[] => listOf('[', ']', id);
  const parameters = (): ValueId[] => listOf('(', ')', id);
  const site = (): number => {
    reader.expect('site');
    return reader.number();
  };

  const region = (): Region => {
    const args = reader.peek('(') ? listOf('(', ')', value) : [];
    reader.expect('{');
    const body: Instruction[] = [];
    let yields: ValueId[] = [];
    while (!reader.take('}')) {
      if (reader.take('yield')) {
        do yields = [...yields, id()];
        while (reader.take(','));
        reader.expect('}');
        break;
      }
      body.push(instruction());
    }
    return { args, body, yields };
  };

  const instruction = (): Instruction => {
    const results: Value[] = [];
    if (reader.peek('%')) {
      do results.push(value());
      while (reader.take(','));
      reader.expect('=');
    }
    const finish = operation(reader.keyword());
    return finish(reader.take('@') ? reader.number() : -1, results);
  };

  /** An instruction with one result, whose fields but that and the place are given by `make`. */
  const single =
    (make: (at: PlaceId, result: Value) => Instruction): Finish =>
    (at, results) => {
      const [result] = results;
      return result !== undefined && results.length === 1 ? make(at, result) : reader.refuseLast('one result');
    };
  const silent =
    (make: (at: PlaceId) => Instruction): Finish =>
    (at, results) =>
      results.length === 0 ? make(at) : reader.refuseLast('no result');

  const operation = (kind: string): Finish => {
    switch (kind) {
      case 'const': {
        const literal = constant();
        return single((at, result) => ({ kind, at, result, value: literal }));
      }
      case 'input': {
        const name = reader.name();
        return single((at, result) => ({ kind, at, result, name }));
      }
      case 'op': {
        const op = operations.get(reader.keyword()) ?? reader.refuseLast('the name of an operation');
        const args = parameters();
        return single((at, result) => ({ kind, at, result, op, args }));
      }
      case 'make': {
        const parts = ids();
        return single((at, result) => ({ kind, at, result, parts }));
      }
      case 'get': {
        const target = id();
        const position = reader.number();
        return single((at, result) => ({ kind, at, result, target, position }));
      }
      case 'if': {
        const condition = id();
        const then = region();
        reader.expect('else');
        const otherwise = region();
        return (at, results) => ({ kind, at, results, condition, then, otherwise });
      }
      case 'for': {
        const low = id();
        reader.expect(',');
        const high = id();
        const inits = ids();
        const body = region();
        return (at, results) => ({ kind, at, results, low, high, inits, body });
      }
      case 'while': {
        const inits = ids();
        const condition = region();
        reader.expect('do');
        const body = region();
        return (at, results) => ({ kind, at, results, inits, condition, body });
      }
      case 'call': {
        const callee = reader.name();
        const args = parameters();
        return (at, results) => ({ kind, at, results, callee, args });
      }
      case 'extern': {
        const callee = reader.name();
        const args = parameters();
        return single((at, result) => ({ kind, at, result, callee, args }));
      }
      case 'address': {
        const parent = id();
        const number = site();
        const index = reader.take('index') ? id() : null;
        return single((at, result) => ({ kind, at, result, parent, site: number, index }));
      }
      case 'noise': {
        const noise = noises.get(reader.keyword()) ?? reader.refuseLast('a kind of noise');
        const address = id();
        reader.expect('request');
        const request = reader.number();
        return single((at, result) => ({ kind, at, result, noise, address, request }));
      }
      case 'draw':
        return draw();
      case 'score':
        return score();
      case 'condition':
      case 'factor': {
        const weighed = id();
        return silent((at) => ({ kind, at, value: weighed }));
      }
      case 'equal':
      case 'approximate': {
        const summary = id();
        reader.expect(',');
        const seen = id();
        return silent((at) => ({ kind, at, value: summary, seen }));
      }
      case 'resample':
        return silent((at) => ({ kind, at }));
      case 'node': {
        const name = reader.name();
        const indices = ids();
        const named = id();
        return single((at, result) => ({ kind, at, result, name, indices, value: named }));
      }
      case 'read': {
        reader.expect('world');
        const world = reader.number();
        const node = reader.name();
        return single((at, result) => ({ kind, at, result, world, node }));
      }
      case 'check': {
        const checked = id();
        const code = reader.string();
        if (!isDiagnosticCode(code)) return reader.refuseLast('the code of a diagnostic');
        const message = reader.string();
        return silent((at) => ({ kind, at, value: checked, code, message }));
      }
      default:
        return reader.refuseLast('the kind of an instruction');
    }
  };

  const draw = (): Finish => {
    const family = reader.name();
    const params = parameters();
    reader.expect('below');
    const address = id();
    const number = site();
    const shared = reader.take('shared');
    const copy = reader.take('copy');
    return single((at, result) => ({ kind: 'draw', at, result, family, params, address, site: number, shared, copy }));
  };

  const score = (): Finish => {
    const family = reader.name();
    const params = parameters();
    reader.expect('at');
    const scored = id();
    reader.expect('below');
    const address = id();
    const number = site();
    const abduct = reader.take('abduct');
    return silent((at) => ({ kind: 'score', at, family, params, value: scored, address, site: number, abduct }));
  };

  const constant = (): Constant => {
    if (reader.isNumber()) return reader.number();
    if (reader.isString()) return reader.string();
    if (reader.take('f64')) return Float64Array.from(listOf('[', ']', () => reader.number()));
    reader.expect('[');
    return reader.list(']', constant);
  };

  return region;
}
