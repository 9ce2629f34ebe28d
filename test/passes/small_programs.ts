/** Runs one form of a program's query, with its plan at hand. */
import { expect } from 'vitest';
import { check } from '../../src/check/check.js';
import { loadProject } from '../../src/check/load.js';
import { javascript } from '../../src/codegen/javascript.js';
import type { Host, ReadRequest } from '../../src/data/host.js';
import type { Engine, NoiseLayout } from '../../src/ir/engine.js';
import { isFault } from '../../src/ir/faults.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Constant, Program } from '../../src/ir/ir.js';
import { printProgram } from '../../src/ir/print.js';
import { verify } from '../../src/ir/verify.js';
import { mainName } from '../../src/passes/assemble.js';
import { bind } from '../../src/passes/bind.js';
import type { LeftOut } from '../../src/passes/passes.js';
import { type Plan, planForm } from '../../src/plan/plan.js';
import { type FormRun, runForm } from '../../src/plan/run_form.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';
import { diagnose, fail } from '../../src/syntax/diagnostic.js';

const refused = (request: ReadRequest) =>
  fail(diagnose('E0502', 'There are no files here.', request.source, request.span));
const nowhere: Host = { readText: refused, readTable: refused };

/** The plan of the first query of a text, or the codes of what is wrong with it. `without`: passes that are left out. */
export function planOf(text: string, without: LeftOut = new Set()): Plan | readonly string[] {
  const source = { name: 'program.scm', text };
  const loaded = loadProject(source, nowhere);
  if (!loaded.ok) return loaded.diagnostics.map((d) => d.code);
  const project = loaded.value;
  const errors = check(project).filter((d) => d.severity === 'error');
  if (errors.length > 0) return errors.map((d) => `${d.code} ${d.message}`);
  const [query] = project.queries;
  const [model] = [...project.models.keys()].slice(-1);
  const expression = query?.declaration.expression;
  if (query === undefined || model === undefined || expression?.kind !== 'value' || expression.value.kind !== 'form')
    throw new Error(`no form in ${text}`);
  const plan = planForm(project, query, expression.value, model, {
    method: null,
    samples: null,
    without,
  });
  return plan.ok ? plan.value : plan.diagnostics.map((d) => `${d.code} ${d.message}`);
}

/** Fails where a program is not well formed. */
export function expectVerified(program: Program, what: string): void {
  const problems = verify(program);
  if (problems.length > 0) expect.fail(`${what}: ${problems.join('\n')}\n${printProgram(program)}`);
}

const key = keyFromSeed('small programs');

const bits = (value: Constant | undefined): unknown =>
  value instanceof Float64Array || Array.isArray(value)
    ? Array.from<Constant>(value).map(bits)
    : typeof value === 'number'
      ? Object.is(value, -0)
        ? '-0'
        : String(value)
      : value;

function rows(engine: Engine, program: Program, layout: NoiseLayout, count: number): unknown {
  const limits = { steps: 1e6, depth: 1000, elements: 1e6 };
  try {
    const block = engine(program, mainName, { layout, key, limits, externs: {} }).runBlock(0, count);
    return {
      weights: bits(block.logWeight),
      dimensions: bits(block.dimension),
      columns: block.columns.map((c) => Array.from<Constant>(c).map(bits)),
      unaligned: block.unaligned,
    };
  } catch (thrown) {
    if (isFault(thrown)) return thrown.code;
    throw thrown;
  }
}

/** The program is well formed before and after optimisation, and both engines give the same bits in every layout. */
export function expectSound(plan: Plan, text: string): void {
  expectVerified(plan.assembled.program, `assembled\n${text}`);
  expectVerified(plan.program, `optimised\n${text}`);
  const layouts: readonly NoiseLayout[] = [plan.layout.layout, 'addressed'];
  for (const layout of new Set(layouts)) {
    const wanted = rows(interpret, plan.program, layout, 24);
    expect(rows(javascript, plan.program, layout, 24), `${layout}\n${text}`).toEqual(wanted);
  }
}

/** What is assembled and what is left after optimisation give the same weights and outputs for the same noise. */
export function expectSameMeaning(plan: Plan, text: string): void {
  const before = bind(plan.assembled.program, {});
  expect(before.missing).toEqual([]);
  const run = (program: Program) =>
    interpret(program, mainName, {
      layout: 'addressed',
      key,
      limits: { steps: 1e6, depth: 1000, elements: 1e6 },
      externs: {},
    }).runBlock(0, 24);
  const [a, b] = [run(before.program), run(plan.program)];
  for (let i = 0; i < 24; i++) {
    const [x = 0, y = 0] = [a.logWeight[i], b.logWeight[i]];
    expect(Math.abs(x - y) < 1e-9 || x === y, `weight ${x} before, ${y} after\n${text}`).toBe(true);
  }
}

/** All draws of a plan. */
export function runPlan(plan: Plan, samples: number, seed: string): FormRun {
  const running = runForm(
    { ...plan, options: { ...plan.options, samples } },
    { key: keyFromSeed(seed), engine: 'js', memoryLimit: 2e9, externs: {} },
  );
  for (let step = running.next(); ; step = running.next()) if (step.done === true) return step.value;
}
