/** Functions are templates: each is checked once for each tuple of argument types, recursion by going round until nothing changes. */
import { accepts, arrayOf, joinTypes, sameType, showType, type Type, unit, unknown } from '../ir/type.js';
import type { Span } from '../syntax/span.js';
import type { Body, DeclarationOf } from '../syntax/tree.js';
import { annotationType } from './annotations.js';
import { narrowed } from './constants.js';
import { checkValue, conversionHint } from './expressions.js';
import { define } from './names.js';
import type { Declared } from './project.js';
import { plainName } from './rename.js';
import {
  type Effects,
  type Frame,
  type Instance,
  inScope,
  newFrame,
  noEffects,
  report,
  type Session,
  type Slot,
} from './session.js';
import { checkBlock } from './statements.js';
import { makeValue } from './value.js';

/** A type grows at each turn only where it has no end. */
const mostPasses = 12;
/** Templates within templates, and the same one with other types within itself. */
const deepest = 100;
const mostNested = 12;
const mostInstances = 4000;

/** What is checked of a template, in one pass: it sets the instance's result, and says whether another pass may learn more. */
type Pass = (frame: Frame, instance: Instance) => boolean;

/** The function at the given parameter types, checked. */
export const functionInstance = (
  session: Session,
  declared: Declared<DeclarationOf<'function'>>,
  types: readonly Type[],
): Instance =>
  instanceOf(session, declared, types, (frame, instance) =>
    functionPass(frame, instance, declared.declaration, widened(session, declared, types)),
  );

/** Inside of its own text a function is asked about with arrays of any length, or it would have no end. */
function widened(
  session: Session,
  declared: Declared<DeclarationOf<'function' | 'dist'>>,
  types: readonly Type[],
): readonly Type[] {
  const open = session.open.slice(0, -1).some((i) => i.declaration === declared.declaration);
  return open ? types.map(withoutLengths) : types;
}

function withoutLengths(type: Type): Type {
  switch (type.kind) {
    case 'array':
      return arrayOf(withoutLengths(type.element));
    case 'tuple':
      return { kind: 'tuple', elements: type.elements.map(withoutLengths) };
    case 'record':
      return { kind: 'record', fields: type.fields.map((f) => ({ name: f.name, type: withoutLengths(f.type) })) };
    default:
      return type;
  }
}

/** Finds the template among those checked already, or checks it. */
export function instanceOf(
  session: Session,
  declared: Declared<DeclarationOf<'function' | 'dist'>>,
  types: readonly Type[],
  pass: Pass,
): Instance {
  const { declaration, source } = declared;
  const isOpen = session.open.some((i) => i.declaration === declaration);
  const key = JSON.stringify(isOpen ? types.map(withoutLengths) : types);
  const known = session.instances.get(declaration) ?? new Map<string, Instance>();
  session.instances.set(declaration, known);
  const before = known.get(key);
  if (before !== undefined && isFresh(session, before)) return before;
  const instance: Instance = before ?? {
    name: declaration.name.text,
    declaration,
    result: unknown,
    found: new Map(),
    effects: noEffects(),
    state: 'open',
    lowest: 0,
    asked: false,
    epoch: null,
  };
  const frameAt = (slots: Map<object, Slot>): Frame => newFrame(session, 'function', source, null, slots, new Map());
  session.instanceCount += before === undefined ? 1 : 0;
  const nested = session.open.filter((i) => i.declaration === declaration).length;
  if (nested >= mostNested || session.instanceCount > mostInstances) {
    const frame = frameAt(new Map());
    const message = `\`${plainName(instance.name)}\` is called with ever new types`;
    report(frame, 'E0317', message, declaration.name.span, 'annotate the types of its parameters');
    return { ...instance, state: 'done', found: frame.found };
  }
  // A long chain of functions is no error; what is at its end is found when it is checked by itself.
  if (session.open.length >= deepest) return { ...instance, state: 'done' };
  known.set(key, instance);
  checkInstance(session, instance, pass, frameAt);
  return instance;
}

/** Whether what is known of a template still holds; asking an open one makes all templates above it preliminary. */
function isFresh(session: Session, instance: Instance): boolean {
  if (instance.state === 'done') return instance.epoch === null || instance.epoch === session.epoch;
  const position = session.open.indexOf(instance);
  instance.asked = true;
  for (const asking of session.open.slice(position)) asking.lowest = Math.min(asking.lowest, position);
  return true;
}

function checkInstance(
  session: Session,
  instance: Instance,
  pass: Pass,
  frameAt: (slots: Map<object, Slot>) => Frame,
): void {
  const position = session.open.length;
  const slots = new Map<object, Slot>();
  session.open.push(instance);
  instance.state = 'open';
  instance.lowest = position;
  for (let turn = 0; ; turn++) {
    const frame = frameAt(slots);
    const learned = pass(frame, instance);
    const again = noteEffects(instance, frame.effects) || learned;
    instance.found = frame.found;
    if (!again) break;
    session.epoch += 1;
    if (turn < mostPasses) continue;
    report(
      frame,
      'E0317',
      `the type of \`${plainName(instance.name)}\` has no end: it grows each time it is needed`,
      instance.declaration.span,
    );
    break;
  }
  session.open.pop();
  instance.state = 'done';
  instance.epoch = instance.lowest < position ? session.epoch : null;
}

/** Whether a pass found effects that one who asked earlier does not know of. */
function noteEffects(instance: Instance, found: Effects): boolean {
  const { effects } = instance;
  const grown = (found.draws && !effects.draws) || (found.scores && !effects.scores) || (found.noise && !effects.noise);
  Object.assign(effects, found);
  return grown && instance.asked;
}

function functionPass(
  frame: Frame,
  instance: Instance,
  declaration: DeclarationOf<'function'>,
  types: readonly Type[],
): boolean {
  inScope(frame, () => {
    const seen = new Set<string>();
    for (const [i, parameter] of declaration.parameters.entries()) {
      if (seen.has(parameter.name.text))
        report(frame, 'E0213', `the parameter \`${parameter.name.text}\` stands twice`, parameter.name.span);
      seen.add(parameter.name.text);
      define(frame, parameter.name, 'parameter', () => makeValue(types[i] ?? unknown));
    }
    const result = checkBody(frame, declaration.body, declaration.name.span);
    const annotated = declaration.result === null ? null : annotationType(frame, declaration.result);
    setResult(frame, instance, annotated === null ? result : agreed(frame, result, annotated, declaration.body));
  });
  return frame.changed;
}

/** The result by its annotation; E0318 where the body gives something else. */
function agreed(frame: Frame, result: Type, annotated: Type, body: Body): Type {
  if (accepts(annotated, result)) return narrowed(annotated, result);
  const span = body.kind === 'expression' ? body.value.span : body.block.span;
  report(frame, 'E0318', `this gives ${showType(result)}, and the annotation says ${showType(annotated)}`, span);
  return annotated;
}

/** Notes what a pass found the result to be; results only grow, so that going round comes to an end. */
export function setResult(frame: Frame, instance: Instance, result: Type): void {
  const joined = joinTypes(instance.result, result) ?? result;
  if (sameType(joined, instance.result)) return;
  instance.result = joined;
  if (instance.asked) frame.changed = true;
}

/** The type of what a body returns: `unit` where it returns nothing. */
export function checkBody(frame: Frame, body: Body, nameSpan: Span): Type {
  if (body.kind === 'expression') return checkValue(frame, body.value).type;
  const outer = frame.returned;
  frame.returned = null;
  const ends = checkBlock(frame, body.block);
  const returned = frame.returned ?? unit;
  frame.returned = outer;
  if (returned.kind !== 'unit' && ends !== 'returns')
    report(
      frame,
      'E0319',
      'this may end without returning a value',
      nameSpan,
      'end with a `return`, also behind the last `if`',
    );
  return returned;
}

/** Joins the type of one more `return` to those before. */
export function addReturn(frame: Frame, type: Type, span: Span): void {
  const joined = frame.returned === null ? type : joinTypes(frame.returned, type);
  if (joined === null && frame.returned !== null) {
    const message = `this returns ${showType(type)}, an earlier \`return\` ${showType(frame.returned)}`;
    report(frame, 'E0304', message, span, conversionHint(frame.returned, type));
  } else if (joined !== null) frame.returned = joined;
}
