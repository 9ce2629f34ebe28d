/**
 * The JSON form of the IR: the program's own fields, with numbers that JSON cannot hold written as `{"number": "NaN"}` (also
 * `Infinity`, `-Infinity`, `-0`) and Float64Array as `{"float64": […]}`. The field `version` comes first; a reader refuses versions it
 * doesn't know.
 */
import { z } from 'zod';
import { diagnose, fail, type Outcome, succeed } from '../syntax/diagnostic.js';
import type { Program } from './ir.js';
import { programSchema } from './json_schema.js';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const jsonNumber = (value: number): Json => {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return { number: Object.is(value, -0) ? '-0' : String(value) };
};

/** The program as one line of JSON. */
export function encodeProgram(program: Program): string {
  const { version, ...rest } = program;
  return JSON.stringify({ version, ...rest }, (_key, value: unknown) => {
    if (typeof value === 'number') return jsonNumber(value);
    if (value instanceof Float64Array) return { float64: Array.from(value, jsonNumber) };
    return value;
  });
}

/** Reads the JSON form. What is not a program gives diagnostics that name the field. `verify` checks what fields mean. */
export function decodeProgram(text: string, name = '<ir>'): Outcome<Program> {
  const refuse = (code: 'E0590' | 'E0591', message: string): Outcome<never> =>
    fail(diagnose(code, message, { name, text }, { start: 0, end: 0 }));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('E0590', 'This is not JSON.');
  }
  const version = z.object({ version: z.unknown() }).safeParse(value);
  if (!version.success) return refuse('E0590', 'This is not the JSON form of a program: it has no version.');
  if (version.data.version !== 1)
    return refuse(
      'E0591',
      `This program has version ${JSON.stringify(version.data.version)}; only version 1 can be read.`,
    );
  const read = programSchema.safeParse(value);
  if (read.success) return succeed(read.data);
  const problems = read.error.issues.map((issue) =>
    diagnose(
      'E0590',
      `This is not the JSON form of a program: ${issue.path.map(String).join('.') || 'the whole'}: ${issue.message}.`,
      { name, text },
      { start: 0, end: 0 },
    ),
  );
  return fail(...problems);
}
