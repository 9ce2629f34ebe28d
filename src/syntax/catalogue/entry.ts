import type { CodeEntry } from '../codes.js';

/** An entry for what keeps a program from running. */
export const error = (title: string, explanation: string): CodeEntry => ({ severity: 'error', title, explanation });

/** An entry for what lets a program run, but is likely a slip. */
export const warning = (title: string, explanation: string): CodeEntry => ({ severity: 'warning', title, explanation });
