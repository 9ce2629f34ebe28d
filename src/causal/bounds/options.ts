import type { MethodShape } from '../estimate/methods/method.js';

const directions = { kind: 'words', words: ['increasing', 'decreasing'] } as const;

/** What may stand behind `by bounds`. */
export const boundsShape: MethodShape = {
  takesNodes: false,
  options: {
    low: { kind: 'number', positive: false },
    high: { kind: 'number', positive: false },
    response: directions,
    selection: directions,
    experiment: { kind: 'data' },
  },
  estimates: false,
};
