import { type Diagnostic, diagnose } from './diagnostic.js';
import { isPlaceholder, type Source } from './span.js';
import type { Declaration, Query } from './tree.js';

/** Where a placeholder may stand: the kind of the piece, and its part. */
const places: ReadonlySet<string> = new Set([
  'name.name',
  'call.callee',
  'data.reader',
  'extern.supplied',
  'estimate.data',
  // What `given` names has no kind.
  '.data',
]);

/** E0531 for placeholders that stand in the place of a name. */
export function misplacedPlaceholders(tree: readonly Declaration[] | Query, source: Source): readonly Diagnostic[] {
  if (source.placeholders === undefined) return [];
  const found: Diagnostic[] = [];
  const visit = (node: unknown, place: string): void => {
    if (typeof node !== 'object' || node === null) return;
    if (Array.isArray(node)) {
      for (const part of node) visit(part, place);
      return;
    }
    if ('text' in node && typeof node.text === 'string' && isPlaceholder(node.text) && !places.has(place)) {
      const placeholder = source.placeholders?.find((p) => 'text' in node && p.name === node.text);
      const span = placeholder?.span ?? { start: 0, end: 0 };
      found.push(diagnose('E0531', 'A value cannot stand in the place of a name.', source, span));
    }
    const kind = 'kind' in node && typeof node.kind === 'string' ? node.kind : '';
    for (const [key, part] of Object.entries(node)) visit(part, `${kind}.${key}`);
  };
  visit(tree, '');
  return found;
}
