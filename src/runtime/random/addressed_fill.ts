import { mixHi, mixLo, REQUEST_SITE } from './address.js';
import { nextExponential } from './exponential.js';
import { nextNormal } from './normal.js';
import { seedRequest } from './source.js';
import { nextUniform } from './uniform.js';

/*
 * One request of one draw for a run of neighbouring particles in the addressed layout: to the bit what `seedAddressed`
 * and a single call give for each particle.
 */

/**
 * Uniform draws in (0, 1) of the addressed layout for `count` particles from `particle` on.
 *
 * @param hi the draw's address, with `lo`
 * @param request number of the noise value within the draw, from 0
 * @param state four words of working space
 * @param out written at `offset` … `offset + count - 1`
 */
export function fillAddressedUniform(
  k0: number,
  k1: number,
  hi: number,
  lo: number,
  request: number,
  particle: number,
  state: Int32Array,
  out: Float64Array,
  offset: number,
  count: number,
): void {
  const requestHi = mixHi(hi, lo, REQUEST_SITE, request);
  const requestLo = mixLo(hi, lo, REQUEST_SITE, request);
  for (let i = 0; i < count; i++) {
    seedRequest(k0, k1, requestHi, requestLo, particle + i, state);
    out[offset + i] = +nextUniform(state);
  }
}

/**
 * Standard normal draws of the addressed layout for `count` particles from `particle` on.
 *
 * @param hi the draw's address, with `lo`
 * @param request number of the noise value within the draw, from 0
 * @param state four words of working space
 * @param out written at `offset` … `offset + count - 1`
 */
export function fillAddressedNormal(
  k0: number,
  k1: number,
  hi: number,
  lo: number,
  request: number,
  particle: number,
  state: Int32Array,
  out: Float64Array,
  offset: number,
  count: number,
): void {
  const requestHi = mixHi(hi, lo, REQUEST_SITE, request);
  const requestLo = mixLo(hi, lo, REQUEST_SITE, request);
  for (let i = 0; i < count; i++) {
    seedRequest(k0, k1, requestHi, requestLo, particle + i, state);
    out[offset + i] = +nextNormal(state);
  }
}

/**
 * Exponential draws of rate 1 of the addressed layout for `count` particles from `particle` on.
 *
 * @param hi the draw's address, with `lo`
 * @param request number of the noise value within the draw, from 0
 * @param state four words of working space
 * @param out written at `offset` … `offset + count - 1`
 */
export function fillAddressedExponential(
  k0: number,
  k1: number,
  hi: number,
  lo: number,
  request: number,
  particle: number,
  state: Int32Array,
  out: Float64Array,
  offset: number,
  count: number,
): void {
  const requestHi = mixHi(hi, lo, REQUEST_SITE, request);
  const requestLo = mixLo(hi, lo, REQUEST_SITE, request);
  for (let i = 0; i < count; i++) {
    seedRequest(k0, k1, requestHi, requestLo, particle + i, state);
    out[offset + i] = +nextExponential(state);
  }
}
