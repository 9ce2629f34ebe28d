/** The faults that a run can end in. All engines throw these, with the same words. */

import type { DiagnosticCode } from '../syntax/codes.js';
import type { Fault } from './engine.js';
import type { PlaceId } from './ir.js';

/** Whether a thrown thing is a fault. */
export const isFault = (thrown: unknown): thrown is Fault =>
  typeof thrown === 'object' && thrown !== null && 'fault' in thrown && thrown.fault === true;

const fault = (code: DiagnosticCode, message: string, at: PlaceId): Fault => ({ fault: true, code, message, at });

export const stepsFault = (limit: number, at: PlaceId): Fault =>
  fault('E0701', `One run took more than ${limit} loop iterations and calls.`, at);

export const depthFault = (limit: number, at: PlaceId): Fault =>
  fault('E0702', `Functions called each other more than ${limit} deep.`, at);

export const elementsFault = (limit: number, at: PlaceId): Fault =>
  fault('E0703', `An array would have more than ${limit} elements.`, at);

export const indexFault = (index: number, length: number, at: PlaceId): Fault =>
  fault('E0602', `Index ${index} is outside an array of ${length} ${length === 1 ? 'element' : 'elements'}.`, at);

export const labelFault = (index: number, members: number, at: PlaceId): Fault =>
  fault('E0602', `${index} is not the number of a label: there are ${members}, from 0.`, at);

/** `site` is the site's name, `family` the family's. */
export const requireFault = (family: string, site: string, at: PlaceId): Fault =>
  fault('E0601', `The parameters of ${family} at ${site} are outside its domain.`, at);

export const parameterFault = (parameter: string, family: string, site: string, at: PlaceId): Fault =>
  fault('E0604', `The parameter ${parameter} of ${family} at ${site} is not a number (NaN).`, at);

/** `what` names the score's site, or says `factor`. */
export const weightFault = (what: string, at: PlaceId): Fault =>
  fault('E0603', `The weight that ${what} gives is not a number (NaN).`, at);

/** `name` is as the program calls it: with a mark behind it where the call is guarded or made in a block. */
export const externFault = (name: string, why: string, at: PlaceId): Fault =>
  fault('E0605', `The host function ${name.replace(/[?#].*$/, '')} ${why}.`, at);

/** A command that may not run, or that does not work at all; `at` is filled in by the engine. */
export const commandFault = (code: 'E0620' | 'E0621', message: string, at: PlaceId = -1): Fault =>
  fault(code, message, at);
