/** Families built by hand, as lowering would make them, for tests of the IR and of engines. */
import { type Builder, buildFunction } from '../../src/ir/build.js';
import type { Family, Func, IrType, ValueId } from '../../src/ir/ir.js';

export const real: IrType = { kind: 'real' };
export const int: IrType = { kind: 'int' };
export const bool: IrType = { kind: 'bool' };
export const string: IrType = { kind: 'string' };
export const address: IrType = { kind: 'address' };
export const reals: IrType = { kind: 'array', element: { kind: 'real' }, length: null };
export const triple: IrType = { kind: 'array', element: { kind: 'real' }, length: 3 };

type Body = (b: Builder, args: readonly ValueId[]) => ValueId;

type Definition = {
  readonly name: string;
  readonly parameters: readonly (readonly [string, IrType])[];
  readonly value: IrType;
  readonly dimension: number | null;
  readonly draw: Body;
  /** Whether `draw` is the mechanism as well. */
  readonly coupled: boolean;
  readonly logpdf: Body;
  readonly require: Body;
  readonly abduct: Body | null;
};

const pure = { draws: false, scores: false };
const drawing = { draws: true, scores: false };

function define(d: Definition): { readonly family: Family; readonly functions: readonly Func[] } {
  const types = d.parameters.map(([, type]) => type);
  const func = (entry: string, args: readonly IrType[], result: IrType, does: typeof pure, body: Body): Func =>
    buildFunction(`${d.name}.${entry}`, args, [result], does, (b, values) => [body(b, values)]);
  const functions = [
    func('draw', [address, ...types], d.value, drawing, d.draw),
    func('logpdf', [...types, d.value], real, pure, d.logpdf),
    func('require', types, bool, pure, d.require),
    ...(d.abduct === null ? [] : [func('abduct', [address, ...types, d.value], reals, drawing, d.abduct)]),
  ];
  const discrete = d.value.kind === 'bool' || d.value.kind === 'int';
  return {
    functions,
    family: {
      name: d.name,
      value: d.value,
      parameters: d.parameters.map(([name, type]) => ({ name, type })),
      discrete,
      dimension: d.dimension,
      draw: `${d.name}.draw`,
      mechanism: d.coupled ? `${d.name}.draw` : null,
      abduct: d.abduct === null ? null : `${d.name}.abduct`,
      logpdf: `${d.name}.logpdf`,
      require: `${d.name}.require`,
      cdf: null,
      quantile: null,
      survival: null,
      logcdf: null,
      support: null,
      mean: null,
      variance: null,
    },
  };
}

const list = (b: Builder, ...parts: readonly ValueId[]): ValueId => b.make(reals, parts);
const positive = (b: Builder, x: ValueId): ValueId => b.op('gt', [x, b.real(0)]);

/** log of the normal density: -z^2 / 2 - log sd - log(2 pi) / 2. */
const normalDensity: Body = (b, [mean, sd, x]) => {
  const z = b.op('div', [b.op('sub', [x!, mean!]), sd!]);
  const quadratic = b.op('mul', [b.real(-0.5), b.op('power', [z, b.int(2)])]);
  return b.op('sub', [b.op('sub', [quadratic, b.op('log', [sd!])]), b.real(0.5 * Math.log(2 * Math.PI))]);
};

export const normal = define({
  name: 'normal',
  parameters: [
    ['mean', real],
    ['sd', real],
  ],
  value: real,
  dimension: 1,
  coupled: true,
  draw: (b, [a, mean, sd]) => b.op('add', [mean!, b.op('mul', [sd!, b.noise('normal', a!, 0)])]),
  logpdf: normalDensity,
  require: (b, [, sd]) => positive(b, sd!),
  abduct: (b, [, mean, sd, x]) => list(b, b.op('div', [b.op('sub', [x!, mean!]), sd!])),
});

const bernoulli = define({
  name: 'bernoulli',
  parameters: [['p', real]],
  value: bool,
  dimension: 0,
  coupled: true,
  draw: (b, [a, p]) => b.op('lt', [b.noise('uniform', a!, 0), p!]),
  logpdf: (b, [p, x]) => b.op('log', [b.op('select', [x!, p!, b.op('sub', [b.real(1), p!])])]),
  require: (b, [p]) => b.op('and', [b.op('ge', [p!, b.real(0)]), b.op('le', [p!, b.real(1)])]),
  abduct: (b, [a, p, x]) => {
    const v = b.noise('uniform', a!, 0);
    const below = b.op('mul', [v, p!]);
    const above = b.op('add', [p!, b.op('mul', [v, b.op('sub', [b.real(1), p!])])]);
    return list(b, b.op('select', [x!, below, above]));
  },
});

const uniform = define({
  name: 'uniform',
  parameters: [
    ['low', real],
    ['high', real],
  ],
  value: real,
  dimension: 1,
  coupled: true,
  draw: (b, [a, low, high]) =>
    b.op('add', [low!, b.op('mul', [b.op('sub', [high!, low!]), b.noise('uniform', a!, 0)])]),
  logpdf: (b, [low, high, x]) => {
    const inside = b.op('and', [b.op('ge', [x!, low!]), b.op('le', [x!, high!])]);
    const density = b.op('neg', [b.op('log', [b.op('sub', [high!, low!])])]);
    return b.op('select', [inside, density, b.real(Number.NEGATIVE_INFINITY)]);
  },
  require: (b, [low, high]) => b.op('lt', [low!, high!]),
  abduct: (b, [, low, high, x]) => list(b, b.op('div', [b.op('sub', [x!, low!]), b.op('sub', [high!, low!])])),
});

const exponential = define({
  name: 'exponential',
  parameters: [['rate', real]],
  value: real,
  dimension: 1,
  coupled: true,
  draw: (b, [a, rate]) => b.op('div', [b.noise('exponential', a!, 0), rate!]),
  logpdf: (b, [rate, x]) => {
    const density = b.op('sub', [b.op('log', [rate!]), b.op('mul', [rate!, x!])]);
    return b.op('select', [b.op('ge', [x!, b.real(0)]), density, b.real(Number.NEGATIVE_INFINITY)]);
  },
  require: (b, [rate]) => positive(b, rate!),
  abduct: (b, [, rate, x]) => list(b, b.op('mul', [rate!, x!])),
});

/** Gamma of shape 1 or more by rejection (Marsaglia and Tsang 2000); its density leaves the normalising constant out. */
const gamma = define({
  name: 'gamma',
  parameters: [['shape', real]],
  value: real,
  dimension: 1,
  coupled: false,
  draw: (b, [a, shape]) => {
    const d = b.op('sub', [shape!, b.real(1 / 3)]);
    const c = b.op('div', [b.real(1), b.op('sqrt', [b.op('mul', [b.real(9), d])])]);
    const [, value] = b.whileLoop(
      [b.int(0), b.real(-1)],
      ([, v]) => b.op('lt', [v!, b.real(0)]),
      ([k]) => {
        const here = b.address(a!, 0, k!);
        const x = b.noise('normal', here, 0);
        const u = b.noise('uniform', here, 1);
        const v = b.op('power', [b.op('add', [b.real(1), b.op('mul', [c, x])]), b.int(3)]);
        const [tried] = b.ifElse(
          positive(b, v),
          () => {
            const dv = b.op('mul', [d, v]);
            const half = b.op('mul', [b.real(0.5), b.op('power', [x, b.int(2)])]);
            const bound = b.op('add', [b.op('sub', [b.op('add', [half, d]), dv]), b.op('mul', [d, b.op('log', [v])])]);
            return [b.op('select', [b.op('lt', [b.op('log', [u]), bound]), dv, b.real(-1)])];
          },
          () => [b.real(-1)],
        );
        return [b.op('add', [k!, b.int(1)]), tried!];
      },
    );
    return value!;
  },
  logpdf: (b, [shape, x]) => {
    const power = b.op('mul', [b.op('sub', [shape!, b.real(1)]), b.op('log', [x!])]);
    return b.op('select', [positive(b, x!), b.op('sub', [power, x!]), b.real(Number.NEGATIVE_INFINITY)]);
  },
  require: (b, [shape]) => b.op('ge', [shape!, b.real(1)]),
  abduct: null,
});

/** The sum of an array. */
const total = (b: Builder, xs: ValueId): ValueId =>
  b.forLoop(b.int(0), b.op('length', [xs]), [b.real(0)], (k, [sum]) => [
    b.op('add', [sum!, b.op('index', [xs, k])]),
  ])[0]!;

/** 0, 1, … by a race of exponential clocks: the first to ring wins. */
const categorical = define({
  name: 'categorical',
  parameters: [['p', reals]],
  value: int,
  dimension: 0,
  coupled: true,
  draw: (b, [a, p]) =>
    b.forLoop(b.int(0), b.op('length', [p!]), [b.int(-1), b.real(Number.POSITIVE_INFINITY)], (k, [best, least]) => {
      const rings = b.op('div', [b.noise('exponential', b.address(a!, 0, k), 0), b.op('index', [p!, k])]);
      const sooner = b.op('lt', [rings, least!]);
      return [b.op('select', [sooner, k, best!]), b.op('select', [sooner, rings, least!])];
    })[0]!,
  logpdf: (b, [p, x]) => {
    const inside = b.op('and', [b.op('ge', [x!, b.int(0)]), b.op('lt', [x!, b.op('length', [p!])])]);
    return b.ifElse(
      inside,
      () => [b.op('log', [b.op('div', [b.op('index', [p!, x!]), total(b, p!)])])],
      () => [b.real(Number.NEGATIVE_INFINITY)],
    )[0]!;
  },
  require: (b, [p]) => b.op('gt', [b.op('length', [p!]), b.int(0)]),
  abduct: (b, [a, p, x]) => {
    const first = b.op('div', [b.noise('exponential', a!, 0), total(b, p!)]);
    const none = b.op('fill', [b.op('length', [p!]), b.real(0)]);
    return b.forLoop(b.int(0), b.op('length', [p!]), [none], (k, [found]) => {
      const later = b.noise('exponential', b.address(a!, 0, k), 0);
      const scaled = b.op('mul', [first, b.op('index', [p!, k])]);
      const wins = b.op('eq', [k, x!]);
      const clock = b.op('select', [wins, scaled, b.op('add', [scaled, later])]);
      return [b.op('set', [found!, k, clock])];
    })[0]!;
  },
});

/** Three normals, drawn as draws of another family. */
const three = define({
  name: 'three',
  parameters: [['mean', real]],
  value: triple,
  dimension: null,
  coupled: true,
  draw: (b, [a, mean]) => {
    const parts = [0, 1, 2].map((k) => b.draw('normal', real, [mean!, b.real(k + 1)], b.address(a!, 0, b.int(k)), 1));
    return b.make(triple, parts);
  },
  logpdf: (b, [mean, x]) =>
    [0, 1, 2]
      .map((k) => b.call('normal.logpdf', [mean!, b.real(k + 1), b.op('index', [x!, b.int(k)])], [real])[0]!)
      .reduce((sum, term) => b.op('add', [sum, term])),
  require: (b) => b.bool(true),
  abduct: (b, [, mean, x]) =>
    list(b, ...[0, 1, 2].map((k) => b.op('div', [b.op('sub', [b.op('index', [x!, b.int(k)]), mean!]), b.real(k + 1)]))),
});

/** A normal whose mean hangs on a coin drawn below it: a draw with a nested draw in a branch, and no mechanism. */
export const mixed = define({
  name: 'mixed',
  parameters: [['weight', real]],
  value: real,
  dimension: 1,
  coupled: false,
  draw: (b, [a, weight]) =>
    b.ifElse(
      b.draw('bernoulli', bool, [weight!], a!, 2),
      () => [b.draw('normal', real, [b.real(-2), b.real(1)], a!, 3)],
      () => [b.op('add', [b.real(2), b.noise('exponential', a!, 0)])],
    )[0]!,
  logpdf: (b, [weight, x]) =>
    b.op('add', [b.op('log', [weight!]), b.call('normal.logpdf', [b.real(-2), b.real(1), x!], [real])[0]!]),
  require: (b, [p]) => b.op('and', [b.op('gt', [p!, b.real(0)]), b.op('le', [p!, b.real(1)])]),
  abduct: null,
});

const everything = [normal, bernoulli, uniform, exponential, gamma, categorical, three, mixed];

/** All of them, by key, with their functions; their nested draws use sites 1, 2 and 3. */
export const families: Readonly<Record<string, Family>> = Object.fromEntries(
  everything.map(({ family }) => [family.name, family]),
);
export const familyFunctions: readonly Func[] = everything.flatMap((d) => d.functions);
