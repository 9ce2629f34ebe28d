/** Models, operated models, and models as parts of others. */
import { unknown } from '../ir/type.js';
import type { Span } from '../syntax/span.js';
import type { Argument, DeclarationOf, ExprOf, StatementOf } from '../syntax/tree.js';
import { checkInterventions } from './actions.js';
import { annotationType } from './annotations.js';
import { argumentValues, parameterTypes } from './calls.js';
import { define } from './names.js';
import { type ModelFrame, type ModelInfo, type NodeInfo, wholeType } from './node_info.js';
import type { Declared } from './project.js';
import { plainName } from './rename.js';
import {
  type Found,
  type Frame,
  inScope,
  newFrame,
  noEffects,
  note,
  report,
  type Session,
  type Slot,
  use,
} from './session.js';
import { checkStatements } from './statements.js';
import { didYouMean } from './suggest.js';
import { piecesOf } from './text.js';
import { makeValue, noReads, readsOf, type Value } from './value.js';

/** Types of nodes grow at each turn over the text; one that has an end is found in a few. */
const mostPasses = 8;

/** The model, checked once; null, with a report, where it is being checked: it would contain itself. */
export function modelInfo(frame: Frame, name: string, span: Span): ModelInfo | null {
  const { session } = frame;
  const declared = session.project.models.get(name);
  if (declared === undefined) return null;
  use(frame, declared);
  const known = session.models.get(name);
  if (known === 'open') {
    report(frame, 'E0425', `the model \`${plainName(name)}\` would contain itself`, span);
    return null;
  }
  const info = known ?? checkModel(session, name, declared);
  for (const diagnostic of info.found.values()) note(frame.found, diagnostic);
  return info;
}

/** Checks a model of the project that has not been checked. */
export function checkModel(
  session: Session,
  name: string,
  declared: Declared<DeclarationOf<'model' | 'operated'>>,
): ModelInfo {
  session.models.set(name, 'open');
  const { declaration } = declared;
  const info =
    declaration.kind === 'model'
      ? checkBody(session, declaration, declared)
      : checkOperated(session, declaration, declared);
  session.models.set(name, info);
  return info;
}

function checkBody(session: Session, declaration: DeclarationOf<'model'>, declared: Declared<unknown>): ModelInfo {
  const name = declaration.name.text;
  const nodes = new Map<string, NodeInfo>();
  const statements = nodeStatements(declaration);
  const slots = new Map<object, Slot>();
  const types = parametersOf(newFrame(session, 'constant', declared.source), declaration);
  for (let turn = 0; ; turn++) {
    const found: Found = new Map();
    const model: ModelFrame = {
      name,
      nodes,
      statements,
      declared: new Map(),
      members: new Set(),
      declaring: null,
      loops: [],
      weighed: noReads,
      conditional: false,
    };
    const frame = newFrame(session, 'model', declared.source, model, slots, found);
    parametersOf(frame, declaration);
    inScope(frame, () => {
      for (const [i, parameter] of declaration.parameters.entries())
        define(frame, parameter.name, 'parameter', () => makeValue(types[i]?.type ?? unknown));
      checkStatements(frame, declaration.body.statements);
    });
    if (frame.changed && turn === mostPasses)
      report(
        frame,
        'E0317',
        `the types of \`${plainName(name)}\` have no end: they grow each time they are needed`,
        declaration.name.span,
      );
    if (frame.changed && turn < mostPasses) continue;
    return {
      name,
      source: declared.source,
      nodes,
      parameters: types,
      found,
      effects: frame.effects,
      weighed: model.weighed,
      signature: { declaration, source: declared.source },
      locals: localNames(declaration),
      complete: true,
      fixed: noReads,
    };
  }
}

function nodeStatements(declaration: DeclarationOf<'model'>): ReadonlyMap<string, readonly StatementOf<'node'>[]> {
  const statements = new Map<string, readonly StatementOf<'node'>[]>();
  for (const piece of piecesOf(declaration.body))
    if ('kind' in piece && piece.kind === 'node')
      statements.set(piece.name.text, [...(statements.get(piece.name.text) ?? []), piece]);
  return statements;
}

function localNames(declaration: DeclarationOf<'model'>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const piece of piecesOf(declaration.body)) {
    if (!('kind' in piece)) continue;
    if (piece.kind === 'let') for (const name of piece.names) names.add(name.text);
    else if (piece.kind === 'var') names.add(piece.name.text);
  }
  return names;
}

/** The parameters of a model with their types, which are written: a model can be asked about before it is called. */
function parametersOf(frame: Frame, declaration: DeclarationOf<'model'>): ModelInfo['parameters'] {
  const seen = new Set<string>();
  return declaration.parameters.map(({ name, annotation }) => {
    if (seen.has(name.text)) report(frame, 'E0213', `the parameter \`${name.text}\` stands twice`, name.span);
    seen.add(name.text);
    if (annotation === null)
      report(
        frame,
        'E0329',
        `the parameter \`${name.text}\` of a model needs a type`,
        name.span,
        `write \`${name.text}: real\``,
      );
    return { name, type: annotation === null ? unknown : annotationType(frame, annotation) };
  });
}

/** `model Treated = do(Trial, drug = A)`: the base with some nodes replaced. */
function checkOperated(
  session: Session,
  declaration: DeclarationOf<'operated'>,
  declared: Declared<unknown>,
): ModelInfo {
  const found: Found = new Map();
  const outside = newFrame(session, 'query', declared.source, null, new Map(), found);
  const empty: ModelInfo = {
    name: declaration.name.text,
    source: declared.source,
    nodes: new Map(),
    parameters: [],
    found,
    effects: noEffects(),
    weighed: noReads,
    signature: null,
    locals: noReads,
    complete: false,
    fixed: noReads,
  };
  if (!session.project.models.has(declaration.base.text)) {
    reportUnknownModel(outside, declaration.base.text, declaration.base.span, false);
    return empty;
  }
  const base = modelInfo(outside, declaration.base.text, declaration.base.span);
  if (base === null) return empty;
  const bound = declaration.args.length > 0 || base.parameters.length === 0;
  if (bound) checkModelArguments(outside, base, declaration.args, declaration.base.span);
  const frame = queryFrame(session, declared, base, found);
  const actions = checkInterventions(frame, base, declaration.interventions);
  const nodes = new Map(base.nodes);
  for (const { reference, reads, kind } of actions) {
    const node = nodes.get(reference.base);
    if (node !== undefined && node.part === null && reference.indices.length === 0)
      nodes.set(reference.base, { ...node, reads: kind === 'shift' ? new Set([...node.reads, ...reads]) : reads });
  }
  const fixed = new Set([
    ...base.fixed,
    ...actions.filter((a) => a.kind === 'set' && a.reference.indices.length === 0).map((a) => a.reference.path),
  ]);
  return {
    ...base,
    name: declaration.name.text,
    nodes,
    found,
    fixed,
    ...(bound ? { parameters: [], signature: null } : {}),
  };
}

/** A frame in which the nodes of a model, and its arguments, can be named. */
export function queryFrame(
  session: Session,
  at: { readonly source: Frame['source'] },
  model: ModelInfo,
  found: Found,
): Frame {
  const names: ModelFrame = {
    name: model.name,
    nodes: new Map(model.nodes),
    statements: new Map(),
    declared: new Map([...model.nodes.keys()].map((name) => [name, 'yes'])),
    members: new Set(),
    declaring: null,
    loops: [],
    weighed: noReads,
    conditional: false,
  };
  const frame = newFrame(session, 'query', at.source, names, new Map(), found);
  for (const { name, type } of model.parameters)
    frame.scope.names.set(name.text, { name, form: 'argument', value: () => makeValue(type), slot: null, used: true });
  return frame;
}

/** Checks arguments of a model: constants, of the types that its parameters say. */
export function checkModelArguments(
  frame: Frame,
  model: ModelInfo,
  args: readonly Argument[],
  span: Span,
): readonly Value[] {
  const { signature } = model;
  if (signature === null) {
    if (args[0] !== undefined) report(frame, 'E0311', `\`${plainName(model.name)}\` takes no arguments`, args[0].span);
    return [];
  }
  const what = `\`${plainName(model.name)}\``;
  const { parameters } = signature.declaration;
  const given = argumentValues(frame, what, parameters, args, signature, span);
  if (given === null) return [];
  parameterTypes(frame, what, parameters, signature, given);
  return given.values;
}

/** The value of a part: a record of its nodes. */
export function partValue(frame: Frame, call: ExprOf<'call'>, part: ModelInfo | null): Value {
  if (part === null) return makeValue(unknown);
  const args = checkModelArguments(frame, part, call.args, call.span);
  frame.effects.draws ||= part.effects.draws;
  frame.effects.scores ||= part.effects.scores;
  const fields = [...part.nodes.values()].map((n) => ({ name: n.name, type: wholeType(n) }));
  return makeValue({ kind: 'record', fields }, null, readsOf(args));
}

export function reportUnknownModel(frame: Frame, name: string, span: Span, graphs: boolean): void {
  const { project } = frame.session;
  const names = [...project.models.keys(), ...(graphs ? project.graphs.keys() : [])];
  const hint = suggestModel(name, names);
  report(frame, 'E0203', `there is no model${graphs ? ' or graph' : ''} \`${plainName(name)}\``, span, hint);
}

/** A near name, or the only one there is. */
function suggestModel(name: string, names: readonly string[]): string | null {
  const [only, ...others] = names.filter((n) => !n.includes('@'));
  return didYouMean(name, names) ?? (only !== undefined && others.length === 0 ? `the file has \`${only}\`` : null);
}
