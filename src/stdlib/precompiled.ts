/** Made by scripts/build-stdlib.ts from stdlib/. */
import type { Precompiled } from './format.js';

export const precompiled: Precompiled = {
  hash: '',
  sources: [],
  functions: {},
  consts: {},
  enums: {},
  dists: {},
  modules: {},
};
