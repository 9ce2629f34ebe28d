import { abc } from './abc/abc.js';
import { abcSmc } from './abc_smc/abc_smc.js';
import type { Backend } from './backend.js';
import { importance } from './importance/importance.js';
import { mh } from './mcmc/mh.js';
import { particleGibbs } from './particle_gibbs/particle_gibbs.js';
import { pmmh } from './pmmh/pmmh.js';
import { rejection } from './rejection/rejection.js';
import { smc } from './smc/smc.js';
import { smc2 } from './smc2/smc2.js';

/** All methods, by name. Adding one is a folder and a line here. */
export const backends: Readonly<Record<string, Backend>> = {
  importance,
  rejection,
  smc,
  smc2,
  abc,
  abc_smc: abcSmc,
  mh,
  pmmh,
  particle_gibbs: particleGibbs,
};
