/** The primitives of the IR on abstract values. */
import { indexFault } from '../../ir/faults.js';
import type { OpName } from '../../ir/ops.js';
import { applyPrimitive, type PrimitiveSetting } from '../../ir/primitives.js';
import { absentValue, arrayValue, asElements, isAddress, type RuntimeValue } from '../../ir/values.js';
import { isLatent } from './latent.js';
import { lift, liftLazily, noteFault, type Scene } from './scene.js';
import { type Abstract, known, scopeOf, sizeOfScope, unionOf } from './value.js';

/** A primitive in every configuration; arrays of which the parts are known stay apart. */
export function applyAbstract(
  scene: Scene,
  op: OpName,
  args: readonly Abstract[],
  setting: PrimitiveSetting,
): Abstract {
  const [a, b, c] = args;
  const pointwise = (): Abstract => lift(scene, args, (cells) => applyPrimitive(op, cells, setting));
  if (a === undefined || args.every((x) => x.kind === 'known')) return pointwise();
  switch (op) {
    case 'select':
      return b === undefined || c === undefined ? pointwise() : merged(scene, a, b, c);
    case 'length':
      return a.kind === 'parts' ? known(a.parts.length) : pointwise();
    case 'exists':
      return a.kind === 'parts' && setting.from.kind === 'array' ? known(a.parts.length > 0 ? 1 : 0) : pointwise();
    case 'fill':
      if (a.kind !== 'known' || b === undefined) return pointwise();
      return gather(new Array<Abstract>(Math.max(0, Number(a.value) || 0)).fill(b), setting);
    case 'append': {
      const parts = partsOf(scene, a);
      return parts === null || b === undefined ? pointwise() : gather([...parts, b], setting);
    }
    case 'index':
      return b === undefined ? pointwise() : (element(scene, a, b, setting) ?? pointwise());
    case 'set':
    case 'extend':
      return b === undefined || c === undefined ? pointwise() : (changed(scene, op, a, b, c, setting) ?? pointwise());
    default:
      return pointwise();
  }
}

/** Parts put together; a certain value where all of them are. */
export function gather(parts: readonly Abstract[], setting: Pick<PrimitiveSetting, 'type'>): Abstract {
  const values: RuntimeValue[] = [];
  for (const part of parts) if (part.kind === 'known' && !isLatent(part.value)) values.push(part.value);
  if (values.length < parts.length) return { kind: 'parts', parts };
  const { type } = setting;
  return known(type.kind === 'array' ? arrayValue(type.element, values) : values);
}

/** The parts of an array, tuple or record; null where their number hangs on chance. */
function partsOf(scene: Scene, value: Abstract): readonly Abstract[] | null {
  if (value.kind === 'parts') return value.parts;
  if (value.kind === 'known') {
    const whole = value.value;
    if (typeof whole !== 'object' || isAddress(whole)) return null;
    return Array.from<RuntimeValue, Abstract>(whole, known);
  }
  let length: number | null = null;
  for (const cell of value.cells) {
    if (cell === undefined) continue;
    if (typeof cell !== 'object' || isAddress(cell)) return null;
    if (length !== null && length !== cell.length) return null;
    length = cell.length;
  }
  if (length === null) return null;
  return Array.from({ length }, (_, k) => lift(scene, [value], ([cell]) => asElements(cell)[k]));
}

/** Up to so many configurations an element is looked up in each of them. */
const fewConfigurations = 64;

function element(scene: Scene, whole: Abstract, index: Abstract, setting: PrimitiveSetting): Abstract | null {
  if (whole.kind !== 'parts') return null;
  const { parts } = whole;
  if (index.kind === 'known') return parts[Number(index.value)] ?? null;
  if (
    sizeOfScope(unionOf([scopeOf(whole), scopeOf(index)])) <= fewConfigurations &&
    parts.every((p) => p.kind !== 'parts')
  )
    return null;
  const reached = new Set<number>();
  let outside: number | null = null;
  for (const cell of index.kind === 'table' ? index.cells : []) {
    if (typeof cell !== 'number') continue;
    if (parts[cell] === undefined) outside = cell;
    else reached.add(cell);
  }
  if (outside !== null) {
    const when = lift(scene, [index], ([i]) => (parts[Number(i)] === undefined ? 1 : 0));
    noteFault(scene, when, indexFault(outside, parts.length, setting.at));
  }
  let chosen: Abstract | null = null;
  for (const k of reached) {
    const here = parts[k]!;
    chosen =
      chosen === null
        ? here
        : merged(
            scene,
            lift(scene, [index], ([i]) => (i === k ? 1 : 0)),
            here,
            chosen,
          );
  }
  return chosen;
}

function changed(
  scene: Scene,
  op: 'set' | 'extend',
  whole: Abstract,
  index: Abstract,
  value: Abstract,
  setting: PrimitiveSetting,
): Abstract | null {
  const parts = partsOf(scene, whole);
  if (parts === null) return null;
  if (index.kind === 'known') {
    const at = Number(index.value);
    const inside = Number.isInteger(at) && at >= 0 && (op === 'extend' || at < parts.length);
    if (!inside || at >= setting.elements) return null;
    const next = [...parts];
    const { type } = setting;
    while (next.length < at) next.push(known(absentValue(type.kind === 'array' ? type.element : type)));
    next[at] = value;
    return gather(next, setting);
  }
  if (op === 'extend') return null;
  const outside = lift(scene, [index], ([i]) => (parts[Number(i)] === undefined ? 1 : 0));
  noteFault(scene, outside, indexFault(Number.NaN, parts.length, setting.at));
  return gather(
    parts.map((part, k) =>
      merged(
        scene,
        lift(scene, [index], ([i]) => (i === k ? 1 : 0)),
        value,
        part,
      ),
    ),
    setting,
  );
}

/** One value where the condition is true, the other where it is not. */
export function merged(scene: Scene, condition: Abstract, yes: Abstract, no: Abstract): Abstract {
  if (condition.kind === 'known') return condition.value === 1 ? yes : no;
  if (yes === no) return yes;
  if (yes.kind === 'parts' || no.kind === 'parts') {
    const left = partsOf(scene, yes);
    const right = partsOf(scene, no);
    if (left !== null && right !== null && left.length === right.length)
      return { kind: 'parts', parts: left.map((part, i) => merged(scene, condition, part, right[i]!)) };
  }
  return liftLazily(scene, [condition, yes, no], ([c, x, y]) => (c === undefined ? undefined : c === 1 ? x : y));
}
