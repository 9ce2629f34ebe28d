import { differenceInDifferences } from '../differences.js';
import { columnOf } from '../units.js';
import { type EstimationMethod, namedBy, planned, unsuitable } from './method.js';

/**
 * Compares how the exposed and the others changed. What it rests on, that both would have changed alike, is no statement of a graph, so that
 * nothing is held against it.
 */
export const did: EstimationMethod = {
  takesNodes: false,
  options: { time: { kind: 'column' }, since: { kind: 'value', of: 'time' }, unit: { kind: 'column' } },
  required: ['time'],
  plan: (question, asked) => {
    if (question.selected.size > 0) return unsuitable('Of selected units only effects by adjustment are known.');
    const [time, unit] = [namedBy(asked, 'time')[0], namedBy(asked, 'unit')[0]];
    if (time === undefined) return unsuitable('Say which column is the period: did(time = period).');
    const since = asked.options.get('since')?.number ?? null;
    const shown = since === null ? '' : `, since = ${asked.options.get('since')?.texts[0]}`;
    return planned({
      title: `did(time = ${time}${shown}${unit === undefined ? '' : `, unit = ${unit}`})`,
      covariates: [],
      others: unit === undefined ? [time] : [time, unit],
      smooth: true,
      ...(unit === undefined ? {} : { clusters: unit }),
      estimator: (units) =>
        differenceInDifferences(units, {
          time: columnOf(units, time),
          since,
          unit: unit === undefined ? null : columnOf(units, unit),
        }),
    });
  },
};
