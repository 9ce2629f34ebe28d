/** Random programs of discrete draws with random control flow: loops of random length, recursion, random trip counts, evidence. */
import fc from 'fast-check';

const probability = fc.integer({ min: 1, max: 9 }).map((k) => `0.${k}`);
const small = fc.integer({ min: 0, max: 4 });

/** A random number; variables a, b, c are whole numbers. */
const draw: fc.Arbitrary<string> = fc.oneof(
  probability.map((p) => `(if sample bernoulli(${p}) then 1 else 0)`),
  small.map((n) => `sample discrete_uniform(0, ${n})`),
  fc.tuple(small, probability).map(([n, p]) => `sample binomial(${n}, ${p})`),
  fc.constant('sample categorical([0.2, 0.5, 0.3])'),
  probability.map((p) => `sample poisson(${p})`),
  fc.tuple(probability, small).map(([p, n]) => `tries(${p}, ${n})`),
);
const variable = fc.constantFrom('a', 'b', 'c');
const number: fc.Arbitrary<string> = fc.oneof(variable, small.map(String), draw);
const condition: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(number, fc.constantFrom('<', '<=', '==', '>'), number).map(([x, op, y]) => `${x} ${op} ${y}`),
  probability.map((p) => `sample bernoulli(${p})`),
);

/** A statement whose loops are at most so deep. */
function statement(depth: number): fc.Arbitrary<string> {
  const assign = fc
    .tuple(variable, fc.constantFrom('+', '-', '+'), number)
    .map(([v, op, x]) => `${v} = min(max(${v} ${op} ${x}, -6), 6)`);
  const grow = fc.tuple(variable, number).map(([v, x]) => `total = total + ${v} * ${x}`);
  if (depth === 0) return fc.oneof(assign, grow);
  const block = fc.array(statement(depth - 1), { minLength: 1, maxLength: 2 }).map((list) => list.join('\n'));
  return fc.oneof(
    assign,
    grow,
    fc.tuple(condition, block, block).map(([c, x, y]) => `if ${c} { ${x} } else { ${y} }`),
    fc.tuple(number, block).map(([n, x]) => `for k in 0..min(${n}, 4) { ${x} }`),
    fc
      .tuple(probability, block)
      .map(([p, x]) => `while sample bernoulli(${p}) and total < 12 { ${x}\ntotal = total + 1 }`),
    fc
      .tuple(variable, probability, block)
      .map(
        ([v, p, x]) =>
          `{ var w = 0\nvar s = 0\nwhile w < 3 { if sample bernoulli(${p}) { w = w + 1 } else { ${x} }\ns = s + 2 }\nlength = length + s\n${v} = w }`,
      )
      .map((text) => `if 1 == 1 ${text}`),
    fc.tuple(condition, probability).map(([c, p]) => `observe true ~ bernoulli(if ${c} then 0.${p.slice(2)} else 0.5)`),
  );
}

/** A model with two queries: the mean of a sum and the probability of an event. */
export const arbitraryQueries: fc.Arbitrary<string> = fc
  .tuple(fc.array(statement(2), { minLength: 2, maxLength: 5 }), condition, fc.boolean())
  .map(
    ([body, event, seen]) => `fn tries(p: real, n: int): int {
  if n == 0 or sample bernoulli(p) { return 0 }
  return 1 + tries(p, n - 1)
}
model M {
  var a = ${'sample discrete_uniform(0, 2)'}
  var b = 1
  var c = 0
  var total = 0
  var length = 0
  ${body.join('\n  ')}
  last := a
  sum := total + 3 * length
  event := ${event}
  ${seen ? 'observe a + b > 0 or sample bernoulli(0.5)' : ''}
}
query mean = E(sum)
query chance = P(event)
query both = E(last | event or last > 0)`,
  );
