/** The first query of a text as a program, before and after the conjugate pass. */
import { check } from '../../src/check/check.js';
import { loadProject } from '../../src/check/load.js';
import { javascript } from '../../src/codegen/javascript.js';
import { compilePure } from '../../src/codegen/pure.js';
import type { Host, ReadRequest } from '../../src/data/host.js';
import type { Column } from '../../src/data/table.js';
import { defaultLimits } from '../../src/ir/engine.js';
import type { Constant, Instruction, Program } from '../../src/ir/ir.js';
import { completeFamilies } from '../../src/lower/family.js';
import { dataInputs } from '../../src/lower/inputs.js';
import { lowerQuestion } from '../../src/lower/question.js';
import { createUnit } from '../../src/lower/unit.js';
import { assemble, mainName } from '../../src/passes/assemble.js';
import { type Conjugated, conjugate } from '../../src/passes/conjugate/conjugate.js';
import { createLibrary } from '../../src/passes/conjugate/library.js';
import { flatten } from '../../src/passes/flatten.js';
import { optimise } from '../../src/passes/pipeline.js';
import { prune } from '../../src/passes/slice.js';
import { evaluateFunction } from '../../src/plan/evaluate_function.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';
import { diagnose, fail, succeed } from '../../src/syntax/diagnostic.js';

const refused = (request: ReadRequest) =>
  fail(diagnose('E0502', 'There are no files here.', request.source, request.span));

/** `columns`: what every table of the program holds. */
type Rewritten = Conjugated & { readonly before: Program };

/** Lowers, optimises and rewrites. The query asks the last model of the text. */
export function rewritten(text: string, columns: readonly Column[] = []): Rewritten {
  const host: Host = {
    readText: refused,
    readTable: () => succeed({ columns, rows: columns[0]?.values.length ?? 0 }),
  };
  const loaded = loadProject({ name: 'program.scm', text }, host);
  if (!loaded.ok) throw new Error(loaded.diagnostics.map((d) => d.message).join('\n'));
  const project = loaded.value;
  const errors = check(project).filter((d) => d.severity === 'error');
  if (errors.length > 0) throw new Error(errors.map((d) => `${d.code} ${d.message}`).join('\n'));
  const [query] = project.queries;
  const expression = query?.declaration.expression;
  if (query === undefined || expression?.kind !== 'value' || expression.value.kind !== 'form') throw new Error(text);
  const unit = createUnit(project);
  const question = lowerQuestion(unit, query, expression.value, [...project.models.keys()].slice(-1)[0] ?? '');
  const put = assemble(question, (program, main, by) => completeFamilies(unit, program, main, by));
  if (!put.ok) throw new Error(put.problem.message);
  const inputs: Record<string, Constant> = { ...dataInputs(project) };
  for (const [parameter, name] of question.args) {
    const value = evaluateFunction(question.program, name, inputs);
    if (value !== null) inputs[parameter] = value;
  }
  const { program: before } = flatten(optimise(put.assembled.program, mainName, inputs).program, mainName);
  const pure = (program: Program, name: string): Constant | null => compilePure(prune(program, name), name)?.() ?? null;
  return { before, ...conjugate(before, mainName, { library: createLibrary(unit, inputs), pure }) };
}

/** The instructions of main. */
export const bodyOf = (program: Program): readonly Instruction[] => program.functions[mainName]?.body.body ?? [];

/** The draws left in main: site, family and parameters, NaN where one is no literal. */
export function drawsIn(program: Program): readonly (readonly [site: string, family: string, ...params: number[]])[] {
  const body = bodyOf(program);
  const literals = new Map(body.flatMap((i) => (i.kind === 'const' ? [[i.result.id, i.value] as const] : [])));
  return body.flatMap((i) => {
    if (i.kind !== 'draw') return [];
    const params = i.params.flatMap((id) => {
      const value = literals.get(id);
      return typeof value === 'number' ? [value] : value instanceof Float64Array ? [...value] : [Number.NaN];
    });
    return [[program.sites[i.site]?.name ?? '', i.family.replace(/\(.*/, ''), ...params] as const];
  });
}

/** Log weights and the first column of a number of runs. */
export function runs(
  program: Program,
  count: number,
  seed: string,
): { readonly logWeights: Float64Array; readonly values: Float64Array } {
  const kernel = javascript(program, mainName, {
    layout: 'addressed',
    key: keyFromSeed(seed),
    limits: defaultLimits,
    externs: {},
  });
  const logWeights = new Float64Array(count);
  const values = new Float64Array(count);
  for (let block = 0; block * 1024 < count; block++) {
    const result = kernel.runBlock(block, Math.min(1024, count - block * 1024));
    logWeights.set(result.logWeight, block * 1024);
    values.set(Float64Array.from<Constant>(result.columns[0] ?? [], Number), block * 1024);
  }
  return { logWeights, values };
}

/** Log of the mean weight and the weighted mean, with standard errors (delta method). */
export function estimates({ logWeights, values }: ReturnType<typeof runs>) {
  const most = logWeights.reduce((m, w) => Math.max(m, w), Number.NEGATIVE_INFINITY);
  const n = logWeights.length;
  let sum = 0;
  let squares = 0;
  let weighted = 0;
  for (let i = 0; i < n; i++) {
    const w = Math.exp(logWeights[i]! - most);
    // A run that was stopped has no value.
    if (w === 0) continue;
    sum += w;
    squares += w * w;
    weighted += w * values[i]!;
  }
  const mean = weighted / sum;
  let spread = 0;
  for (let i = 0; i < n; i++)
    if (logWeights[i]! > Number.NEGATIVE_INFINITY)
      spread += (Math.exp(logWeights[i]! - most) * (values[i]! - mean)) ** 2;
  return {
    logEvidence: most + Math.log(sum / n),
    seOfLog: Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2) / n) / (sum / n),
    mean,
    se: Math.sqrt(spread) / sum,
  };
}
