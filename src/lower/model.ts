import { matchArguments } from '../check/arguments.js';
import type { Declared, Project } from '../check/project.js';
import type { NodeInfo, Region } from '../ir/ir.js';
import { weighs } from '../ir/program.js';
import { some } from '../ir/walk.js';
import type { Argument, DeclarationOf, Intervention, StatementOf } from '../syntax/tree.js';
import { typeOfAnnotation } from './annotation.js';
import { coerce } from './dist.js';
import { lowerExpr } from './expression.js';
import { absent, atAddress, bind, createFrame, type Frame, inScope, type ModelState } from './frame.js';
import { parameterType } from './function.js';
import { bindPart } from './node.js';
import { irTypeOf, type Operand, operand } from './operand.js';
import { raise } from './raise.js';
import { lowerStatements } from './statement.js';
import { type Type, unknown } from './types.js';
import { createUnit, type Unit } from './unit.js';

/** A model and what has been done to it: `model Treated = do(Trial, drug = A)` stands for Trial with one intervention. */
export type Operated = {
  readonly base: Declared<DeclarationOf<'model'>>;
  readonly interventions: readonly Declared<Intervention>[];
  /** The base's arguments, as in `do(Trial(100), drug = A)`; null where a query has to give them. */
  readonly args: Declared<readonly Argument[]> | null;
};

/** Follows operated models down to the model that they operate on; interventions in the order in which they apply. */
export function resolveModel(unit: Unit, name: string): Operated {
  const interventions: Declared<Intervention>[] = [];
  let args: Operated['args'] = null;
  let declared = unit.project.models.get(name);
  for (let depth = 0; declared !== undefined && depth < 100; depth++) {
    const { declaration, source } = declared;
    if (declaration.kind === 'model') return { base: { declaration, source }, interventions, args };
    if (declaration.args.length > 0) args = { declaration: declaration.args, source };
    interventions.unshift(...declaration.interventions.map((i) => ({ declaration: i, source })));
    declared = unit.project.models.get(declaration.base.text);
  }
  throw new Error(`lowering: no model ${name}`);
}

/** Lowers a model into a function of the root address that yields the values of its nodes. Arguments are inputs by name. */
export function lowerModel(unit: Unit, declared: Declared<DeclarationOf<'model'>>): string {
  const { declaration, source } = declared;
  const name = `model ${declaration.name.text}`;
  if (unit.functions.has(name)) return name;
  const model: ModelState = { nodes: new Map(), prefix: '', address: null, indices: [] };
  const frame = createFrame(unit, source, { model });
  const b = frame.builder;
  const nodes: NodeInfo[] = [];
  const region = b.region([{ kind: 'address' }], ([address]) => {
    frame.address = address ?? null;
    model.address = frame.address;
    for (const parameter of declaration.parameters) {
      const type =
        parameter.annotation === null ? unknown : (typeOfAnnotation(unit.project, parameter.annotation) ?? unknown);
      bind(frame, parameter.name.text, {
        kind: 'value',
        operand: operand(b.input(irTypeOf(type), parameter.name.text), type),
      });
    }
    lowerStatements(frame, declaration.body.statements);
    return [...model.nodes].map(([nodeName, node]) => {
      const value = frame.slots.get(node.slot) ?? absent(frame, unknown);
      nodes.push({
        name: nodeName,
        type: irTypeOf(value.type),
        rank: node.slot.rank,
        modifier: node.modifier,
        operator: node.operator,
        optional: node.optional,
        at: unit.place(source, node.span),
      });
      return value.id;
    });
  });
  const scores = scoresIn(unit, region);
  unit.functions.set(name, { name, body: region, results: nodes.map((n) => n.type), draws: true, scores });
  unit.models.set(declaration.name.text, { function: name, nodes });
  return name;
}

const keptUnits = new WeakMap<Project, Map<string, Unit>>();

/** A unit in which a model has been lowered already, which is done once for all questions about it. */
export function unitWithModel(project: Project, name: string): Unit {
  const units = keptUnits.get(project) ?? new Map<string, Unit>();
  keptUnits.set(project, units);
  const known = units.get(name);
  if (known !== undefined) return createUnit(project, known);
  const unit = createUnit(project);
  lowerModel(unit, resolveModel(unit, name).base);
  units.set(name, unit);
  return createUnit(project, unit);
}

/** Whether a region scores, or calls what scores. */
const scoresIn = (unit: Unit, region: Region): boolean =>
  some(region, (i) => weighs(i) || (i.kind === 'call' && unit.functions.get(i.callee)?.scores === true));

/** `event ~ Shower(energy)`: the model's body stands here, its nodes under the part's name and at its address. */
export function lowerPart(frame: Frame, statement: StatementOf<'node'>, indices: readonly Operand[]): void {
  const { model, unit, builder: b } = frame;
  if (model === null || statement.value.kind !== 'call') return;
  const { base, interventions } = resolveModel(unit, statement.value.callee.text);
  if (interventions.length > 0) {
    raise(
      'E0490',
      'An operated model cannot be a part yet; operate on the part in the query instead.',
      frame.source,
      statement.value.span,
    );
  }
  const match = matchArguments(base.declaration.parameters, statement.value.args);
  if (!match.ok) return raise('E0490', 'The arguments of this model do not fit.', frame.source, statement.value.span);
  const args = match.values.map((value, i) => {
    const given = lowerExpr(frame, value);
    const parameter = base.declaration.parameters[i];
    if (parameter === undefined) return given;
    const type: Type = parameterType(unit, parameter, given.type, frame.source, statement.value.span);
    return coerce(frame, given, type);
  });
  const site = unit.site(model.prefix + statement.name.text, b.place());
  let address = model.address;
  if (address !== null && indices.length === 0) address = b.address(address, site);
  for (const index of indices) if (address !== null) address = b.address(address, site, index.id);
  const outer = { prefix: model.prefix, address: model.address, indices: model.indices, scopes: frame.scopes };
  const prefix = `${model.prefix}${statement.name.text}.`;
  model.prefix = prefix;
  model.address = address;
  model.indices = [...outer.indices, ...indices];
  frame.scopes = [new Map()];
  inScope(frame, () =>
    atAddress(frame, address, () => {
      for (const [i, parameter] of base.declaration.parameters.entries()) {
        const value = args[i];
        if (value !== undefined) bind(frame, parameter.name.text, { kind: 'value', operand: value });
      }
      lowerStatements(frame, base.declaration.body.statements);
    }),
  );
  model.prefix = outer.prefix;
  model.address = outer.address;
  model.indices = outer.indices;
  frame.scopes = outer.scopes;
  bindPart(frame, statement.name.text, prefix, indices.length);
}
