/** From a text to a program that can be asked: read, supplied with values, operated on, checked. */
import { checkLoaded } from '../check/check_source.js';
import { loadWhatCanBe } from '../check/load.js';
import type { Project } from '../check/project.js';
import { didYouMean } from '../check/suggest.js';
import type { Host } from '../data/host.js';
import type { Extern } from '../ir/extern.js';
import { type Diagnostic, diagnose, fail, hasErrors, type Outcome, succeed } from '../syntax/diagnostic.js';
import { misplacedPlaceholders } from '../syntax/misplaced.js';
import type { Query } from '../syntax/tree.js';
import { type Assigned, assign } from './assigned.js';
import { type Commands, commandsOf } from './commands.js';
import { externsOf } from './host_function.js';
import { type Operation, operate } from './operate.js';
import { functionsOf, hostOver, supply, type Values } from './supply.js';
import type { Template } from './template.js';

/** What a host program adds to a text beside the values of its placeholders. */
type Additions = {
  /** Values and expressions for constants and arguments of models, by name. */
  readonly given: ReadonlyMap<string, Assigned>;
  readonly operations: readonly Operation[];
  /** Rows and functions for data sets and `extern fn`s, by name. */
  readonly named?: Values;
};

/** A program without errors outside of its queries. */
export type Opened = {
  readonly project: Project;
  /** Warnings, and errors inside of queries. */
  readonly diagnostics: readonly Diagnostic[];
  readonly externs: Readonly<Record<string, Extern>>;
  readonly commands: Commands;
};

/** Whether a diagnostic stands inside of a query. */
export const covers = (query: Query, d: Diagnostic): boolean =>
  d.span.start >= query.span.start && d.span.end <= query.span.end;

/** Opens a program. Fails where it has errors outside of its queries. */
export function openProgram(
  { source, values }: Template,
  host: Host,
  { given, operations, named = new Map() }: Additions,
): Outcome<Opened> {
  const handed = new Map([...values, ...named, ...operations.flatMap(({ template }) => [...template.values])]);
  const loaded = loadWhatCanBe(source, hostOver(host, handed));
  const supplied = supply(loaded.project, values, source);
  const problems = [
    ...loaded.diagnostics,
    ...supplied.diagnostics,
    ...misplacedPlaceholders(loaded.project.main.declarations, source),
    ...unknownNames(supplied.project, named),
  ];
  const assigned = assign(supplied.project, given);
  if (!assigned.ok) return fail(...checkLoaded(source, loaded), ...problems, ...assigned.diagnostics);
  let project = assigned.value;
  for (const operation of operations) {
    const more = supply(project, operation.template.values, operation.template.source);
    const operated = operate(more.project, operation);
    problems.push(...more.diagnostics, ...operated.diagnostics);
    if (operated.ok) project = operated.value;
  }
  const found = checkLoaded(source, { project, diagnostics: problems });
  const inQuery = (d: Diagnostic): boolean =>
    d.source === project.main.source && project.queries.some((q) => covers(q.declaration, d));
  if (hasErrors(found.filter((d) => !inQuery(d)))) return fail(...found);
  const commands = commandsOf(project, host);
  const externs = { ...commands.externs, ...externsOf(project, functionsOf(handed)) };
  return succeed({ project, diagnostics: found, externs, commands }, found);
}

/** E0201 for rows and functions whose names the program does not declare. */
function unknownNames(project: Project, named: Values): readonly Diagnostic[] {
  const known = [...project.data.keys(), ...project.externs.keys()];
  return [...named.keys()]
    .filter((name) => !known.includes(name))
    .map((name) => {
      const message = `there is no data set and no \`extern fn\` \`${name}\``;
      const source = { name: '<values>', text: name };
      return diagnose('E0201', message, source, { start: 0, end: name.length }, didYouMean(name, known));
    });
}
