import type { Declared } from '../check/project.js';
import type { Family } from '../ir/ir.js';
import { type FamilyType, isDiscrete } from '../ir/type.js';
import type { Body, DeclarationOf, DistEntryName, Expr, Name } from '../syntax/tree.js';
import { typeOfAnnotation } from './annotation.js';
import { lowerFunction } from './function.js';
import { irTypeOf } from './operand.js';
import { real, type Type } from './types.js';
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
  const lower = (entry: string, more: readonly { readonly text: string }[], types: readonly Type[], body: Body, draws: boolean, result: Type | null): Type => {
    const name = `${key}.${entry}`;
    const parameters = [...declaration.parameters, ...more.map((m) => ({ name: m }))];
    const type = lowerFunction(unit, name, path, parameters, [...family.parameters, ...types], body, source, { draws, scores: false, result });
    unit.instances.set(name, { name, draws, scores: false, result: type, assumed: false });
    return type;
  };
  const draw = entries.get('draw');
  const quantile = entries.get('quantile');
  unit.families.set(key, emptyFamily(key));
  const value = lower('draw', [], [], draw?.body ?? byQuantile(quantile), true, annotated);
  const present = (name: DistEntryName): string | null => {
    const entry = entries.get(name);
    if (entry === undefined) return null;
    if (valueEntries.includes(name)) {
      lower(name, entry.parameters, [value], entry.body, name === 'abduct', name === 'logpdf' ? real : null);
    } else if (name === 'quantile') lower(name, entry.parameters, [real], entry.body, false, annotated);
    else if (name === 'mechanism') lowerMechanism(entry);
    else lower(name, [], [], entry.body, false, null);
    return `${key}.${name}`;
  };
  const lowerMechanism = (entry: { readonly parameters: readonly Name[]; readonly body: Body }): void => {
    const [u] = entry.parameters;
    if (u === undefined) lower('mechanism', [], [], entry.body, true, annotated);
    else lower('mechanism', [], [], withUniform(u, entry.body), true, annotated);
  };
  const conditions = declaration.entries.flatMap((e) => (e.kind === 'require' ? [e.condition] : []));
  const requirement = conditions.reduce<Expr | null>(
    (so, c) => (so === null ? c : { kind: 'binary', operator: 'and', left: so, right: c, span: c.span }),
    null,
  );
  if (requirement !== null) lower('require', [], [], { kind: 'expression', value: requirement }, false, null);
  unit.families.set(key, {
    name: key,
    value: irTypeOf(value),
    parameters: declaration.parameters.map((p, i) => ({ name: p.name.text, type: irTypeOf(family.parameters[i] ?? real) })),
    discrete: isDiscrete(value),
    dimension: isDiscrete(value) ? 0 : value.kind === 'real' ? 1 : null,
    draw: `${key}.draw`,
    mechanism: present('mechanism'),
    abduct: present('abduct'),
    logpdf: present('logpdf'),
    cdf: present('cdf'),
    quantile: present('quantile'),
    survival: present('survival'),
    logcdf: present('logcdf'),
    require: requirement === null ? null : `${key}.require`,
    support: present('support'),
    mean: present('moment_mean'),
    variance: present('moment_variance'),
  });
}

const emptyFamily = (key: string): Family => ({
  name: key,
  value: { kind: 'unit' },
  parameters: [],
  discrete: false,
  dimension: null,
  draw: `${key}.draw`,
  mechanism: null,
  abduct: null,
  logpdf: null,
  cdf: null,
  quantile: null,
  survival: null,
  logcdf: null,
  require: null,
  support: null,
  mean: null,
  variance: null,
});

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
  const rest = body.kind === 'block' ? body.block.statements : [{ kind: 'return', value: body.value, span: nowhere } as const];
  return { kind: 'block', block: { statements: [statement, ...rest], span: nowhere } };
}

/** A family without `draw` draws by its quantile. */
function byQuantile(quantile: { readonly parameters: readonly Name[]; readonly body: Body } | undefined): Body {
  const [u] = quantile?.parameters ?? [];
  if (quantile === undefined || u === undefined) throw new Error('lowering: a family needs draw or quantile');
  return withUniform(u, quantile.body);
}
