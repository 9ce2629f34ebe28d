import type {
  Constant,
  Func,
  Instruction,
  InstructionOf,
  IrType,
  ModelInfo,
  Program,
  Region,
  Value,
  ValueId,
} from '../ir/ir.js';
import { isIrType } from '../ir/ops.js';
import { inlineRegion, maximalId, regionsOf, some, typesOf, visit } from '../ir/walk.js';
import type { Question } from '../lower/question.js';
import type { EvidenceSpec } from '../lower/situation.js';
import { inline } from '../passes/inline.js';

/**
 * What a question has seen, taken apart from how it was seen: the same question can be run forwards, so that it makes up what would be seen,
 * and be asked again as if that had been seen. `observe`s of the model are told apart by their place in the text; what they see is one
 * array, in the order in which a run comes by. Conditions belong to the model and stay.
 */
type Simulated = readonly Constant[];

/** Why data cannot be made up for a question, in words that follow "because". */
export const unsimulated = (question: Question): string | null => {
  if (question.given.length > 0) return 'rows of a table are not simulated';
  if (question.renewed !== null) return 'predictions are no inference';
  const program = inline(question.program, question.model.function);
  const body = program.functions[question.model.function]?.body;
  if (body === undefined) return 'the model is missing';
  let reason: string | null = null;
  visit(body, (i) => {
    if (i.kind === 'factor') reason = 'a factor says how likely runs are, and not what is seen';
    if (i.kind === 'call' && program.functions[i.callee]?.scores === true)
      reason = 'observations inside of recursion are not simulated';
    if (i.kind === 'while' && some(i.condition, isSeen))
      reason = 'observations in the condition of a loop are not simulated';
  });
  if (reason !== null) return reason;
  if (question.evidence.some((e) => e.kind !== 'condition' && some(e.value, (i) => i.kind === 'read') && !isSummary(e)))
    return 'evidence that compares nodes with each other has no data';
  const seen = some(body, isSeen) || question.evidence.some((e) => e.kind !== 'condition');
  return seen ? null : 'nothing is seen';
};

/** A summary reads nodes; what it is compared with must not. */
function isSummary(evidence: EvidenceSpec): boolean {
  if (evidence.kind !== 'approximate') return false;
  const seen = evidence.value.yields[1];
  return evidence.value.body.every((i) => i.kind !== 'read' || i.result.id !== seen);
}

/** The question with evidence taken away, which yields behind its targets what would be seen. */
export function forwards(question: Question): Question {
  const { program, model, slots } = withoutObservations(question, null);
  let next = greatestId(question) + 1;
  const fresh = (type: IrType): Value => ({ id: next++, type });
  const [root] = question.outputs.args;
  const body: Instruction[] = [...question.outputs.body];
  const yields: ValueId[] = [...question.outputs.yields];
  const read = (world: number, node: string, type: IrType, at: number): ValueId => {
    const result = fresh(type);
    body.push({ kind: 'read', at, result, world, node });
    return result.id;
  };
  for (const slot of slots) yields.push(read(0, slotName(slot.number), arrayOf(slot.type), slot.at));
  for (const evidence of question.evidence) {
    if (evidence.kind === 'condition') continue;
    if (evidence.kind === 'approximate') {
      const summary = inlineRegion(evidence.value, root === undefined ? [] : [root.id], fresh);
      body.push(...summary.instructions);
      yields.push(summary.yields[0] ?? -1);
      continue;
    }
    const info = model.nodes.find((n) => n.name === evidence.node);
    if (info === undefined) continue;
    let value = read(evidence.world, evidence.node, info.type, evidence.at);
    let { type } = info;
    const indices = inlineRegion(evidence.indices, root === undefined ? [] : [root.id], fresh);
    body.push(...indices.instructions);
    for (const index of indices.yields) {
      type = elementOf(type);
      const result = fresh(type);
      body.push({ kind: 'op', at: evidence.at, result, op: 'index', args: [value, index] });
      value = result.id;
    }
    yields.push(value);
  }
  const evidence = question.evidence.filter((e) => e.kind === 'condition');
  return { ...question, program, model, evidence, outputs: { ...question.outputs, body, yields } };
}

/** The question as if what is given had been seen, in the order in which `forwards` yields it. */
export function asIfSeen(question: Question, seen: Simulated): Question {
  const { program, model, slots } = withoutObservations(question, seen);
  let next = slots.length;
  let id = greatestId(question) + 1;
  const evidence = question.evidence.map((spec): EvidenceSpec => {
    if (spec.kind === 'condition') return spec;
    const value = seen[next++] ?? Number.NaN;
    if (spec.kind === 'equal') {
      const type = typesOf(spec.value).get(spec.value.yields[0] ?? -1) ?? { kind: 'real' };
      const result: Value = { id: id++, type };
      return {
        ...spec,
        value: { ...spec.value, body: [{ kind: 'const', at: spec.at, result, value }], yields: [result.id] },
      };
    }
    const [summary = -1] = spec.value.yields;
    const result: Value = { id: id++, type: typesOf(spec.value).get(summary) ?? { kind: 'real' } };
    const constant: Instruction = { kind: 'const', at: spec.at, result, value };
    return { ...spec, value: { ...spec.value, body: [...spec.value.body, constant], yields: [summary, result.id] } };
  });
  return { ...question, program, model, evidence };
}

/** One `observe` of the model's text, which may be come by many times. */
type Slot = { readonly number: number; readonly at: number; readonly type: IrType };

const slotName = (number: number): string => `seen ${number}`;

type Observation = InstructionOf<'score' | 'equal' | 'approximate'>;

const isSeen = (i: Instruction): i is Observation =>
  i.kind === 'score' || i.kind === 'equal' || i.kind === 'approximate';

/**
 * The model's function with its observations replaced: with no data each makes up a value and keeps it, in an array of its place that the
 * model yields as one more node; with data each takes the next value of the array of its place.
 */
function withoutObservations(
  question: Question,
  seen: Simulated | null,
): { readonly program: Program; readonly model: ModelInfo; readonly slots: readonly Slot[] } {
  const program = inline(question.program, question.model.function);
  const func = program.functions[question.model.function];
  if (func === undefined) throw new Error('calibration: the model is missing');
  const types = typesOf(func.body);
  const typeOf = (i: Observation): IrType =>
    (i.kind === 'score' ? program.families[i.family]?.value : types.get(i.value)) ?? { kind: 'real' };
  const slots = slotsIn(func.body, typeOf);
  if (slots.length === 0) return { program: question.program, model: question.model, slots };
  let next = maximalId(func.body) + 1;
  const fresh = (type: IrType): Value => ({ id: next++, type });
  const rewriting: Rewriting = { seen, slots, typeOf, fresh, data: new Map<number, ValueId>() };
  const prelude: Instruction[] = [];
  const start = new Map<number, ValueId>();
  for (const slot of slots) {
    if (seen === null) {
      const empty = fresh(arrayOf(slot.type));
      prelude.push({ kind: 'make', at: slot.at, result: empty, parts: [] });
      start.set(slot.number, empty.id);
    } else {
      const data = fresh(arrayOf(slot.type));
      const zero = fresh({ kind: 'int' });
      prelude.push(
        { kind: 'const', at: slot.at, result: data, value: seen[slot.number] ?? [] },
        { kind: 'const', at: slot.at, result: zero, value: 0 },
      );
      rewriting.data.set(slot.number, data.id);
      start.set(slot.number, zero.id);
    }
  }
  const done = thread(func.body.body, start, rewriting);
  const kept = seen === null ? slots : [];
  const changed: Func = {
    ...func,
    body: {
      ...func.body,
      body: [...prelude, ...done.body],
      yields: [...func.body.yields, ...kept.map((slot) => done.state.get(slot.number) ?? -1)],
    },
    results: [...func.results, ...kept.map((slot) => arrayOf(slot.type))],
  };
  const nodes = kept.map(({ number, at, type }) => ({
    name: slotName(number),
    type: arrayOf(type),
    rank: 0,
    modifier: null,
    operator: ':=' as const,
    optional: false,
    at,
  }));
  return {
    program: { ...program, functions: { ...program.functions, [func.name]: changed } },
    model: { ...question.model, nodes: [...question.model.nodes, ...nodes] },
    slots,
  };
}

type Rewriting = {
  readonly seen: Simulated | null;
  readonly slots: readonly Slot[];
  /** The type of what is seen. */
  readonly typeOf: (observation: Observation) => IrType;
  readonly fresh: (type: IrType) => Value;
  /** The arrays of what was seen. */
  readonly data: Map<number, ValueId>;
};

/** For each slot, the array of what was made up so far, or how much of the data was used. */
type State = ReadonlyMap<number, ValueId>;

/** The instructions with the state handed through loops and branches. */
function thread(
  body: readonly Instruction[],
  start: State,
  rewriting: Rewriting,
): { readonly body: readonly Instruction[]; readonly state: State } {
  const { fresh, slots } = rewriting;
  const out: Instruction[] = [];
  const state = new Map(start);
  const stateType = (number: number): IrType => {
    const slot = slots[number];
    return rewriting.seen !== null || slot === undefined ? { kind: 'int' } : arrayOf(slot.type);
  };
  for (const instruction of body) {
    if (isSeen(instruction)) {
      const slot = slots.find((s) => s.at === instruction.at && sameType(s.type, rewriting.typeOf(instruction)));
      if (slot === undefined) throw new Error('calibration: an observation without a place');
      const step = observe(instruction, slot, state.get(slot.number) ?? -1, rewriting);
      out.push(...step.body);
      state.set(slot.number, step.next);
      continue;
    }
    const touched = slotsOf(instruction, rewriting);
    if (touched.length === 0) {
      out.push(instruction);
      continue;
    }
    const results = touched.map((number) => fresh(stateType(number)));
    const inits = touched.map((number) => state.get(number) ?? -1);
    /** A region that takes the state as arguments and yields it. */
    const carrying = (region: Region, changes: boolean): Region => {
      const args = touched.map((number) => fresh(stateType(number)));
      const inner = new Map([...state, ...touched.map((number, k) => [number, args[k]!.id] as const)]);
      const done = changes ? thread(region.body, inner, rewriting) : { body: region.body, state: inner };
      const yields = changes
        ? [...region.yields, ...touched.map((number) => done.state.get(number) ?? -1)]
        : region.yields;
      return { args: [...region.args, ...args], body: done.body, yields };
    };
    const branch = (region: Region): Region => {
      const done = thread(region.body, state, rewriting);
      return { ...region, body: done.body, yields: [...region.yields, ...touched.map((n) => done.state.get(n) ?? -1)] };
    };
    switch (instruction.kind) {
      case 'if':
        out.push({
          ...instruction,
          results: [...instruction.results, ...results],
          then: branch(instruction.then),
          otherwise: branch(instruction.otherwise),
        });
        break;
      case 'for':
        out.push({
          ...instruction,
          results: [...instruction.results, ...results],
          inits: [...instruction.inits, ...inits],
          body: carrying(instruction.body, true),
        });
        break;
      case 'while':
        out.push({
          ...instruction,
          results: [...instruction.results, ...results],
          inits: [...instruction.inits, ...inits],
          condition: carrying(instruction.condition, false),
          body: carrying(instruction.body, true),
        });
        break;
      default:
        throw new Error('calibration: an observation inside of a plain instruction');
    }
    for (const [k, number] of touched.entries()) state.set(number, results[k]!.id);
  }
  return { body: out, state };
}

/** One observation, made up and kept, or of the next value of the data. */
function observe(
  instruction: Observation,
  slot: Slot,
  state: ValueId,
  { seen, fresh, data }: Rewriting,
): { readonly body: readonly Instruction[]; readonly next: ValueId } {
  const { at } = instruction;
  if (seen === null) {
    const body: Instruction[] = [];
    let { value } = instruction;
    if (instruction.kind === 'score') {
      const result = fresh(slot.type);
      const { family, params, address, site } = instruction;
      body.push({ kind: 'draw', at, result, family, params, address, site, shared: false, copy: false });
      value = result.id;
    }
    const longer = fresh(arrayOf(slot.type));
    body.push({ kind: 'op', at, result: longer, op: 'append', args: [state, value] });
    return { body, next: longer.id };
  }
  const value = fresh(slot.type);
  const one = fresh({ kind: 'int' });
  const next = fresh({ kind: 'int' });
  const body: Instruction[] = [
    { kind: 'op', at, result: value, op: 'index', args: [data.get(slot.number) ?? -1, state] },
    { kind: 'const', at, result: one, value: 1 },
    { kind: 'op', at, result: next, op: 'add', args: [state, one.id] },
    instruction.kind === 'score' ? { ...instruction, value: value.id } : { ...instruction, seen: value.id },
  ];
  return { body, next: next.id };
}

/** The slots that an instruction comes by in its regions. */
function slotsOf(instruction: Instruction, { slots, typeOf }: Rewriting): readonly number[] {
  const found = new Set<number>();
  for (const region of regionsOf(instruction))
    visit(region, (i) => {
      if (!isSeen(i)) return;
      const slot = slots.find((s) => s.at === i.at && sameType(s.type, typeOf(i)));
      if (slot !== undefined) found.add(slot.number);
    });
  return [...found].sort((a, b) => a - b);
}

function slotsIn(body: Region, typeOf: Rewriting['typeOf']): readonly Slot[] {
  const slots: Slot[] = [];
  visit(body, (i) => {
    if (!isSeen(i)) return;
    const type = typeOf(i);
    if (!slots.some((s) => s.at === i.at && sameType(s.type, type)))
      slots.push({ number: slots.length, at: i.at, type });
  });
  return slots;
}

const sameType = (a: IrType, b: IrType | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

const arrayOf = (element: IrType): IrType =>
  element.kind === 'address' ? element : { kind: 'array', element, length: null };

const elementOf = (type: IrType): IrType =>
  type.kind === 'array' && isIrType(type.element) ? type.element : { kind: 'real' };

/** The greatest number of a value in the regions that stand beside the model. */
const greatestId = ({ outputs, evidence, worlds }: Question): ValueId =>
  Math.max(
    maximalId(outputs),
    ...evidence.flatMap((e) => [maximalId(e.value), ...(e.kind === 'equal' ? [maximalId(e.indices)] : [])]),
    ...worlds.flatMap((w) => w.interventions.flatMap((i) => [maximalId(i.value), maximalId(i.indices)])),
    0,
  );
