/** How the parts of tables are written: by the values of their indices, as in programs, and not by numbers. */
import type { Project } from '../check/project.js';
import type { Output } from '../passes/flatten.js';
import type { Declaration, Expr, Form, Statement } from '../syntax/tree.js';

/** Outputs with the parts of tables written `[true, A]`, where a target is a whole table: `risk` of `risk[bool, Drug] ~ …`. */
export function labelled(
  project: Project,
  modelName: string,
  form: Form,
  outputs: readonly Output[],
): readonly Output[] {
  const tables = form.targets.map((target) => tableOf(project, modelName, target));
  if (tables.every((table) => table === null)) return outputs;
  return outputs.map((output) => {
    const table = tables[output.target] ?? null;
    return table === null ? output : { ...output, path: labelledPath(output.path, table) };
  });
}

function labelledPath(path: string, table: readonly (readonly string[])[]): string {
  const labels: string[] = [];
  let rest = path;
  for (const members of table) {
    const [whole, number] = /^\[(\d+)\]/.exec(rest) ?? [];
    const label = number === undefined ? undefined : members[Number(number)];
    if (whole === undefined || label === undefined) return path;
    labels.push(label);
    rest = rest.slice(whole.length);
  }
  return `[${labels.join(', ')}]${rest}`;
}

/** The values of each index of the table that a target names; null for all else. */
function tableOf(project: Project, modelName: string, target: Expr): readonly (readonly string[])[] | null {
  const inner = target.kind === 'group' ? target.inner : target;
  if (inner.kind !== 'name') return null;
  const statement = statementsOf(project, modelName).find((s) => s.kind === 'node' && s.name.text === inner.name.text);
  if (statement?.kind !== 'node' || statement.indices.length === 0) return null;
  const members = statement.indices.map((index) => valuesOf(project, index));
  const known = members.flatMap((m) => (m === null ? [] : [m]));
  return known.length < members.length ? null : known;
}

/** The statements of a model, or of the one that an operated model stands for. */
function statementsOf(project: Project, name: string): readonly Statement[] {
  let declaration: Declaration | undefined = project.models.get(name)?.declaration;
  for (let depth = 0; declaration?.kind === 'operated' && depth < 100; depth++)
    declaration = project.models.get(declaration.base.text)?.declaration;
  return declaration?.kind === 'model' ? declaration.body.statements : [];
}

/** The labels of an index type: of `bool` or of an enum. */
function valuesOf(project: Project, index: Expr): readonly string[] | null {
  const at = index.kind === 'group' ? index.inner : index;
  if (at.kind !== 'name') return null;
  if (at.name.text === 'bool') return ['false', 'true'];
  return project.enums.get(at.name.text)?.declaration.members.map((m) => m.text) ?? null;
}
