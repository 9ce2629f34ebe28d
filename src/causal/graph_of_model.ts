import type { Project } from '../check/project.js';
import {
  type Instruction,
  type InstructionOf,
  type IrType,
  type Program,
  type Region,
  resultsOf,
  type ValueId,
} from '../ir/ir.js';
import { operandsOf, visit } from '../ir/walk.js';
import { dataInputs } from '../lower/inputs.js';
import { lowerModel, resolveModel } from '../lower/model.js';
import { pathOf } from '../lower/name.js';
import { written } from '../lower/question.js';
import { createUnit } from '../lower/unit.js';
import { bind } from '../passes/bind.js';
import { fold } from '../passes/fold.js';
import { inline } from '../passes/inline.js';
import { prune } from '../passes/slice.js';
import { unroll } from '../passes/unroll.js';
import { type Graph, type GraphEdge, graphNode, operate } from './graph.js';

/** What a value hangs on: nodes by name, and draws that are no node by the number of their value. */
type Sources = ReadonlySet<string | number>;

const nothing: Sources = new Set();
const union = (sets: readonly Sources[]): Sources => new Set(sets.flatMap((s) => [...s]));

/** Which graph of a model is wanted. */
type ModelGraphOptions = {
  /** Nodes to operate on: `x`, `x[3]`, `event.depth`. */
  readonly targets: readonly string[];
  /** Members of families as nodes of their own, where their number is known before running. */
  readonly unroll: boolean;
};

/**
 * The causal graph that a model's program implies, at the level of nodes and families: what a node's value is computed from, and what
 * decides whether or where it is computed, are its causes. A draw that is no node and reaches two nodes is an unnamed common cause.
 * Members of a family are one node of the graph unless they are asked for. What the program computes without noise counts as known.
 */
export function graphOfModel(project: Project, name: string, options: ModelGraphOptions): Graph {
  const unit = createUnit(project);
  const { base, interventions } = resolveModel(unit, name);
  const main = lowerModel(unit, base);
  const program = simplified(unit.finish(), main, project, options.unroll);
  const model = program.models[base.declaration.name.text];
  const body = program.functions[main]?.body;
  if (model === undefined || body === undefined) return { nodes: [], edges: [] };
  const walk = createWalk(program, options.unroll ? memberNames(body) : new Map());
  walk.region(body, nothing);
  const named = model.nodes.flatMap((n) =>
    (walk.members.get(n.name) ?? [n.name]).map((member) => ({ ...n, name: member })),
  );
  const graph: Graph = {
    nodes: named.map((n) => graphNode(n.name, { latent: n.modifier === 'latent', parameter: n.modifier === 'param' })),
    edges: [...directed(walk.causes), ...commonCauses(walk.causes)],
  };
  const done = interventions.flatMap(({ declaration: { target }, source }) => {
    const path = pathOf(target);
    return path === null ? [] : [written(source, target.span)];
  });
  const targets = [...done, ...options.targets];
  const reached = graph.nodes.filter((n) => targets.some((t) => t === n.name || n.name.startsWith(`${t}[`)));
  return targets.length === 0 ? graph : operate(graph, new Set(reached.map((n) => n.name)));
}

/** Who owns the noise of a function's draws: for each site, the nodes that its draw reaches without passing another node. */
export function ownersOfNoise(program: Program, name: string): ReadonlyMap<number, readonly string[]> {
  const body = program.functions[name]?.body;
  const owners = new Map<number, string[]>();
  if (body === undefined) return owners;
  const sites = new Map<ValueId, number>();
  visit(body, (i) => {
    if (i.kind === 'draw') sites.set(i.result.id, i.site);
  });
  const walk = createWalk(program, new Map());
  walk.region(body, nothing);
  for (const [node, sources] of walk.causes) {
    for (const source of sources) {
      const site = typeof source === 'number' ? sites.get(source) : undefined;
      const known = site === undefined ? [] : (owners.get(site) ?? []);
      if (site !== undefined && !known.includes(node)) owners.set(site, [...known, node]);
    }
  }
  return owners;
}

/** Rounds of unrolling: loops inside of loops whose bounds become known. */
const rounds = 3;

/** The program with functions inlined and what is known computed, so that only what a node really reads counts; nodes are kept. */
function simplified(program: Program, main: string, project: Project, unrolled: boolean): Program {
  let current = fold(inline(bind(prune(program, main), dataInputs(project)).program, main), main);
  for (let round = 0; unrolled && round < rounds; round++) {
    const next = unroll(current, main);
    if (next === current) break;
    current = fold(next, main);
  }
  return current;
}

/** The names of members whose indices are all known, by the value that marks them; families with others keep their one name. */
function memberNames(body: Region): ReadonlyMap<ValueId, string> {
  const constants = new Map<ValueId, string>();
  const names = new Map<ValueId, string>();
  const open = new Set<string>();
  const nodes: InstructionOf<'node'>[] = [];
  visit(body, (i) => {
    if (i.kind === 'const' && typeof i.value === 'number') constants.set(i.result.id, labelOf(i.result.type, i.value));
    if (i.kind === 'node' && i.indices.length > 0) nodes.push(i);
  });
  for (const node of nodes) {
    const labels = node.indices.map((id) => constants.get(id));
    if (labels.includes(undefined)) open.add(node.name);
    names.set(node.result.id, `${node.name}[${labels.join(', ')}]`);
  }
  for (const node of nodes) if (open.has(node.name)) names.delete(node.result.id);
  return names;
}

function labelOf(type: IrType, value: number): string {
  if (type.kind === 'bool') return String(value === 1);
  return type.kind === 'enum' ? (type.members[value] ?? String(value)) : String(value);
}

function directed(causes: ReadonlyMap<string, Sources>): readonly GraphEdge[] {
  const edges: GraphEdge[] = [];
  for (const [to, sources] of causes) {
    for (const from of sources) if (typeof from === 'string' && from !== to) edges.push({ from, to, kind: '->' });
  }
  return edges;
}

function commonCauses(causes: ReadonlyMap<string, Sources>): readonly GraphEdge[] {
  const reached = new Map<number, string[]>();
  for (const [node, sources] of causes) {
    for (const source of sources)
      if (typeof source === 'number') reached.set(source, [...(reached.get(source) ?? []), node]);
  }
  const edges = new Map<string, GraphEdge>();
  for (const nodes of reached.values()) {
    for (const [i, from] of nodes.entries()) {
      for (const to of nodes.slice(i + 1)) edges.set(`${from} ${to}`, { from, to, kind: '<->' });
    }
  }
  return [...edges.values()];
}

type Walk = {
  readonly causes: Map<string, Sources>;
  /** The members of families that are nodes of their own, in order. */
  readonly members: Map<string, string[]>;
  readonly region: (region: Region, control: Sources) => readonly Sources[];
};

function createWalk(program: Program, names: ReadonlyMap<ValueId, string>): Walk {
  const causes = new Map<string, Sources>();
  const members = new Map<string, string[]>();
  const known = new Map<ValueId, Sources>();
  const of = (id: ValueId): Sources => known.get(id) ?? nothing;
  const region = (r: Region, control: Sources): readonly Sources[] => {
    for (const instruction of r.body) one(instruction, control);
    return r.yields.map(of);
  };

  /** Runs the body until what is carried grows no more. What the body changes hangs on the number of rounds too. */
  const loop = (instruction: InstructionOf<'for' | 'while'>, control: Sources): readonly Sources[] => {
    const { inits, body } = instruction;
    const shift = instruction.kind === 'for' ? 1 : 0;
    let carried: readonly Sources[] = inits.map(of);
    for (;;) {
      const pass = (r: Region, by: number): void => {
        for (const [i, sources] of carried.entries()) known.set(r.args[i + by]?.id ?? -1, sources);
      };
      if (instruction.kind === 'while') pass(instruction.condition, 0);
      const trips =
        instruction.kind === 'for'
          ? union([of(instruction.low), of(instruction.high)])
          : union(region(instruction.condition, control));
      pass(body, shift);
      if (instruction.kind === 'for') known.set(body.args[0]?.id ?? -1, trips);
      const next = region(body, union([control, trips]));
      const grown = carried.map((c, i) => {
        const changes = body.yields[i] !== body.args[i + shift]?.id;
        return union([c, next[i] ?? nothing, changes ? trips : nothing]);
      });
      const settled = grown.every((g, i) => g.size === (carried[i]?.size ?? 0));
      carried = grown;
      if (settled) return carried;
    }
  };

  const one = (instruction: Instruction, control: Sources): void => {
    const set = (sources: readonly Sources[]): void => {
      for (const [i, { id }] of resultsOf(instruction).entries()) known.set(id, sources[i] ?? nothing);
    };
    switch (instruction.kind) {
      case 'if': {
        const deciding = union([control, of(instruction.condition)]);
        const then = region(instruction.then, deciding);
        const otherwise = region(instruction.otherwise, deciding);
        set(then.map((t, i) => union([t, otherwise[i] ?? nothing, of(instruction.condition)])));
        return;
      }
      case 'for':
      case 'while':
        set(loop(instruction, control));
        return;
      case 'draw':
        set([union([...instruction.params.map(of), new Set([instruction.result.id])])]);
        return;
      case 'call': {
        const drawing = program.functions[instruction.callee]?.draws === true;
        const noise: Sources = drawing ? new Set(instruction.results.slice(0, 1).map((r) => r.id)) : nothing;
        const all = union([...instruction.args.map(of), noise]);
        set(instruction.results.map(() => all));
        return;
      }
      case 'node': {
        const sources = union([of(instruction.value), control, ...instruction.indices.map(of)]);
        const name = names.get(instruction.result.id) ?? instruction.name;
        if (name !== instruction.name && !causes.has(name))
          members.set(instruction.name, [...(members.get(instruction.name) ?? []), name]);
        causes.set(name, union([causes.get(name) ?? nothing, sources]));
        set([new Set([name])]);
        return;
      }
      case 'address':
        set([nothing]);
        return;
      default:
        set(resultsOf(instruction).map(() => union(operandsOf(instruction).map(of))));
    }
  };
  return { causes, members, region };
}
