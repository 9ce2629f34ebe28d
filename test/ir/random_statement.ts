import type { IrType, ValueId } from '../../src/ir/ir.js';
import { bool, int, real, reals, triple } from './families.js';
import { inner, type Place, positive, probability, randomValue, valueTypes } from './random_expression.js';

/** A function that random code can call. */
export type Callable = {
  readonly name: string;
  readonly params: readonly IrType[];
  readonly results: readonly IrType[];
};

/** What the random code of one function has and may do. */
export type Writer = Place & {
  readonly address: ValueId;
  /** Draws and scores may stand here. */
  readonly effects: boolean;
  /** Every draw must run exactly once, at an address known beforehand. */
  readonly columns: boolean;
  readonly depth: number;
  readonly callables: readonly Callable[];
  readonly newSite: () => number;
  readonly places: number;
};

/** A draw or score of a random family: the type of its value and random parameters. */
type Chosen = { readonly family: string; readonly value: IrType; readonly params: readonly ValueId[] };

const singles = ['normal', 'bernoulli', 'uniform', 'exponential'];
const coupled = [...singles, 'three', 'categorical'];
const anything = [...coupled, 'gamma', 'mixed'];

function chooseFamily(w: Writer, names: readonly string[]): Chosen {
  const { b, choices } = w;
  const family = choices.of(names);
  const any = (): ValueId => randomValue(w, real, 1);
  const size = (): ValueId => (w.risky && choices.chance(0.03) ? any() : positive(w, 1));
  switch (family) {
    case 'normal':
      return { family, value: real, params: [any(), size()] };
    case 'bernoulli':
      return { family, value: bool, params: [probability(w, 1)] };
    case 'uniform': {
      const low = any();
      return { family, value: real, params: [low, b.op('add', [low, positive(w, 1)])] };
    }
    case 'exponential':
      return { family, value: real, params: [size()] };
    case 'gamma':
      return { family, value: real, params: [b.op('add', [positive(w, 1), b.real(1)])] };
    case 'categorical':
      return { family, value: int, params: [b.make(reals, [positive(w, 1), positive(w, 0), positive(w, 0)])] };
    case 'three':
      return { family, value: triple, params: [any()] };
    default:
      return { family, value: real, params: [probability(w, 1)] };
  }
}

/** Random statements; values that they make come into the writer's scope. */
export function writeStatements(w: Writer, count: number): void {
  for (let k = 0; k < count; k++) {
    const place = w.choices.chance(0.5) ? w.choices.below(w.places) : -1;
    w.b.withPlace(place, () => writeStatement(w));
  }
}

const keep = (w: Writer, ...ids: readonly ValueId[]): void => {
  w.scope.push(...ids);
};

function writeStatement(w: Writer): void {
  const { b, choices } = w;
  const kind = choices.below(w.depth > 0 ? 22 : 14);
  if (kind < 3 || (kind < 12 && !w.effects)) {
    keep(w, randomValue(w, choices.of(valueTypes), 2));
  } else if (kind < 6) {
    const { family, value, params } = chooseFamily(w, anything);
    keep(w, b.draw(family, value, params, w.address, w.newSite(), { shared: !w.columns && choices.chance(0.1) }));
  } else if (kind < 8) {
    writeScore(w);
  } else if (kind === 8) {
    writeWorlds(w);
  } else if (kind === 9) {
    writeWeight(w);
  } else if (kind === 10 || kind === 11) {
    writeCall(w);
  } else if (kind === 12) {
    keep(w, b.node('node', [randomValue(w, int, 0)], randomValue(w, choices.of(valueTypes), 1)));
  } else if (kind === 13) {
    if (choices.chance(0.3)) keep(w, b.extern('twice', [randomValue(w, real, 0)], real));
    else
      b.check(
        b.op('ge', [positive(w, 1), b.real(w.risky && choices.chance(0.1) ? 0.2 : 0)]),
        'E0601',
        'A check failed.',
      );
  } else if (kind < 16) {
    writeIf(w);
  } else if (kind < 20) {
    writeFor(w);
  } else {
    writeWhile(w);
  }
}

/** A score of a value that the family can have; sometimes one with zero density. */
function writeScore(w: Writer): void {
  const { b, choices } = w;
  const chosen = chooseFamily(w, anything);
  b.score(chosen.family, chosen.params, valueFor(w, chosen), w.address, w.newSite());
  if (choices.chance(0.1)) b.resample();
}

function valueFor(w: Writer, { family, value, params }: Chosen): ValueId {
  const { b } = w;
  switch (family) {
    case 'uniform':
      return b.op('div', [b.op('add', [params[0]!, params[1]!]), b.real(2)]);
    case 'exponential':
    case 'gamma':
      return positive(w, 1);
    case 'categorical':
      return b.op('mod', [randomValue(w, int, 1), b.int(3)]);
    default:
      return randomValue(w, value, 1);
  }
}

/** What a twin world leaves: a draw or evidence, then copies of it, one of them perhaps without a partner. */
function writeWorlds(w: Writer): void {
  const { b, choices } = w;
  const chosen = chooseFamily(w, w.columns ? singles : coupled);
  const site = w.newSite();
  if (choices.chance(0.6)) {
    if (choices.chance(0.5))
      keep(w, b.draw(chosen.family, chosen.value, chosen.params, w.address, site, { shared: true }));
    else b.score(chosen.family, chosen.params, valueFor(w, chosen), w.address, site, true);
  } else if (w.columns) return;
  for (let k = choices.below(2); k >= 0; k--) {
    const params = choices.chance(0.5) ? chosen.params : chooseFamily(w, [chosen.family]).params;
    keep(w, b.draw(chosen.family, chosen.value, params, w.address, site, { shared: true, copy: true }));
  }
}

function writeWeight(w: Writer): void {
  const { b, choices } = w;
  if (choices.chance(0.3))
    b.condition(b.op('or', [randomValue(w, bool, 1), b.op('lt', [randomValue(w, real, 1), b.real(1)])]));
  else if (w.risky && choices.chance(0.05)) b.factor(b.op('log', [randomValue(w, real, 1)]));
  else b.factor(randomValue(w, choices.of([real, int]), 2));
}

function writeCall(w: Writer): void {
  const { b, choices } = w;
  if (w.callables.length === 0) return;
  const { name, params, results } = choices.of(w.callables);
  const below = b.address(w.address, w.newSite(), w.columns || choices.chance(0.6) ? null : randomValue(w, int, 0));
  keep(w, ...b.call(name, [below, ...params.map((type) => randomValue(w, type, 1))], results));
}

/** The writer of a region inside: its values are out of sight afterwards. */
const inside = (w: Writer, more: readonly ValueId[], effects: boolean, address = w.address): Writer => ({
  ...w,
  address,
  effects,
  depth: w.depth - 1,
  scope: [...w.scope, ...more],
});

function writeIf(w: Writer): void {
  const { b, choices } = w;
  const types = Array.from({ length: choices.below(3) }, () => choices.of(valueTypes));
  const branch = () => (): readonly ValueId[] => {
    const inner = inside(w, [], w.effects && !w.columns);
    writeStatements(inner, 1 + choices.below(3));
    return types.map((type) => randomValue(inner, type, 1));
  };
  keep(w, ...b.ifElse(randomValue(w, bool, 2), branch(), branch(), types));
}

function writeFor(w: Writer): void {
  const { b, choices } = w;
  const types = Array.from({ length: 1 + choices.below(2) }, () => choices.of(valueTypes));
  const constant = choices.chance(0.4);
  const low = b.int(choices.below(3) - 1);
  const high = constant ? b.int(choices.below(4)) : b.op('mod', [randomValue(w, int, 1), b.int(4)]);
  const site = w.newSite();
  const inits = types.map((type) => randomValue(w, type, 1));
  const results = b.forLoop(
    low,
    high,
    inits,
    (index, carried) => {
      const body = inside(
        w,
        [index, ...carried],
        w.effects && (constant || !w.columns),
        b.address(w.address, site, index),
      );
      writeStatements(body, 1 + choices.below(3));
      return types.map((type, k) => (choices.chance(0.2) ? carried[k]! : randomValue(body, type, 1)));
    },
    types,
  );
  keep(w, ...results);
}

function writeWhile(w: Writer): void {
  const { b, choices } = w;
  const types = [int, ...Array.from({ length: 1 + choices.below(2) }, () => choices.of(valueTypes))];
  const site = w.newSite();
  const inits = [b.int(0), ...types.slice(1).map((type) => randomValue(w, type, 1))];
  const results = b.whileLoop(
    inits,
    (carried) => {
      const more = inner({ ...w, scope: [...w.scope, ...carried] }, bool, 2);
      return b.op('and', [b.op('lt', [carried[0]!, b.int(1 + choices.below(4))]), more]);
    },
    (carried) => {
      const body = inside(w, carried, w.effects && !w.columns, b.address(w.address, site, carried[0]!));
      writeStatements(body, 1 + choices.below(3));
      const next = types.slice(1).map((type) => randomValue(body, type, 1));
      return [b.op('add', [carried[0]!, b.int(1)]), ...next];
    },
    types,
  );
  keep(w, ...results);
}
