import type { OptionValue } from '../inference/backend.js';
import type { FusedCounts } from '../passes/fuse/fuse.js';
import type { OptionalPass } from '../passes/passes.js';
import { chooseEngine, leftBy } from './choose_engine.js';
import type { EngineName } from './engine_names.js';
import { estimateRun } from './pilot.js';
import type { Plan } from './plan.js';

/** What was done to a question and why, in words. */
export function explainPlan(plan: Plan, engine: EngineName): string {
  const { question, assembled } = plan;
  const lines: string[] = [];
  const say = (title: string, text: string): void => void lines.push(`${`${title}:`.padEnd(13)}${text}`);
  say('question', `${plan.form.form}(${plan.targets.map((t) => t.text).join(', ')}) in ${plan.model}`);
  for (const [i, world] of question.worlds.entries()) {
    const acts = world.interventions.map((v) => v.node).join(', ');
    if (i === 0 && acts !== '') say('surgery', `in the world seen, the equation of ${acts} is replaced`);
    if (i > 0)
      say(
        'world',
        `${i}: do(${world.label}), on the noise of ${world.parent === 0 ? 'the world seen' : `world ${world.parent}`}`,
      );
  }
  for (const [table, { units, different }] of learned(plan))
    say(
      'learned from',
      `${units.toLocaleString('en-US')} units of ${table}, ${different.toLocaleString('en-US')} of them different`,
    );
  for (const note of assembled.evidence) {
    const how = {
      score: 'is not drawn; its density at what was seen is the weight',
      condition: 'is computed; runs where it differs have weight zero',
      inversion: 'is solved for one noise; the weight is that noise’s density times the Jacobian',
      approximate: 'is compared approximately',
    }[note.how];
    say('evidence', `${note.node} ${how}`);
  }
  for (const { family, kind } of assembled.mechanisms) say('mechanism', `${family}: ${kind}`);
  if (plan.removed.length > 0) say('sliced away', plan.removed.join(', '));
  const { drawn, summed } = plan.integrated;
  if (drawn.length > 0)
    say('conjugate', `${drawn.join(', ')}: drawn from the posterior, which is known in closed form`);
  if (summed.length > 0) say('summed out', summed.join(', '));
  for (const pass of plan.tunedBy) if (pass !== 'fuse') say('quicker', tunings[pass] ?? pass);
  if (plan.fused.loops > 0) say('fused', fusedText(plan.fused));
  const cost = plan.facts.cost;
  say(
    'size',
    `${cost.exact ? '' : 'about '}${Math.round(cost.operations)} operations and ${Math.round(cost.steps)} loop steps a draw`,
  );
  say('noise', `${plan.layout.layout} layout: ${plan.layout.reason}`);
  if (plan.exact !== null) {
    say('method', `exact, by the solver '${plan.exact.solver}'`);
    for (const sentence of plan.exact.solved.how) say('', sentence);
    return lines.join('\n');
  }
  const unsaid = (name: string, value: OptionValue): boolean =>
    plan.method.options.some((o) => o.name === name && o.unsaid === true && o.default === value);
  const options = Object.entries(plan.options).flatMap(([name, value]) =>
    unsaid(name, value) ? [] : [`${name} = ${value ?? 'automatic'}`],
  );
  say('method', `${plan.method.name}(${options.join(', ')}): ${plan.reason}. ${plan.method.summary}`);
  const told = plan.method.tells?.(plan.program, plan.options) ?? null;
  if (told !== null) say('points', told);
  say('engine', engineText(plan, engine));
  say('estimate', estimateText(plan));
  return lines.join('\n');
}

/** What passes did, in words. */
const tunings: Partial<Record<OptionalPass, string>> = {
  statistics: 'rows of data are weighed together, by sums that are computed before the run, or equal rows once',
  tabulate: 'what does not hang on noise is computed once for all draws',
  log_scale: 'densities of parameters that are exponentials are taken at the exponents',
  density_parts: 'what of a density is the same for all rows is computed in front of their loop',
};

/** What was made one, in words. */
function fusedText({ loops, arrays }: FusedCounts): string {
  const run = loops === 1 ? 'a loop runs as part of another' : `${loops} loops run as part of others`;
  const made = arrays === 1 ? 'an array is' : `${arrays} arrays are`;
  return arrays === 0 ? run : `${run}; ${made} never made, since elements are used where they are computed`;
}

/** The units of each table behind `given`, and how many different rows they are. */
function learned({ question }: Plan): ReadonlyMap<string, { readonly units: number; readonly different: number }> {
  const tables = new Map<string, { readonly units: number; readonly different: number }>();
  for (const { data, rows, weights } of question.given) {
    const { units, different } = tables.get(data) ?? { units: 0, different: 0 };
    tables.set(data, { units: units + (weights?.reduce((sum, w) => sum + w, 0) ?? rows), different: different + rows });
  }
  return tables;
}

/** Which engine runs it and why; where that one cannot compile the program, which one takes its place. */
function engineText(plan: Plan, asked: EngineName): string {
  const choice = chooseEngine(plan, asked);
  if (choice === null) return `${asked}, which is not there`;
  const left = leftBy(plan, choice);
  const text = `${choice.name}: ${choice.reason}`;
  return left === null ? text : `${text}. It leaves the program to '${left.to}', because ${left.because}`;
}

function estimateText(plan: Plan): string {
  const estimate = estimateRun(plan);
  if (estimate === null) return 'a few draws of it already end in an error, which a run will show';
  return `${estimate.draws.toLocaleString('en-US')} draws, about ${Number(estimate.seconds.toPrecision(1))} s`;
}
