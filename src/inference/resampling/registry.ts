import { multinomial } from './multinomial.js';
import { residual } from './residual.js';
import type { Scheme } from './scheme.js';
import { ssp } from './ssp.js';
import { stratified } from './stratified.js';
import { systematic } from './systematic.js';

/** All schemes by name; look names up with `Object.hasOwn`. */
export const schemes: Readonly<Record<string, Scheme>> = { systematic, stratified, multinomial, residual, ssp };
