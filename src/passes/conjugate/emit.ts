/** Polynomials and expressions as instructions. */
import type { Builder } from '../../ir/build.js';
import type { IrType, ValueId } from '../../ir/ir.js';
import type { Atoms, Expression } from './atoms.js';
import { asNumberOf, type Polynomial } from './polynomial.js';

/** Writes values into the region that the builder has open, each once. */
export type Emitter = {
  readonly expression: (expression: Expression) => ValueId;
  readonly polynomial: (value: Polynomial, type?: IrType) => ValueId;
};

/** What has been written already, here and in the regions around. */
type Written = {
  readonly find: (key: string) => ValueId | undefined;
  readonly set: (key: string, id: ValueId) => void;
};

function writtenIn(outer: Written | null): Written {
  const own = new Map<string, ValueId>();
  return {
    find: (key) => own.get(key) ?? outer?.find(key),
    set: (key, id) => {
      own.set(key, id);
    },
  };
}

const real: IrType = { kind: 'real' };

/** `latent` gives the value of a latent quantity in the program. */
export function createEmitter(builder: Builder, atoms: Atoms, latent: (latent: number) => ValueId): Emitter {
  const emitterIn = (written: Written): Emitter => {
    const once = (key: string, make: () => ValueId): ValueId => {
      const known = written.find(key);
      if (known !== undefined) return known;
      const id = make();
      written.set(key, id);
      return id;
    };
    const atomValue = (atom: number): ValueId => {
      const { atom: form } = atoms.info(atom);
      switch (form.kind) {
        case 'latent':
          return once(`latent ${form.latent}`, () => latent(form.latent));
        case 'expression':
          return expression(form.expression);
        case 'log':
          return once(`log ${form.of}`, () => builder.op('log', [atomValue(form.of)]));
        case 'log1m':
          return once(`log1m ${form.of}`, () =>
            builder.op('log', [builder.op('sub', [builder.real(1), atomValue(form.of)])]),
          );
        case 'exp':
          return once(`atom ${atom}`, () => builder.op('exp', [polynomial(form.exponent)]));
        case 'cell':
          return once(`atom ${atom}`, () => {
            const cells = form.cells.map((c) => once(`latent ${c}`, () => latent(c)));
            const array = builder.make({ kind: 'array', element: { kind: 'real' }, length: cells.length }, cells);
            return builder.op('index', [array, expression(form.index)], real);
          });
      }
    };
    const power = (atom: number, exponent: number): ValueId => {
      if (exponent === 1) return atomValue(atom);
      return once(`power ${atom} ${exponent}`, () => {
        const base = atomValue(atom);
        if (exponent === 0.5) return builder.op('sqrt', [base]);
        if (Number.isInteger(exponent)) return builder.op('power', [base, builder.int(exponent)]);
        return builder.op('pow', [base, builder.real(exponent)]);
      });
    };
    const isInt = (atom: number): boolean => {
      const { atom: form } = atoms.info(atom);
      return form.kind === 'expression' && form.expression.type.kind === 'int';
    };
    const isWhole = (p: Polynomial): boolean =>
      Array.from(p.values()).every(
        ({ coefficient, monomial }) => Number.isInteger(coefficient) && monomial.every(([a, e]) => e === 1 && isInt(a)),
      );
    const polynomial = (p: Polynomial, type: IrType = real): ValueId => {
      const number = asNumberOf(p);
      if (number !== null) return builder.constant(type, number);
      const whole = type.kind === 'int' && isWhole(p);
      const literal = (value: number): ValueId => (whole ? builder.int(value) : builder.real(value));
      let sum: ValueId | null = null;
      for (const { coefficient, monomial } of p.values()) {
        let product: ValueId | null = null;
        let divisor: ValueId | null = null;
        for (const [atom, exponent] of monomial) {
          const below = exponent < 0;
          const factor = power(atom, Math.abs(exponent));
          if (below) divisor = divisor === null ? factor : builder.op('mul', [divisor, factor]);
          else product = product === null ? factor : builder.op('mul', [product, factor]);
        }
        const negative: boolean = sum !== null && coefficient < 0;
        const size = negative ? -coefficient : coefficient;
        if (product === null) product = literal(size);
        else if (size !== 1) product = builder.op('mul', [literal(size), product]);
        if (divisor !== null) product = builder.op('div', [product, divisor]);
        sum = sum === null ? product : builder.op(negative ? 'sub' : 'add', [sum, product]);
      }
      return sum ?? literal(0);
    };
    const expression = (e: Expression): ValueId => {
      const { form } = e;
      if (form.kind === 'value') return form.id;
      return once(`expression ${e.number}`, () => {
        switch (form.kind) {
          case 'op':
            return builder.op(form.op, form.args.map(expression), e.type);
          case 'call':
            return builder.call(form.callee, form.args.map(expression), form.results)[form.result]!;
          case 'get':
            return builder.get(expression(form.target), form.position);
          case 'make':
            return builder.make(e.type, form.parts.map(expression));
          case 'literal':
            return builder.constant(e.type, form.value);
          case 'polynomial':
            return polynomial(form.value, e.type);
          case 'if': {
            const condition = expression(form.condition);
            const inner = (): Emitter => emitterIn(writtenIn(written));
            const [id] = builder.ifElse(
              condition,
              () => [inner().expression(form.then)],
              () => [inner().expression(form.otherwise)],
              [e.type],
            );
            return id!;
          }
        }
      });
    };
    return { expression, polynomial };
  };
  return emitterIn(writtenIn(null));
}
