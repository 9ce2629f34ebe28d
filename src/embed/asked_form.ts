/** Questions that are one form about one model. */
import type { Declared } from '../check/project.js';
import { onlyForm } from '../plan/arithmetic.js';
import { parseQuery } from '../syntax/parse.js';
import type { Form, Query } from '../syntax/tree.js';

/** A form with the query that it stands in, and the model that it is asked of. */
export type AskedForm = { readonly query: Declared<Query>; readonly form: Form; readonly model: string };

/** The text of what a form asks for. */
export const textOfTarget = ({ query, form }: AskedForm): string => {
  const [target] = form.targets;
  return target === undefined ? '' : query.source.text.slice(target.span.start, target.span.end);
};

/** The form of a text whose parts are known to be right. */
export function parsedForm(text: string, like: AskedForm): AskedForm {
  const source = { name: '<question>', text };
  const { query } = parseQuery(source);
  const form = query?.expression.kind === 'value' ? onlyForm(query.expression.value) : null;
  return query === null || form === null ? like : { query: { declaration: query, source }, form, model: like.model };
}
