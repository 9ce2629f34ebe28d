import { isAdjustmentSet, totalEffect } from '../../adjustment.js';
import { regressionDiscontinuity } from '../discontinuity.js';
import { columnOf } from '../units.js';
import { type EstimationMethod, namedBy, placesIn, placesOf, planned, unsuitable } from './method.js';

/**
 * Compares units on both sides of the value of a running variable that decides the exposure. Then nothing but that variable confounds it, which
 * is held against the graph.
 */
export const rdd: EstimationMethod = {
  takesNodes: false,
  options: {
    running: { kind: 'node' },
    cutoff: { kind: 'number', positive: false },
    bandwidth: { kind: 'number', positive: true },
  },
  required: ['running'],
  plan: (question, asked) => {
    const [running] = namedBy(asked, 'running');
    if (running === undefined) return unsuitable('Say which variable decides the exposure: rdd(running = score).');
    const { x, y, group } = placesIn(question);
    const adjustment = { ...totalEffect(x, y), selected: question.selected };
    const set = new Set([...placesOf(question.graph, [running]), ...group]);
    if (!isAdjustmentSet(question.graph, adjustment, set).valid)
      return unsuitable(
        `In the graph more than \`${running}\` confounds exposure and outcome, so that it alone does not decide the exposure.`,
      );
    const cutoff = asked.options.get('cutoff')?.number ?? 0;
    const bandwidth = asked.options.get('bandwidth')?.number ?? null;
    return planned({
      title: `rdd(running = ${running}, cutoff = ${cutoff})`,
      covariates: [],
      others: [running],
      smooth: true,
      estimator: (units) => regressionDiscontinuity(units, columnOf(units, running), cutoff, bandwidth),
    });
  },
};
