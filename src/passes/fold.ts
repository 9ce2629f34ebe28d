import { isFault } from '../ir/faults.js';
import type { Constant, Func, Instruction, InstructionOf, Program, Value, ValueId } from '../ir/ir.js';
import { resultsOf } from '../ir/ir.js';
import { applyPrimitive } from '../ir/primitives.js';
import { withFlags } from '../ir/program.js';
import { asNumber, fromConstant, isScalarType, type RuntimeValue, toConstant } from '../ir/values.js';
import { cloneRegion, usesOf } from '../ir/walk.js';
import { type OperandFacts, simplerOp } from './algebra.js';
import { mapFunctions, withBody } from './bind.js';
import { type Purity, purityOf, reachFrom } from './call_graph.js';
import { createEvaluator, type Evaluator, type Known } from './evaluate.js';
import { type Part, partsAfterExtend, partsAfterSet, partsOfFill, partsOfLiteral } from './known_parts.js';
import { mapBody, resolve } from './map_body.js';
import { createTyping, standIn, standsFor, type Typing } from './stand_in.js';

/** What is known already, and how far to go. */
type FoldOptions = {
  /** Results of pure calls found before, with the same inputs. */
  readonly evaluator?: Evaluator;
  /** Leave the functions of families alone: they are folded already. */
  readonly mainOnly?: boolean;
};

/**
 * Computes what can be computed before the run, in `main` and in all that it can reach: operations on literals, parts of what was just
 * put together, branches and loops whose condition is known, pure calls and loops all of whose operands are literals, the program's
 * constants among them. The arithmetic is the interpreter's own and the identities used are exact, draws keep their order and
 * addresses: every value is the same to the bit. Faults stay where they are, and so do `node` instructions and their operands: what is read
 * from a node is not known before `strip`.
 */
export function fold(program: Program, main: string, options: FoldOptions = {}): Program {
  const { functions, ofFamilies } = reachFrom(program, main);
  const evaluator = options.evaluator ?? createEvaluator();
  const isPure = purityOf(program);
  const chosen = (name: string): boolean => functions.has(name) && !(options.mainOnly === true && ofFamilies.has(name));
  const folded = mapFunctions(program, (func, name) =>
    chosen(name) ? foldFunction(program, func, isPure, evaluator) : func,
  );
  // What never runs may have been all that draws or weighs in a function.
  return folded === program ? program : withFlags(folded);
}

/** What is known of the values of the function that is being folded. */
type Facts = {
  readonly program: Program;
  readonly isPure: Purity;
  readonly evaluator: Evaluator;
  /** What stands for values that were replaced. */
  readonly by: Map<ValueId, ValueId>;
  readonly typing: Typing;
  readonly known: Map<ValueId, Known>;
  readonly parts: Map<ValueId, readonly Part[]>;
  readonly ops: Map<ValueId, InstructionOf<'op'>>;
  /** The same facts as the rules of algebra ask for them. */
  readonly operands: OperandFacts;
};

/** Arrays made while folding have at most so many elements; longer ones are left for the run. */
const mostElements = 1e5;
/** Literals that `set`, `append` and `extend` may copy. */
const mostCopied = 1000;

function foldFunction(program: Program, func: Func, isPure: Purity, evaluator: Evaluator): Func {
  const typing = createTyping(func.body);
  const known = new Map<ValueId, Known>();
  const ops = new Map<ValueId, InstructionOf<'op'>>();
  const operands: OperandFacts = {
    number: (id) => numberIn(known, id),
    madeBy: (id) => ops.get(id) ?? null,
    typeOf: (id) => typing.types.get(id) ?? null,
  };
  const facts: Facts = { program, isPure, evaluator, by: new Map(), typing, known, parts: new Map(), ops, operands };
  return withBody(
    func,
    mapBody(
      func.body,
      facts.by,
      (i) => folded(i, facts),
      (i) => enter(i, facts),
    ),
  );
}

/** Before the regions of a loop: values that it carries but never changes are what they are at first. */
function enter(instruction: Instruction, facts: Facts): void {
  facts.typing.learn(instruction);
  if (instruction.kind !== 'for' && instruction.kind !== 'while') return;
  const shift = instruction.kind === 'for' ? 1 : 0;
  instruction.inits.forEach((init, i) => {
    const arg = instruction.body.args[i + shift];
    const result = instruction.results[i];
    if (arg === undefined || result === undefined || instruction.body.yields[i] !== arg.id) return;
    const asked = instruction.kind === 'while' ? instruction.condition.args[i] : undefined;
    for (const value of [arg, result, asked])
      if (value !== undefined && canStand(value, init, facts)) facts.by.set(value.id, init);
  });
}

const canStand = (value: Value, id: ValueId, facts: Facts): boolean => {
  const type = facts.typing.types.get(id);
  return type !== undefined && standsFor(value.type, type);
};

const literal = (at: number, result: Value, value: Constant, facts: Facts): Instruction => {
  facts.known.set(result.id, { type: result.type, value });
  return { kind: 'const', at, result, value };
};

/** Lets a value stand for a result from here on. */
function replaced(at: number, result: Value, id: ValueId, facts: Facts): readonly Instruction[] {
  const into: Instruction[] = [];
  facts.by.set(result.id, standIn(id, result.type, facts.typing, at, into));
  return into;
}

const replacedAll = (
  at: number,
  results: readonly Value[],
  ids: readonly ValueId[],
  facts: Facts,
): readonly Instruction[] => results.flatMap((r, i) => replaced(at, r, resolve(ids[i] ?? r.id, facts.by), facts));

function part(at: number, result: Value, found: Part, facts: Facts): readonly Instruction[] {
  return 'id' in found ? replaced(at, result, found.id, facts) : [literal(at, result, found.value, facts)];
}

const partsOf = (id: ValueId, facts: Facts): readonly Part[] | null => {
  const parts = facts.parts.get(id);
  if (parts !== undefined) return parts;
  const literalValue = facts.known.get(id);
  const found = literalValue === undefined ? null : partsOfLiteral(literalValue);
  if (found !== null) facts.parts.set(id, found);
  return found;
};

const numberIn = (known: ReadonlyMap<ValueId, Known>, id: ValueId): number | null => {
  const value = known.get(id)?.value;
  return typeof value === 'number' ? value : null;
};

const numberOf = (id: ValueId, facts: Facts): number | null => numberIn(facts.known, id);

function folded(i: Instruction, facts: Facts): Instruction | readonly Instruction[] {
  switch (i.kind) {
    case 'const':
      facts.known.set(i.result.id, { type: i.result.type, value: i.value });
      return i;
    case 'op':
      return foldedOp(i, facts);
    case 'make':
      return foldedMake(i, facts);
    case 'get': {
      const found = partsOf(i.target, facts)?.[i.position];
      return found === undefined ? i : part(i.at, i.result, found, facts);
    }
    case 'if':
      return foldedIf(i, facts);
    case 'for':
      return foldedFor(i, facts);
    case 'while':
      return foldedWhile(i, facts);
    case 'call':
      return evaluated(i, facts) ?? i;
    case 'check':
    case 'condition':
      return numberOf(i.value, facts) === 1 ? [] : i;
    default:
      return i;
  }
}

/** The results of a pure instruction all of whose operands are literals; null where it is not one, or cannot be finished. */
function evaluated(i: Instruction, facts: Facts): readonly Instruction[] | null {
  for (const id of usesOf(i)) if (!facts.known.has(id)) return null;
  if (!facts.isPure(i)) return null;
  const values = facts.evaluator.run(facts.program, i, (id) => facts.known.get(id) ?? null);
  if (values === null) return null;
  return resultsOf(i).map((result, k) => literal(i.at, result, values[k] ?? Number.NaN, facts));
}

function foldedIf(i: InstructionOf<'if'>, facts: Facts): Instruction | readonly Instruction[] {
  const condition = numberOf(i.condition, facts);
  if (condition !== null) {
    const { body, yields } = condition === 1 ? i.then : i.otherwise;
    return [...body, ...replacedAll(i.at, i.results, yields, facts)];
  }
  // What both branches yield alike needs no branch.
  const after: Instruction[] = [];
  i.results.forEach((result, k) => {
    const a = i.then.yields[k];
    const b = i.otherwise.yields[k];
    if (a === undefined || b === undefined) return;
    if (a === b && canStand(result, a, facts)) facts.by.set(result.id, a);
    const value = numberOf(a, facts);
    if (a === b || value === null || !Object.is(value, numberOf(b, facts))) return;
    const same = facts.typing.fresh(result.type);
    after.push(literal(i.at, same, value, facts));
    facts.by.set(result.id, same.id);
  });
  return after.length === 0 ? i : [i, ...after];
}

function foldedFor(i: InstructionOf<'for'>, facts: Facts): Instruction | readonly Instruction[] {
  const low = numberOf(i.low, facts);
  const high = numberOf(i.high, facts);
  if (low === null || high === null) return i;
  if (!(low < high)) return replacedAll(i.at, i.results, i.inits, facts);
  return evaluated(i, facts) ?? i;
}

function foldedWhile(i: InstructionOf<'while'>, facts: Facts): Instruction | readonly Instruction[] {
  if (!i.inits.some((id) => facts.known.has(id)) && i.inits.length > 0) return i;
  if (i.condition.body.some((inner) => !facts.isPure(inner))) return i;
  const first = cloneRegion(
    i.condition,
    facts.typing.fresh,
    new Map(i.condition.args.map((arg, k) => [arg.id, i.inits[k] ?? arg.id])),
  );
  const { yields } = mapBody(
    first,
    facts.by,
    (inner) => folded(inner, facts),
    (inner) => enter(inner, facts),
  );
  const goes = numberOf(yields[0] ?? -1, facts);
  if (goes === null) return i;
  return goes === 1 ? (evaluated(i, facts) ?? i) : replacedAll(i.at, i.results, i.inits, facts);
}

function foldedMake(i: InstructionOf<'make'>, facts: Facts): Instruction {
  const { type } = i.result;
  const values: Constant[] = [];
  for (const id of i.parts) {
    const value = facts.known.get(id)?.value;
    if (value !== undefined) values.push(value);
  }
  if (values.length < i.parts.length || type.kind === 'unit') {
    facts.parts.set(
      i.result.id,
      i.parts.map((id) => ({ id })),
    );
    return i;
  }
  const numbers = values.filter((v) => typeof v === 'number');
  const isNumeric = type.kind === 'array' && isScalarType(type.element) && numbers.length === values.length;
  return literal(i.at, i.result, isNumeric ? Float64Array.from(numbers) : values, facts);
}

function foldedOp(i: InstructionOf<'op'>, facts: Facts): Instruction | readonly Instruction[] {
  const direct = copying.has(i.op)
    ? (literalOp(i, facts) ?? foldedArrayOp(i, facts))
    : (foldedArrayOp(i, facts) ?? literalOp(i, facts));
  if (direct !== null) return direct;
  const simpler = simplerOp(i, facts.operands);
  facts.ops.set(i.result.id, i);
  if (simpler === null) return i;
  if (simpler.kind === 'value') {
    const needed = i.op !== 'select' || canStand(i.result, simpler.id, facts);
    return needed ? replaced(i.at, i.result, simpler.id, facts) : i;
  }
  const two = facts.typing.fresh({ kind: 'int' });
  return [
    literal(i.at, two, 2, facts),
    { kind: 'op', at: i.at, result: i.result, op: 'power', args: [simpler.base, two.id] },
  ];
}

/** Elements and lengths of arrays of which enough is known. */
function foldedArrayOp(i: InstructionOf<'op'>, facts: Facts): Instruction | readonly Instruction[] | null {
  const [a, b, c] = i.args;
  if (a === undefined) return null;
  switch (i.op) {
    case 'length': {
      const whole = facts.known.get(a)?.value;
      const length = whole !== undefined && typeof whole === 'object' ? whole.length : facts.parts.get(a)?.length;
      return length === undefined ? null : literal(i.at, i.result, length, facts);
    }
    case 'exists': {
      const length = facts.typing.types.get(a)?.kind === 'array' ? facts.parts.get(a)?.length : undefined;
      return length === undefined ? null : literal(i.at, i.result, length > 0 ? 1 : 0, facts);
    }
    case 'index': {
      const at = b === undefined ? null : numberOf(b, facts);
      if (at === null) return null;
      const whole = facts.known.get(a)?.value;
      if (whole !== undefined && typeof whole === 'object') {
        const element = whole[at];
        return element === undefined ? null : literal(i.at, i.result, element, facts);
      }
      const found = facts.parts.get(a)?.[at];
      return found === undefined ? null : part(i.at, i.result, found, facts);
    }
    case 'set':
    case 'extend': {
      const parts = partsOf(a, facts);
      const at = b === undefined ? null : numberOf(b, facts);
      if (parts === null || at === null || c === undefined) return null;
      return grown(i, facts, i.op === 'set' ? partsAfterSet(parts, at, c) : partsAfterExtend(parts, at, c));
    }
    case 'append': {
      const parts = partsOf(a, facts);
      return parts === null || b === undefined ? null : grown(i, facts, partsAfterExtend(parts, parts.length, b));
    }
    case 'fill': {
      const count = numberOf(a, facts);
      const parts = count === null || b === undefined ? null : partsOfFill(count, b);
      if (parts !== null) facts.parts.set(i.result.id, parts);
      return null;
    }
    default:
      return null;
  }
}

/**
 * Remembers the elements of an array. One whose elements are all values is put together at once, so that the arrays it grew from
 * are not needed any more.
 */
function grown(i: InstructionOf<'op'>, facts: Facts, elements: readonly Part[] | null): Instruction | null {
  if (elements === null) return null;
  facts.parts.set(i.result.id, elements);
  const ids = elements.flatMap((element) => ('id' in element ? [element.id] : []));
  return ids.length < elements.length ? null : { kind: 'make', at: i.at, result: i.result, parts: ids };
}

const copying: ReadonlySet<string> = new Set(['set', 'append', 'extend']);

/** The literal that an operation on literals gives, by the interpreter's own arithmetic; null where it has a fault. */
function literalOp(i: InstructionOf<'op'>, facts: Facts): Instruction | null {
  const args: RuntimeValue[] = [];
  for (const id of i.args) {
    const found = facts.known.get(id);
    const value = found === undefined ? null : runtimeForm(found);
    if (found === undefined || value === null) return null;
    args.push(value);
  }
  const [first, second] = args;
  const from = facts.known.get(i.args[0] ?? -1)?.type ?? i.result.type;
  if (copying.has(i.op) && typeof first === 'object' && 'length' in first && first.length > mostCopied) return null;
  if (i.op === 'power' && !Number.isSafeInteger(asNumber(second))) return null;
  try {
    const value = applyPrimitive(i.op, args, { from, type: i.result.type, at: i.at, elements: mostElements });
    return literal(i.at, i.result, toConstant(value), facts);
  } catch (thrown) {
    if (isFault(thrown)) return null;
    throw thrown;
  }
}

/** A literal as the interpreter holds it. Arrays of numbers are not copied. */
function runtimeForm({ type, value }: Known): RuntimeValue | null {
  return typeof value === 'object' && !(value instanceof Float64Array) ? fromConstant(type, value) : value;
}
