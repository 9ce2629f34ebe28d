import type { Declared } from '../check/project.js';
import type { Family, Func, PlaceId, Program } from '../ir/ir.js';
import { type FamilyType, isDiscrete } from '../ir/type.js';
import { visit } from '../ir/walk.js';
import type { Body, DeclarationOf, DistEntryName, Expr, Name } from '../syntax/tree.js';
import { typeOfAnnotation } from './annotation.js';
import { lowerFunction } from './function.js';
import { irTypeOf } from './operand.js';
import { isRaised, raise } from './raise.js';
import { real, type Type, unknown } from './types.js';
import { typesKey, type Unit } from './unit.js';

/** The name of a family's overload in types: `gamma`, `gamma#1`. */
export const overloadName = (name: string, overload: number): string => (overload === 0 ? name : `${name}#${overload}`);

function declaredFamily(unit: Unit, family: string): Declared<DeclarationOf<'dist'>> {
  const [name = family, overload = '0'] = family.split('#');
  const declared = unit.project.dists.get(name)?.[Number(overload)];
  if (declared === undefined) throw new Error(`lowering: no family ${family}`);
  return declared;
}

/** The key of a family at given parameter types in `Program.families`; the family is lowered on first use. */
export function familyKey(unit: Unit, family: FamilyType): string {
  const key = `${family.family}(${typesKey(family.parameters)})`;
  if (!unit.families.has(key)) lowerFamily(unit, key, family);
  return key;
}

/** The type of the values of a family. */
export function valueType(unit: Unit, family: FamilyType): Type {
  const { declaration } = declaredFamily(unit, family.family);
  const annotated = declaration.result === null ? null : typeOfAnnotation(unit.project, declaration.result);
  if (annotated !== null) return annotated;
  familyKey(unit, family);
  const key = `${family.family}(${typesKey(family.parameters)})`;
  return unit.instances.get(`${key}.draw`)?.result ?? real;
}

const valueEntries: readonly DistEntryName[] = ['logpdf', 'cdf', 'survival', 'logcdf', 'support', 'abduct'];

function lowerFamily(unit: Unit, key: string, family: FamilyType): void {
  const { declaration, source } = declaredFamily(unit, family.family);
  const entries = new Map(declaration.entries.flatMap((e) => (e.kind === 'entry' ? [[e.name, e] as const] : [])));
  const annotated = declaration.result === null ? null : typeOfAnnotation(unit.project, declaration.result);
  const path = key;
  const lower = (
    unit: Unit,
    entry: string,
    more: readonly { readonly text: string }[],
    types: readonly Type[],
    body: Body,
    draws: boolean,
    result: Type | null,
  ): Type => {
    const name = `${key}.${entry}`;
    const parameters = [...declaration.parameters, ...more.map((m) => ({ name: m }))];
    const type = lowerFunction(unit, name, path, parameters, [...family.parameters, ...types], body, source, {
      draws,
      scores: false,
      result,
    });
    unit.instances.set(name, { name, draws, scores: false, result: type, assumed: false });
    return type;
  };
  const has = (name: DistEntryName): string | null => (entries.has(name) ? `${key}.${name}` : null);
  const conditions = declaration.entries.flatMap((e) => (e.kind === 'require' ? [e.condition] : []));
  const requirement = conditions.reduce<Expr | null>(
    (so, c) => (so === null ? c : { kind: 'binary', operator: 'and', left: so, right: c, span: c.span }),
    null,
  );
  // Entries may call each other through `cdf(normal(…), x)`, so all are named before any is lowered.
  const named = (value: Type): Family => ({
    name: key,
    value: irTypeOf(value),
    parameters: declaration.parameters.map((p, i) => ({
      name: p.name.text,
      type: irTypeOf(family.parameters[i] ?? real),
    })),
    discrete: isDiscrete(value),
    dimension: isDiscrete(value) ? 0 : value.kind === 'real' ? 1 : null,
    draw: `${key}.draw`,
    mechanism: has('mechanism'),
    abduct: has('abduct'),
    logpdf: has('logpdf'),
    cdf: has('cdf'),
    quantile: has('quantile'),
    survival: has('survival'),
    logcdf: has('logcdf'),
    require: requirement === null ? null : `${key}.require`,
    support: has('support'),
    mean: has('moment_mean'),
    variance: has('moment_variance'),
  });
  unit.families.set(key, named(annotated ?? unknown));
  const drawBody = entries.get('draw')?.body ?? drawByAnother(entries.get('quantile') ?? entries.get('mechanism'));
  const drawOnce = (unit: Unit): Type => lower(unit, 'draw', [], [], drawBody, true, annotated);
  const value = annotated ?? drawOnce(unit);
  const whole = named(value);
  unit.families.set(key, whole);
  const later = (name: string, entry: (unit: Unit) => void): void => {
    unit.pending.set(`${key}.${name}`, entry);
  };
  if (annotated !== null) later('draw', drawOnce);
  for (const [name, entry] of entries) {
    if (name === 'draw') continue;
    later(name, (unit) => {
      if (valueEntries.includes(name)) {
        lower(unit, name, entry.parameters, [value], entry.body, name === 'abduct', name === 'logpdf' ? real : null);
      } else if (name === 'quantile') lower(unit, name, entry.parameters, [real], entry.body, false, annotated);
      else if (name === 'mechanism') {
        const [u] = entry.parameters;
        lower(unit, name, [], [], u === undefined ? entry.body : withUniform(u, entry.body), true, annotated);
      } else lower(unit, name, [], [], entry.body, false, null);
    });
  }
  if (requirement !== null)
    later('require', (unit) => lower(unit, 'require', [], [], { kind: 'expression', value: requirement }, false, null));
}

/** Lowers a family's function if that has not been done. False if the family cannot have it. */
export function demand(unit: Unit, name: string | null): boolean {
  if (name === null) return false;
  const lower = unit.pending.get(name);
  if (lower === undefined) return unit.functions.has(name) || unit.instances.has(name);
  unit.pending.delete(name);
  // An entry that asks its component for what the component's family does not have (the cdf of a truncated family, say) is left out.
  try {
    lower(unit);
    return true;
  } catch (thrown) {
    if (!isRaised(thrown)) throw thrown;
    unit.refused.set(name, thrown);
    return false;
  }
}

const drawing = ['draw', 'require'] as const;
const scoring = ['draw', 'logpdf', 'require'] as const;
const sharing = ['draw', 'logpdf', 'require', 'mechanism', 'abduct'] as const;
const inverting = ['cdf', 'quantile'] as const;

/** Says at the draw or score why its family's function cannot be. */
function refuse(unit: Unit, name: string, at: PlaceId): never {
  const refused = unit.refused.get(name);
  if (refused === undefined) throw new Error(`lowering: no function ${name}`);
  const { raised } = refused;
  const here = unit.textAt(at) ?? raised;
  return raise(raised.code, raised.message, here.source, here.span, raised.hint);
}

/** Entries without which a draw or a score cannot be. */
const needed = (entry: (typeof sharing)[number], kind: 'draw' | 'score'): boolean =>
  entry === 'require' || entry === (kind === 'draw' ? 'draw' : 'logpdf');

/**
 * The program with the functions of families that `main` needs, which are lowered only now: most entries of most families are never
 * asked for. Families keep the names of those functions only; those in `named` have all that a mechanism is made of.
 */
export function completeFamilies(unit: Unit, program: Program, main: string, named: ReadonlySet<string>): Program {
  const seen = new Set<string>();
  const functionNamed = (name: string): Func | undefined => program.functions[name] ?? unit.functions.get(name);
  // Draws inside of a mechanism that worlds share are shared too.
  const see = (name: string, within: boolean): void => {
    const func = functionNamed(name);
    const visited = `${name} ${within}`;
    if (func === undefined || seen.has(visited)) return;
    seen.add(visited);
    visit(func.body, (i) => {
      if (i.kind === 'call') {
        if (unit.pending.has(i.callee) && !demand(unit, i.callee)) refuse(unit, i.callee, i.at);
        see(i.callee, within);
      }
      if (i.kind !== 'draw' && i.kind !== 'score') return;
      const family = unit.families.get(i.family);
      const shared = within || (i.kind === 'draw' ? i.shared : i.abduct);
      if (family === undefined) return;
      for (const entry of shared ? sharing : i.kind === 'score' ? scoring : drawing) {
        const called = family[entry];
        if (called === null) continue;
        if (demand(unit, called)) see(called, shared);
        else if (needed(entry, i.kind)) refuse(unit, called, i.at);
      }
    });
  };
  see(main, false);
  for (const key of named) {
    for (const entry of [...sharing, ...inverting]) {
      const called = unit.families.get(key)?.[entry] ?? null;
      if (called !== null && demand(unit, called)) see(called, true);
    }
  }
  const functions = { ...program.functions, ...Object.fromEntries(unit.functions), [main]: program.functions[main] };
  const whole = unit.finish();
  const families = Object.fromEntries(
    Object.entries(whole.families).flatMap(([key, family]) =>
      unit.functions.has(family.draw) ? [[key, lowered(family, unit)]] : [],
    ),
  );
  const present: Record<string, Func> = {};
  for (const [name, func] of Object.entries(functions)) if (func !== undefined) present[name] = func;
  return { ...whole, functions: { ...present }, families };
}

/** The family with the names of the functions that there are. */
function lowered(family: Family, unit: Unit): Family {
  const kept = (name: string | null): string | null => (name !== null && unit.functions.has(name) ? name : null);
  return {
    ...family,
    mechanism: kept(family.mechanism),
    abduct: kept(family.abduct),
    logpdf: kept(family.logpdf),
    cdf: kept(family.cdf),
    quantile: kept(family.quantile),
    survival: kept(family.survival),
    logcdf: kept(family.logcdf),
    require: kept(family.require),
    support: kept(family.support),
    mean: kept(family.mean),
    variance: kept(family.variance),
  };
}

const nowhere = { start: 0, end: 0 };

/** `let u = noise_uniform() …`: a body in `u` as a body without parameters. */
function withUniform(u: Name, body: Body): Body {
  const statement = {
    kind: 'let',
    names: [u],
    annotation: null,
    value: { kind: 'call', callee: { text: 'noise_uniform', span: nowhere }, args: [], span: nowhere },
    span: nowhere,
  } as const;
  const rest =
    body.kind === 'block' ? body.block.statements : [{ kind: 'return', value: body.value, span: nowhere } as const];
  return { kind: 'block', block: { statements: [statement, ...rest], span: nowhere } };
}

/** A family without `draw` draws by its quantile or else by its mechanism. */
function drawByAnother(entry: { readonly parameters: readonly Name[]; readonly body: Body } | undefined): Body {
  if (entry === undefined) throw new Error('lowering: a family needs draw, quantile or mechanism');
  const [u] = entry.parameters;
  return u === undefined ? entry.body : withUniform(u, entry.body);
}
