import type { Span } from '../syntax/span.js';
import { byFamily } from './dist.js';
import { one } from './expression.js';
import { familyKey } from './family.js';
import { count, type Frame } from './frame.js';
import { irTypeOf, type Operand, operand } from './operand.js';
import { raise } from './raise.js';

/** `sample d` inside an expression: a site of its own, named after the node or function that it stands in. */
export function lowerDraw(frame: Frame, dist: Operand, span: Span): Operand {
  return drawAt(frame, dist, `${frame.path}/${count(frame, frame.path)}`, span);
}

/** A draw at a named site. A distribution of several families has one site for each, below that name. */
export function drawAt(frame: Frame, dist: Operand, site: string, span: Span): Operand {
  if (dist.type.kind !== 'dist') {
    return dist.type.kind === 'unknown'
      ? dist
      : raise('E0490', 'Only a distribution can be drawn from.', frame.source, span);
  }
  const { over, families } = dist.type;
  const address = frame.address;
  if (address === null) return raise('E0490', 'Nothing can be drawn here.', frame.source, span);
  return one(
    byFamily(frame, dist, span, (family, parameters) => {
      const name = families.length === 1 ? site : `${site}/${family.family}`;
      const number = frame.unit.site(name, frame.builder.place());
      const key = familyKey(frame.unit, family);
      const ids = parameters.map((p) => p.id);
      return [operand(frame.builder.draw(key, irTypeOf(over), ids, address, number), over)];
    }),
  );
}

/** Scores a value under a distribution at a named site. */
export function scoreAt(frame: Frame, dist: Operand, value: Operand, site: string, span: Span): void {
  if (dist.type.kind !== 'dist') return;
  const families = dist.type.families;
  byFamily(frame, dist, span, (family, parameters) => {
    const name = families.length === 1 ? site : `${site}/${family.family}`;
    const number = frame.unit.site(name, frame.builder.place());
    const address = frame.address ?? frame.builder.fresh({ kind: 'address' }).id;
    frame.builder.score(
      familyKey(frame.unit, family),
      parameters.map((p) => p.id),
      value.id,
      address,
      number,
    );
    return [];
  });
}
