/** The constants of a project: checked when first used, once. */
import { accepts, showType, type Type } from '../ir/type.js';
import type { Span } from '../syntax/span.js';
import { annotationType } from './annotations.js';
import { createEvaluator } from './evaluate.js';
import { checkExpr } from './expressions.js';
import type { Known } from './known.js';
import type { Project } from './project.js';
import { plainName } from './rename.js';
import { type Frame, newFrame, report, type Session } from './session.js';
import { makeValue, unknownValue, type Value } from './value.js';

/** Starts a check: nothing is known yet. */
export function newSession(project: Project): Session {
  const session: Session = {
    project,
    evaluator: createEvaluator(project, (name) => knownConstant(session, name)),
    instances: new Map(),
    models: new Map(),
    consts: new Map(),
    found: new Map(),
    open: [],
    used: new Set(),
    epoch: 0,
    instanceCount: 0,
    depth: 0,
  };
  return session;
}

/** The value of the constant `name`; E0208 where it is needed for itself. */
export function constantValue(frame: Frame, name: string, span: Span): Value {
  const { session } = frame;
  const known = session.consts.get(name);
  if (known === 'open') {
    report(frame, 'E0208', `the value of \`${plainName(name)}\` is needed for itself`, span);
    return unknownValue;
  }
  return known ?? checkConstant(session, name);
}

/** Checks the declaration of a constant. */
export function checkConstant(session: Session, name: string): Value {
  const declared = session.project.consts.get(name);
  if (declared === undefined) return unknownValue;
  session.consts.set(name, 'open');
  const { declaration, source } = declared;
  const frame = newFrame(session, 'constant', source, null, new Map(), session.found);
  const value = checkExpr(frame, declaration.value);
  const annotated = declaration.annotation === null ? null : annotationType(frame, declaration.annotation);
  const result = annotated === null ? value : annotate(frame, value, annotated, declaration.value.span);
  session.consts.set(name, result);
  return result;
}

/** A value as its annotation says; E0318 where it is of another type. */
export function annotate(frame: Frame, value: Value, annotated: Type, span: Span): Value {
  if (accepts(annotated, value.type)) return makeValue(narrowed(annotated, value.type), value.known, value.reads);
  report(frame, 'E0318', `this is ${showType(value.type)}, and the annotation says ${showType(annotated)}`, span);
  return makeValue(annotated, null, value.reads);
}

/** The annotated type with what the value's own type adds to it: lengths, families of a distribution. */
export function narrowed(annotated: Type, type: Type): Type {
  if (annotated.kind === 'dist' || annotated.kind === 'unknown') return type.kind === 'unknown' ? annotated : type;
  if (annotated.kind !== 'array' || type.kind !== 'array') return annotated;
  return { kind: 'array', element: narrowed(annotated.element, type.element), length: annotated.length ?? type.length };
}

function knownConstant(session: Session, name: string): Known | null {
  const value = session.consts.get(name);
  if (value === 'open') return null;
  return (value ?? checkConstant(session, name)).known;
}
