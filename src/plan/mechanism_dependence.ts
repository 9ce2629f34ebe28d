/** Whether an answer hangs on how families turn noise into values, and between what it lies if it does. */
import { identifiedAcrossWorlds } from '../causal/counterfactual/form_events.js';
import { isUnfollowed } from '../causal/counterfactual/hooked_run.js';
import { type Asked, type MechanismBounds, mechanismBounds } from '../causal/counterfactual/mechanism_bounds.js';
import type { Project } from '../check/project.js';
import { createRows } from '../exact/discrete/rows.js';
import { isRefused } from '../exact/discrete/scene.js';
import { isFault } from '../ir/faults.js';
import type { Constant, Program } from '../ir/ir.js';
import { some } from '../ir/walk.js';
import type { Unit } from '../lower/unit.js';
import { mainName } from '../passes/assemble.js';
import type { Output } from '../passes/flatten.js';
import type { Bounds } from '../report/answer.js';
import type { Form } from '../syntax/tree.js';
import { causalGraph } from './identification.js';
import { entries } from './solve.js';

/** Whether other mechanisms with the same distributions give other answers; the bounds over all of them, where they can be had. */
export type MechanismDependence = { readonly matters: boolean; readonly bounds: Bounds | null };

const indifferent: MechanismDependence = { matters: false, bounds: null };

/** What is looked at: a question's optimised program, and the question as written. */
type MechanismQuestion = {
  readonly project: Project;
  readonly model: string;
  readonly unit: Unit;
  readonly program: Program;
  readonly outputs: readonly Output[];
  readonly inputs: Readonly<Record<string, Constant>>;
  readonly form: Form;
};

/** Answers nearer than this are the same. */
const nearness = 1e-9;

/**
 * Looks in three ways: whether any draw is seen under several parameters at all; where everything is discrete, at the extremes over all joint
 * distributions that the tables allow; elsewhere, whether the counterfactual is identified from experiments.
 */
export function mechanismDependence(question: MechanismQuestion): MechanismDependence {
  const { project, model, program, form } = question;
  if (!comparesWorlds(program)) return indifferent;
  const asked = askedBy(question);
  const bounds = boundsOf(question, asked);
  if (bounds !== null) {
    const matters = bounds.some(({ low, high }) => !(high - low <= nearness * Math.max(1, Math.abs(high))));
    const [only] = bounds;
    if (!matters || only === undefined) return indifferent;
    const shown =
      asked === 'mean' ? { ...only, lowSe: 0, highSe: 0, how: 'all mechanisms with these distributions' } : null;
    return { matters, bounds: shown };
  }
  const identified = identifiedAcrossWorlds(form, () => causalGraph(project, model, false));
  return identified ? indifferent : { matters: true, bounds: null };
}

function askedBy({ form: { form }, outputs }: MechanismQuestion): Asked {
  if (form === 'evidence') return 'weight';
  return form === 'E' || (form === 'P' && outputs[0]?.type.kind === 'bool') ? 'mean' : 'law';
}

/** Null where not everything is discrete and small. */
function boundsOf({ program, unit, inputs }: MechanismQuestion, asked: Asked): readonly MechanismBounds[] | null {
  const rows = createRows({ entry: entries(unit, inputs) }, tolerance);
  try {
    return mechanismBounds(
      program,
      mainName,
      (family, params, site) => rows(family, params, { site: program.sites[site]?.name ?? '', at: -1 }),
      asked,
    );
  } catch (thrown) {
    // A run that fails is told by whoever answers the question.
    if (isUnfollowed(thrown) || isFault(thrown) || isRefused(thrown)) return null;
    throw thrown;
  }
}

const tolerance = 1e-15;

/** Whether some draw is made twice at one address: with the same parameters it would be made once. */
function comparesWorlds(program: Program): boolean {
  const seen = new Set<string>();
  return Object.entries(program.functions).some(([name, { body }]) =>
    some(body, (i) => {
      if (!((i.kind === 'draw' && i.shared) || (i.kind === 'score' && i.abduct))) return false;
      // Numbers of values are those of one function.
      const place = `${i.site} ${name === mainName ? i.address : ''}`;
      if (seen.has(place)) return true;
      seen.add(place);
      return false;
    }),
  );
}
