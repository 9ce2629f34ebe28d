/** Whether a polynomial is zero for all values, found by trying some. */
import { createBuilder } from '../../ir/build.js';
import type { Constant, Instruction, IrType } from '../../ir/ir.js';
import { withFunctions } from '../../ir/program.js';
import type { Expression } from './atoms.js';
import { createEmitter } from './emit.js';
import type { Setting } from './interpret.js';
import type { Latent } from './latents.js';
import { asNumberOf, type Polynomial } from './polynomial.js';

/** Values that quantities are given: nothing is special about them. */
const trials = [0.37, 0.61, 0.23, 0.83, 0.47];
const tolerance = 1e-8;

/** The test for polynomials over the atoms of a setting. Exact for numbers; others must vanish at each of five points. */
export function createProbe(setting: Setting, latents: () => readonly Latent[]): (p: Polynomial) => boolean {
  let named = 0;
  return (p) => {
    const number = asNumberOf(p);
    if (number !== null) return Math.abs(number) < tolerance;
    const values = new Map<number, Expression>();
    const own = new Set<number>();
    gather(p, setting, values, own);
    return trials.every((trial, t) => {
      const builder = createBuilder({ known: Array.from(values.values(), programValue) });
      const { instructions, value } = builder.collect(() => {
        let k = t;
        for (const expression of values.values()) {
          const { id, type } = programValue(expression);
          const given = sampleOf(expression, type, trial + 0.11 * k++);
          builder.emit({ kind: 'const', at: -1, result: { id, type }, value: given });
        }
        const emitter = createEmitter(builder, setting.algebra.atoms, (latent) => {
          const range = latents()[latent]?.range ?? 'real';
          const at = (trial * (latent + 3)) % 1;
          return builder.real(range === 'unit' ? at : range === 'positive' ? at + 0.3 : 2 * at - 1);
        });
        return emitter.polynomial(p);
      });
      const name = `probe${named++}`;
      const func = {
        name,
        body: { args: [], body: instructions, yields: [value] },
        results: [{ kind: 'real' } as const],
        draws: false,
        scores: false,
      };
      const program = withFunctions(setting.program, [func]);
      const call: Instruction = {
        kind: 'call',
        at: -1,
        results: [{ id: 0, type: { kind: 'real' } }],
        callee: name,
        args: [],
      };
      const found = setting.evaluator.run(program, call, () => null)?.[0];
      return typeof found === 'number' && Math.abs(found) < tolerance;
    });
  };
}

function programValue({ form, type }: Expression): { readonly id: number; readonly type: IrType } {
  if (form.kind !== 'value') throw new Error('probe: no value of the program');
  return { id: form.id, type };
}

function sampleOf({ form }: Expression, type: IrType, at: number): Constant {
  if (form.kind === 'value' && form.constant !== null) return form.constant;
  if (type.kind === 'int') return 1 + Math.round(4 * at);
  if (type.kind === 'bool' || type.kind === 'enum') return 1;
  return type.kind === 'real' ? 0.2 + at : [];
}

/** The values of the program that a polynomial is made of, and its latent quantities. */
function gather(p: Polynomial, setting: Setting, values: Map<number, Expression>, seen: Set<number>): void {
  const { atoms } = setting.algebra;
  const inExpression = (e: Expression): void => {
    const { form } = e;
    switch (form.kind) {
      case 'value':
        values.set(e.number, e);
        return;
      case 'op':
      case 'call':
        form.args.forEach(inExpression);
        return;
      case 'get':
        inExpression(form.target);
        return;
      case 'make':
        form.parts.forEach(inExpression);
        return;
      case 'polynomial':
        gather(form.value, setting, values, seen);
        return;
      case 'if':
        [form.condition, form.then, form.otherwise].forEach(inExpression);
        return;
      case 'literal':
        return;
    }
  };
  const inAtom = (atom: number): void => {
    if (seen.has(atom)) return;
    seen.add(atom);
    const { atom: form } = atoms.info(atom);
    switch (form.kind) {
      case 'latent':
        return;
      case 'log':
      case 'log1m':
        inAtom(form.of);
        return;
      case 'exp':
        gather(form.exponent, setting, values, seen);
        return;
      case 'cell':
        inExpression(form.index);
        return;
      case 'expression':
        inExpression(form.expression);
        return;
    }
  };
  for (const { monomial } of p.values()) for (const [atom] of monomial) inAtom(atom);
}
