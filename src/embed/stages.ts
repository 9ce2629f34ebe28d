/** What `compile --emit` shows of questions. */
import type { Project } from '../check/project.js';
import { emitJavaScript } from '../codegen/javascript.js';
import { emitAssembly } from '../codegen/wasm/emit.js';
import { defaultLimits, type KernelOptions } from '../ir/engine.js';
import { printProgram } from '../ir/print.js';
import { mainName } from '../passes/assemble.js';
import { explainPlan } from '../plan/explain.js';
import type { Plan } from '../plan/plan.js';
import { keyFromSeed } from '../runtime/random/seed.js';
import { type Outcome, succeed } from '../syntax/diagnostic.js';
import type { Question, Stage } from './contract.js';

/** A stage of the compiler as text: of one question, or of all queries of the program. */
export function emit(
  stage: Stage,
  question: Question | null,
  project: Project,
  plans: (q: Question) => Outcome<readonly Plan[]>,
): Outcome<string> {
  const questions: readonly Question[] =
    question !== null
      ? [question]
      : project.queries.flatMap((q) =>
          q.declaration.name === null ? [] : [{ kind: 'named', name: q.declaration.name.text } as const],
        );
  const texts: string[] = [];
  for (const asked of questions) {
    const made = plans(asked);
    if (!made.ok) return made;
    for (const plan of made.value) texts.push(stageText(stage, plan));
  }
  return succeed(texts.join('\n'));
}

function stageText(stage: Stage, plan: Plan): string {
  switch (stage) {
    case 'ir':
      return printProgram(plan.program);
    case 'plan':
      return explainPlan(plan, 'auto');
    case 'js':
      return emitJavaScript(plan.program, mainName, optionsOf(plan));
    case 'wat':
      return emitAssembly(plan.program, mainName, optionsOf(plan));
  }
}

const optionsOf = ({ layout }: Plan): KernelOptions => ({
  layout: layout.layout,
  key: keyFromSeed('1'),
  limits: defaultLimits,
  externs: {},
});
