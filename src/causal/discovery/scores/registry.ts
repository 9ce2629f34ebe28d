import type { UnitColumn } from '../../estimate/units.js';
import { gaussianBic } from './gaussian.js';
import { bdeu, labelBic } from './labels.js';
import { mixedBic } from './mixed.js';
import type { MadeScore, ScoreMaker } from './score.js';

/** Rows that the prior of BDeu is worth. */
const priorRows = 1;

const allLabels = (columns: readonly UnitColumn[]): boolean => columns.every(({ levels }) => levels !== null);
const allQuantities = (columns: readonly UnitColumn[]): boolean => columns.every(({ levels }) => levels === null);

/** Scores by name; a new one is a file and an entry here. */
export const scores: ReadonlyMap<string, ScoreMaker> = new Map(
  [
    {
      name: 'bic',
      summary: 'likelihood less a penalty; labels, and quantities that are linear and normal',
      make: (columns: readonly UnitColumn[]): MadeScore => {
        const fixed = columns.find(isFixed);
        if (fixed !== undefined) return { ok: false, reason: `\`${fixed.name}\` has one value in all rows` };
        if (allQuantities(columns))
          return { ok: true, score: gaussianBic(columns), ceiling: null, how: 'BIC of linear normal mechanisms' };
        if (allLabels(columns)) return { ok: true, ...labelBic(columns), how: 'BIC of tables' };
        return { ok: true, score: mixedBic(columns), ceiling: null, how: 'BIC of labels and quantities' };
      },
    },
    {
      name: 'bdeu',
      summary: `marginal likelihood with an even prior that is worth ${priorRows} row; labels`,
      make: (columns: readonly UnitColumn[]): MadeScore =>
        allLabels(columns)
          ? { ok: true, ...bdeu(columns, priorRows), how: 'BDeu' }
          : { ok: false, reason: `BDeu is a score of labels, and ${quantityIn(columns)} holds quantities` },
    },
  ].map((maker) => [maker.name, maker]),
);

/** The score where none is named. */
export const defaultScore = 'bic';

/** Whether a quantity does not vary: its likelihood has no bound. */
const isFixed = ({ values, levels }: UnitColumn): boolean => levels === null && values.every((v) => v === values[0]);

const quantityIn = (columns: readonly UnitColumn[]): string =>
  `\`${columns.find(({ levels }) => levels === null)?.name}\``;
