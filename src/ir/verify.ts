/**
 * Checks that a program keeps the rules of the IR: names that exist, values made once and before they are used, types that fit,
 * flags and places that are right. Passes run between two verifications in tests.
 */
import { flows } from './flow.js';
import type { Func, Program, Region, Value, ValueId } from './ir.js';
import { resultsOf } from './ir.js';
import { findFlags, findFunction } from './program.js';
import { verifyFamilies, verifyTables } from './verify_declarations.js';
import { type Scope, verifyInstruction } from './verify_instruction.js';
import { showIrType, verifyType } from './verify_type.js';
import { some } from './walk.js';

type VerifyOptions = {
  /** Functions of questions, where `read` may stand. */
  readonly questions?: ReadonlySet<string>;
};

/** The problems of a program, in words; none if it keeps all rules. */
export function verify(program: Program, options: VerifyOptions = {}): readonly string[] {
  const problems: string[] = [];
  const report = (problem: string): void => {
    problems.push(problem);
  };
  verifyTables(program, report);
  verifyFamilies(program, report);
  const flags = findFlags(program);
  const noisy = functionsOfFamilies(program);
  for (const [key, func] of Object.entries(program.functions)) {
    const say = (problem: string): void => report(`${key}: ${problem}`);
    if (func.name !== key) say(`is named ${func.name}`);
    const found = flags.get(key);
    if (found !== undefined && found.draws !== func.draws) say(`draws should be ${found.draws}`);
    if (found !== undefined && found.scores !== func.scores) say(`scores should be ${found.scores}`);
    if (func.draws && func.body.args[0]?.type.kind !== 'address') say('draws, but takes no address first');
    if (!noisy.has(key) && some(func.body, (i) => i.kind === 'noise'))
      say('has noise outside the functions of a family');
    const scope: Scope = {
      program,
      report: say,
      allowRead: options.questions?.has(key) ?? false,
      visible: new Map(),
      made: new Set(),
      constants: new Map(),
    };
    verifyFunctionBody(func, scope);
  }
  return problems;
}

/** Functions that a family draws, couples or abducts by, and what they call. */
function functionsOfFamilies(program: Program): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (name: string | null): void => {
    if (name === null || found.has(name)) return;
    found.add(name);
    const func = findFunction(program, name);
    if (func !== null)
      some(func.body, (i) => {
        if (i.kind === 'call') add(i.callee);
        return false;
      });
  };
  for (const family of Object.values(program.families)) {
    add(family.draw);
    add(family.mechanism);
    add(family.abduct);
  }
  return found;
}

function verifyFunctionBody(func: Func, scope: Scope): void {
  const types = verifyRegion(func.body, scope);
  if (types.length !== func.results.length) {
    scope.report(`yields ${types.length} values, not ${func.results.length}`);
    return;
  }
  func.results.forEach((type, i) => {
    verifyType(type, scope.report);
    const found = types[i];
    if (found !== undefined && found !== null && !flows(type, found.type))
      scope.report(`result ${i} is ${showIrType(found.type)}, not ${showIrType(type)}`);
  });
}

/** Verifies a region in the scope and returns what it yields, null where that is unknown. */
function verifyRegion(region: Region, scope: Scope): readonly (Value | null)[] {
  for (const arg of region.args) define(arg, scope);
  for (const instruction of region.body) {
    verifyInstruction(instruction, scope, (inner) => verifyRegion(inner, scope));
    for (const result of resultsOf(instruction)) define(result, scope);
    if (instruction.kind === 'const' && typeof instruction.value === 'number')
      scope.constants.set(instruction.result.id, instruction.value);
  }
  const yields = region.yields.map((id) => look(id, scope));
  // What the region made is out of sight after it.
  for (const arg of region.args) scope.visible.delete(arg.id);
  for (const instruction of region.body) for (const { id } of resultsOf(instruction)) scope.visible.delete(id);
  return yields;
}

function define(value: Value, scope: Scope): void {
  if (!Number.isSafeInteger(value.id) || value.id < 0) scope.report(`%${value.id} is not a value number`);
  if (scope.made.has(value.id)) scope.report(`%${value.id} is made twice`);
  scope.made.add(value.id);
  scope.visible.set(value.id, value.type);
  verifyType(value.type, (problem) => scope.report(`%${value.id}: ${problem}`));
}

function look(id: ValueId, scope: Scope): Value | null {
  const type = scope.visible.get(id);
  if (type !== undefined) return { id, type };
  scope.report(`yields %${id}, which is not made before`);
  return null;
}
