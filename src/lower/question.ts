import { matchArguments } from '../check/arguments.js';
import type { Declared } from '../check/project.js';
import type { IrType, ModelInfo, NodeInfo, Region } from '../ir/ir.js';
import { isDiscrete, type Type } from '../ir/type.js';
import type { Source, Span } from '../syntax/span.js';
import type { Argument, DeclarationOf, Expr, ExprOf, Form, Given, Intervention, Query } from '../syntax/tree.js';
import { memberExists } from './call.js';
import { asEquality, conjuncts } from './claims.js';
import { drawAt } from './draw.js';
import { equalValues, indexInto, lowerExpr, one } from './expression.js';
import { absent, branches, createFrame, type Frame, guard, unlessLacking } from './frame.js';
import { lowerModel, type Operated, resolveModel } from './model.js';
import { onlyChosen, pathOf } from './name.js';
import { irTypeOf, type Operand, operand } from './operand.js';
import { raise } from './raise.js';
import type { EvidenceSpec, GivenRows, InterventionSpec, Situation, WorldSpec } from './situation.js';
import type { Unit } from './unit.js';

/** One form of a query in the IR: which worlds there are, what is known of them, and what is asked: the outputs are the form's targets. */
export type Question = Situation & {
  readonly form: Form;
  readonly targets: readonly Target[];
  /** Expressions for the model's arguments, to be evaluated once; by name. */
  readonly args: ReadonlyMap<string, string>;
  /** Rows of tables that the parameters are learned from, besides. */
  readonly given: readonly GivenRows[];
  /** Nodes that are read as `renewedName` says and have to be added to the model, and the site of their noise. */
  readonly renewed: { readonly names: ReadonlySet<string>; readonly site: number } | null;
};

/** What the new draw of a node is called as a node of the model; no text can spell it. */
export const renewedName = (node: string): string => `new ${node}`;

/** What is asked for, as written and with its type. */
export type Target = { readonly text: string; readonly type: Type };

/** Lowers one form. Raises diagnostics for what cannot be asked. */
export function lowerQuestion(unit: Unit, query: Declared<Query>, form: Form, modelName: string): Question {
  const { source } = query;
  const operated = resolveModel(unit, modelName);
  lowerModel(unit, operated.base);
  const model = unit.models.get(operated.base.declaration.name.text);
  if (model === undefined) throw new Error('lowering: the model is missing');
  const asked = createQuestioner(unit, source, model, operated);
  asked.world(null, operated.interventions, '');
  const surgery = form.given.flatMap((g) => (g.kind === 'do' ? g.interventions : []));
  asked.operateOnSeen(surgery.map((declaration) => ({ declaration, source })));
  const evidence = form.given.flatMap((g) => asked.evidence(g));
  const renewed = form.form === 'predict' ? asked.renewNodes() : null;
  const targets: Target[] = [];
  const outputs = asked.region((frame) =>
    form.targets.map((target) => {
      frame.guards = [];
      const computed = lowerExpr(frame, target);
      const value = unlessLacking(frame, computed, frame.guards);
      targets.push({ text: written(source, target.span), type: value.type });
      return value;
    }),
  );
  const given = operated.args ?? { declaration: query.declaration.model?.args ?? [], source };
  const args = modelArguments(unit, operated.base.declaration, given);
  const site = unit.site('predict', unit.place(source, form.span));
  return {
    form,
    program: unit.finish(),
    model,
    worlds: asked.worlds(),
    evidence,
    outputs,
    targets,
    args,
    given: [],
    renewed: renewed === null ? null : { names: renewed, site },
  };
}

/** Lowers the model's arguments into functions without parameters, to be evaluated before the run; their names by parameter. */
function modelArguments(
  unit: Unit,
  declaration: DeclarationOf<'model'>,
  { declaration: args, source }: Declared<readonly Argument[]>,
): ReadonlyMap<string, string> {
  const match = matchArguments(declaration.parameters, args);
  const named = new Map<string, string>();
  if (!match.ok) return named;
  for (const [i, parameter] of declaration.parameters.entries()) {
    const value = match.values[i];
    if (value === undefined) continue;
    const name = `argument ${parameter.name.text}`;
    const frame = createFrame(unit, source, { outside: onlyChosen });
    let type: IrType = { kind: 'unit' };
    const body = frame.builder.region([], () => {
      const result = lowerExpr(frame, value);
      type = irTypeOf(result.type);
      return [result.id];
    });
    unit.functions.set(name, { name, body, results: [type], draws: false, scores: false });
    named.set(parameter.name.text, name);
  }
  return named;
}

/** Lowers worlds, evidence and what is read of them, for one model. */
export type Questioner = {
  readonly world: (parent: number | null, interventions: readonly Declared<Intervention>[], label: string) => number;
  readonly operateOnSeen: (interventions: readonly Declared<Intervention>[]) => void;
  readonly evidence: (given: Given) => readonly EvidenceSpec[];
  /** From here on nodes that are read are new draws of them; gives the set that their names are gathered in. */
  readonly renewNodes: () => ReadonlySet<string>;
  readonly region: (body: (frame: Frame) => readonly Operand[]) => Region;
  readonly worlds: () => readonly WorldSpec[];
};

/** Starts a situation in which nothing has been done and nothing is known. The first world is the one seen. */
export function createQuestioner(unit: Unit, source: Source, model: ModelInfo, operated: Operated): Questioner {
  const worlds: { parent: number | null; interventions: InterventionSpec[]; label: string }[] = [];
  /** The world that names are read in, and the one that `y[do(…)]` branches off from. */
  let current = 0;
  let origin = 0;

  const inWorld = <T>(world: number, branchesFrom: number, body: () => T): T => {
    const before = { current, origin };
    current = world;
    origin = branchesFrom;
    try {
      return body();
    } finally {
      ({ current, origin } = before);
    }
  };

  let acting: Acting | null = null;
  let renewed: Set<string> | null = null;
  /** A node that `do` acts on in the world seen has no draw of its own that evidence could have fixed. */
  const isActedOn = (node: string): boolean => worlds[0]?.interventions.some((i) => i.node === node) === true;

  const outside = (expr: Expr, frame: Frame): Operand | null => {
    if (expr.kind === 'world') return readWorld(expr, frame);
    const path = pathOf(expr);
    if (path === null) return null;
    const node = model.nodes.find((n) => n.name === path.name);
    if (node !== undefined) {
      const natural = acting === null ? null : naturalValue(frame, acting, node, path.indices, expr.span);
      if (natural !== null) return natural;
      const isNew = renewed !== null && !isActedOn(node.name);
      if (isNew) renewed?.add(node.name);
      const name = isNew ? renewedName(node.name) : node.name;
      const whole = operand(frame.builder.read(node.type, current, name), languageType(node));
      if (acting !== null)
        return path.indices.reduce((target, i) => indexInto(frame, target, lowerExpr(frame, i)), whole);
      const value = path.indices.reduce(
        (target, index) => memberOrAbsent(frame, target, lowerExpr(frame, index), expr.span),
        whole,
      );
      if (node.optional || path.indices.length > 0) guard(frame, value);
      return value;
    }
    const parameter = operated.base.declaration.parameters.find((p) => p.name.text === path.name);
    if (parameter === undefined || path.indices.length > 0) return null;
    const input = unit.functions.get(model.function)?.body.body.find((i) => i.kind === 'input' && i.name === path.name);
    if (input === undefined || input.kind !== 'input' || input.result.type.kind === 'address') return null;
    return operand(frame.builder.input(input.result.type, path.name), input.result.type);
  };

  /** The value that the place acted on would have, or a part of it; null where another place is read. */
  const naturalValue = (
    frame: Frame,
    { world, target, kind }: Acting,
    node: NodeInfo,
    indices: readonly Expr[],
    span: Span,
  ): Operand | null => {
    if (world !== current || target.name !== node.name) return null;
    const same = target.indices.every(
      (text, i) => indices[i] !== undefined && text === written(frame.source, indices[i].span),
    );
    if (!same) return null;
    if (kind !== 'shift')
      return raise(
        'E0415',
        `The new value of '${node.name}' reads '${node.name}' itself.`,
        frame.source,
        span,
        `a shift of the natural value is written ':='`,
      );
    const type = memberType(languageType(node), target.indices.length);
    const natural = operand(frame.builder.read(irTypeOf(type), current, naturalName(node.name)), type);
    const rest = indices.slice(target.indices.length);
    return rest.reduce((value, index) => indexInto(frame, value, lowerExpr(frame, index)), natural);
  };

  const readWorld = (expr: ExprOf<'world'>, frame: Frame): Operand => {
    if (renewed !== null)
      return raise(
        'E0492',
        'A new draw is made in the world seen, not in another one.',
        source,
        expr.span,
        "put 'do' to the right of the bar: predict(y | do(x = 1), …)",
      );
    const interventions = expr.interventions.map((declaration) => ({ declaration, source }));
    const label = expr.interventions.map((i) => written(source, i.span)).join(', ');
    const known = worlds.findIndex((w) => w.parent === origin && w.label === label);
    const world = known === -1 ? addWorld(origin, interventions, label) : known;
    return inWorld(world, world, () => lowerExpr(frame, expr.target));
  };

  const frameFor = (): Frame => createFrame(unit, source, { builder, outside });
  const first = createFrame(unit, source);
  const builder = first.builder;

  const region = (body: (frame: Frame) => readonly Operand[], from: Source = source): Region =>
    builder.region([{ kind: 'address' }], ([address]) => {
      const frame: Frame = { ...frameFor(), source: from, address: address ?? null };
      return body(frame).map((o) => o.id);
    });

  const addWorld = (parent: number | null, interventions: readonly Declared<Intervention>[], label: string): number => {
    const number = worlds.push({ parent, interventions: [], label }) - 1;
    addInterventions(number, interventions);
    return number;
  };

  const addInterventions = (world: number, interventions: readonly Declared<Intervention>[]): void => {
    for (const { declaration, source: from } of interventions) {
      const spec = lowerIntervention(world, declaration, from);
      worlds[world]?.interventions.push(spec);
    }
  };

  const lowerIntervention = (world: number, intervention: Intervention, from: Source): InterventionSpec => {
    const at = unit.place(from, intervention.span);
    const path = pathOf(intervention.target);
    const node = path === null ? undefined : model.nodes.find((n) => n.name === path.name);
    if (path === null || node === undefined) {
      return raise('E0490', "Only a node of the model can be set by 'do'.", from, intervention.target.span);
    }
    const { value } = intervention;
    if (value === null || intervention.kind === 'bare') {
      return raise('E0490', "In a question that is computed, 'do' needs a value.", from, intervention.span);
    }
    const { kind } = intervention;
    const count = path.indices.length;
    if (count !== 0 && count !== node.rank) {
      const what = node.rank === 0 ? 'is one node: act on its whole value' : `has ${node.rank} indices`;
      return raise('E0414', `'${node.name}' ${what}.`, from, intervention.target.span);
    }
    if (count === 0 && node.rank > 0 && kind === 'shift') {
      return raise('E0414', 'A shift acts on one member of a family at a time.', from, intervention.target.span);
    }
    const parent = worlds[world]?.parent ?? world;
    const target = { name: node.name, indices: path.indices.map((i) => written(from, i.span)) };
    const indices = region((frame) => path.indices.map((i) => lowerExpr(frame, i)), from);
    const natural = region((frame) => {
      const before = acting;
      acting = { world, target, kind };
      const lowered = inWorld(world, parent, () => lowerExpr(frame, value));
      acting = before;
      return [kind === 'draw' ? drawAt(frame, lowered, `do ${node.name} ${world}`, intervention.span) : lowered];
    }, from);
    return { node: node.name, kind, indices, value: natural, at };
  };

  const evidence = (given: Given): readonly EvidenceSpec[] => {
    if (given.kind === 'do') return [];
    return conjuncts(given.value).flatMap((claim) => lowerEvidence(claim));
  };

  const lowerEvidence = (claim: Expr): readonly EvidenceSpec[] => {
    const at = unit.place(source, claim.span);
    const equality = asEquality(claim);
    if (equality !== null) {
      const { subject, value, approximate } = equality;
      if (approximate && value !== null) {
        return [
          { kind: 'approximate', at, value: region((frame) => [lowerExpr(frame, subject), lowerExpr(frame, value)]) },
        ];
      }
      const place = nodePlace(subject);
      if (place !== null) {
        const { path, node, world } = place;
        const seen = region((frame) => [value === null ? truth(frame, equality.positive) : lowerExpr(frame, value)]);
        const indices = region((frame) => inWorld(world, world, () => path.indices.map((i) => lowerExpr(frame, i))));
        const equal: EvidenceSpec = { kind: 'equal', world, node: node.name, indices, value: seen, at };
        if (!node.optional && path.indices.length === 0) return [equal];
        // What was seen was there: a run that lacks the node disagrees.
        const there = region((frame) => {
          const whole = operand(frame.builder.read(node.type, world, node.name), languageType(node));
          const members = inWorld(world, world, () => path.indices.map((i) => lowerExpr(frame, i)));
          return [memberExists(frame, whole, members, claim.span)];
        });
        return [{ kind: 'condition', at, value: there }, equal];
      }
      if (value !== null) {
        refuseElement(subject);
        const same = region((frame) => [
          equalValues(frame, lowerExpr(frame, subject), lowerExpr(frame, value), claim.span),
        ]);
        return [{ kind: 'condition', at, value: same }];
      }
    }
    return [{ kind: 'condition', at, value: region((frame) => [lowerExpr(frame, claim)]) }];
  };

  /** A part of a node's value is no node: where it is continuous, no run would agree with what was seen. */
  const refuseElement = (subject: Expr): void => {
    const path = pathOf(subject);
    const node = path === null ? undefined : model.nodes.find((n) => n.name === path.name);
    if (path === null || node === undefined) return;
    if (isDiscrete(memberType(languageType(node), path.indices.length))) return;
    raise(
      'E0491',
      `'${written(source, subject.span)}' is a part of the value of '${node.name}', and only the whole can be seen.`,
      source,
      subject.span,
      'declare a family of nodes: for i in … { x[i] ~ … }',
    );
  };

  /** The node, its world and the path that evidence speaks of; null for what is no node. */
  const nodePlace = (subject: Expr) => {
    const inner = subject.kind === 'group' ? subject.inner : subject;
    const target = inner.kind === 'world' ? inner.target : inner;
    const path = pathOf(target);
    const node: NodeInfo | undefined = path === null ? undefined : model.nodes.find((n) => n.name === path.name);
    if (path === null || node === undefined) return null;
    if (path.indices.length !== 0 && path.indices.length !== node.rank) return null;
    let world = 0;
    if (inner.kind === 'world') {
      const label = inner.interventions.map((i) => written(source, i.span)).join(', ');
      const known = worlds.findIndex((w) => w.parent === 0 && w.label === label);
      world =
        known === -1
          ? addWorld(
              0,
              inner.interventions.map((declaration) => ({ declaration, source })),
              label,
            )
          : known;
    }
    return { path, node, world };
  };

  return {
    world: addWorld,
    operateOnSeen: (interventions) => addInterventions(0, interventions),
    evidence,
    renewNodes: () => {
      renewed = new Set();
      return renewed;
    },
    region,
    worlds: () => worlds,
  };
}

/** The place whose new value is being lowered. In a shift its own name is the natural value, elsewhere it must not stand. */
type Acting = {
  readonly world: number;
  /** The node and its indices as written. */
  readonly target: { readonly name: string; readonly indices: readonly string[] };
  readonly kind: Intervention['kind'];
};

const truth = (frame: Frame, value: boolean): Operand => operand(frame.builder.bool(value), { kind: 'bool' });

const languageType = (node: NodeInfo): Type => (node.type.kind === 'address' ? { kind: 'unknown' } : node.type);

/** What `read` calls the value that a node would have without the intervention on it. */
export const naturalName = (node: string): string => `natural ${node}`;

const memberType = (type: Type, rank: number): Type =>
  rank > 0 && type.kind === 'array' ? memberType(type.element, rank - 1) : type;

/** A member of a family, or absent where the family ends before it: that is for the answer to report. */
function memberOrAbsent(frame: Frame, family: Operand, index: Operand, span: Span): Operand {
  if (family.type.kind !== 'array') return indexInto(frame, family, index);
  const element = family.type.element;
  const inside = memberExists(frame, family, [index], span);
  return one(
    branches(
      frame,
      inside.id,
      span,
      () => [indexInto(frame, family, index)],
      () => [absent(frame, element)],
    ),
  );
}

/** A piece of the text as written, on one line. */
export const written = (source: Source, span: Span): string =>
  source.text.slice(span.start, span.end).replace(/\s+/g, ' ').trim();
