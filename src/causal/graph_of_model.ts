import type { Project } from '../check/project.js';
import { type Instruction, type Program, type Region, resultsOf, type ValueId } from '../ir/ir.js';
import { operandsOf } from '../ir/walk.js';
import { lowerModel, resolveModel } from '../lower/model.js';
import { createUnit } from '../lower/unit.js';
import { type Graph, type GraphEdge, graphNode, operate } from './graph.js';

/** What a value hangs on: nodes by name, and draws that are no node by a number of their own. */
type Sources = ReadonlySet<string | number>;

const nothing: Sources = new Set();
const union = (sets: readonly Sources[]): Sources => new Set(sets.flatMap((s) => [...s]));

/**
 * The causal graph that a model's program implies, at the level of nodes and families: what a node's value is computed from, and what
 * decides whether or where it is computed, are its causes. A draw that is no node and reaches two nodes is an unnamed common cause.
 * Members of a family are one node of the graph.
 */
export function graphOfModel(project: Project, name: string, options: { readonly targets: readonly string[] }): Graph {
  const unit = createUnit(project);
  const { base, interventions } = resolveModel(unit, name);
  lowerModel(unit, base);
  const program = unit.finish();
  const model = program.models[base.declaration.name.text];
  const body = model === undefined ? undefined : program.functions[model.function]?.body;
  if (model === undefined || body === undefined) return { nodes: [], edges: [] };
  const walk = createWalk(program);
  walk.region(body, nothing);
  const latent = new Set(model.nodes.filter((n) => n.modifier === 'latent').map((n) => n.name));
  const parameters = new Set(model.nodes.filter((n) => n.modifier === 'param').map((n) => n.name));
  const graph: Graph = {
    nodes: model.nodes.map((n) => graphNode(n.name, { latent: latent.has(n.name), parameter: parameters.has(n.name) })),
    edges: [...directed(walk.causes), ...commonCauses(walk.causes)],
  };
  const done = interventions.map((i) => (i.declaration.target.kind === 'name' ? i.declaration.target.name.text : ''));
  const targets = new Set([...done, ...options.targets].filter((t) => t !== ''));
  return targets.size === 0 ? graph : operate(graph, targets);
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
  readonly region: (region: Region, control: Sources) => readonly Sources[];
};

function createWalk(program: Program): Walk {
  const causes = new Map<string, Sources>();
  const known = new Map<ValueId, Sources>();
  const of = (id: ValueId): Sources => known.get(id) ?? nothing;
  const draws = new Map<string, number>();
  /** One number for each draw that is no node, the same in every round through a loop. */
  const own = (key: string): number => {
    const number = draws.get(key) ?? draws.size;
    draws.set(key, number);
    return number;
  };

  const region = (r: Region, control: Sources): readonly Sources[] => {
    for (const instruction of r.body) one(instruction, control);
    return r.yields.map(of);
  };

  /** Runs the body until what is carried grows no more. */
  const loop = (
    inits: readonly ValueId[],
    regions: readonly Region[],
    control: Sources,
    index: boolean,
  ): readonly Sources[] => {
    let carried: readonly Sources[] = inits.map(of);
    for (let round = 0; round <= inits.length + 1; round++) {
      let deciding = control;
      let next = carried;
      for (const r of regions) {
        const args = index ? r.args.slice(1) : r.args;
        for (const [i, arg] of args.entries()) known.set(arg.id, union([carried[i] ?? nothing]));
        if (index && r.args[0] !== undefined) known.set(r.args[0].id, control);
        const yields = region(r, deciding);
        if (r === regions[0] && regions.length > 1) deciding = union([control, ...yields]);
        else next = yields;
      }
      const grown = carried.map((c, i) => union([c, next[i] ?? nothing, regions.length > 1 ? deciding : nothing]));
      const settled = grown.every((g, i) => g.size === (carried[i]?.size ?? 0));
      carried = grown;
      if (settled) break;
    }
    return carried;
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
      case 'for': {
        const bounds = union([control, of(instruction.low), of(instruction.high)]);
        set(loop(instruction.inits, [instruction.body], bounds, true));
        return;
      }
      case 'while':
        set(loop(instruction.inits, [instruction.condition, instruction.body], control, false));
        return;
      case 'draw':
        set([union([...instruction.params.map(of), new Set([own(`${instruction.site}`)])])]);
        return;
      case 'call': {
        const drawing = program.functions[instruction.callee]?.draws === true;
        const noise: Sources = drawing ? new Set([own(`call ${instruction.results[0]?.id ?? ''}`)]) : nothing;
        const all = union([...instruction.args.map(of), noise]);
        set(instruction.results.map(() => all));
        return;
      }
      case 'node': {
        const sources = union([of(instruction.value), control, ...instruction.indices.map(of)]);
        causes.set(instruction.name, union([causes.get(instruction.name) ?? nothing, sources]));
        set([new Set([instruction.name])]);
        return;
      }
      case 'address':
        set([nothing]);
        return;
      default:
        set(resultsOf(instruction).map(() => union(operandsOf(instruction).map(of))));
    }
  };
  return { causes, region };
}
