import { boundsShape } from '../../bounds/options.js';
import { auto } from './auto.js';
import { backdoor } from './backdoor.js';
import { did } from './did.js';
import { frontdoor } from './frontdoor.js';
import { identified } from './identified.js';
import { iv } from './iv.js';
import { mediation } from './mediation.js';
import type { EstimationMethod, MethodShape } from './method.js';
import { rdd } from './rdd.js';

/** What may stand behind `by`; a method is a file of this folder and a line here. */
export const estimationMethods: Readonly<Record<string, EstimationMethod>> = {
  backdoor,
  frontdoor,
  iv,
  mediation,
  did,
  rdd,
  identified,
  auto,
};

/** All that may stand behind `by`; `bounds` answers with two numbers, and is no estimate. */
export const methodShapes: Readonly<Record<string, MethodShape>> = { ...estimationMethods, bounds: boundsShape };
