/** Models with worlds, interventions and evidence: what the lowering hands to the passes. */
import type { IrType, ModelInfo, PlaceId, Program, Region } from '../ir/ir.js';

/** One intervention on a world. All regions take the root address; `indices` yields the member's indices, `value` the new value. */
export type InterventionSpec = {
  readonly node: string;
  readonly kind: 'set' | 'draw' | 'shift';
  readonly indices: Region;
  readonly value: Region;
  readonly at: PlaceId;
};

/** A world: the one it branches off from (null for the world seen), and what is done in it. */
export type WorldSpec = {
  readonly parent: number | null;
  readonly interventions: readonly InterventionSpec[];
  readonly label: string;
};

/** Evidence right of the bar, each on a node of a world or on a condition that reads any worlds. */
export type EvidenceSpec =
  | {
      readonly kind: 'equal';
      readonly world: number;
      readonly node: string;
      readonly indices: Region;
      readonly value: Region;
      readonly at: PlaceId;
    }
  | { readonly kind: 'condition'; readonly value: Region; readonly at: PlaceId }
  | { readonly kind: 'approximate'; readonly value: Region; readonly at: PlaceId };

/** A model with worlds branching off from it, what is known of them and what is read of them. */
export type Situation = {
  readonly program: Program;
  readonly model: ModelInfo;
  readonly worlds: readonly WorldSpec[];
  readonly evidence: readonly EvidenceSpec[];
  /** Takes the root address and yields what is read. */
  readonly outputs: Region;
};

/** Rows of one table of which the same cells are present, each the outcome of one unit with the parameters of all. */
export type GivenRows = {
  /** The name of the table. */
  readonly data: string;
  /** One unit: inputs stand for the parameters and the cells, which are its evidence. */
  readonly unit: Situation;
  /** Parameters with the inputs that stand for them. */
  readonly parameters: readonly RowInput[];
  /** Nodes with the inputs that stand for their cells, and the cells by row. */
  readonly cells: readonly (RowInput & { readonly values: Float64Array })[];
  /** How often each row counts; null where each counts once. */
  readonly weights: Float64Array | null;
  readonly rows: number;
  /** A unit of which only the selection is known; null where all units can become rows. */
  readonly selection: { readonly node: string; readonly unit: Situation } | null;
  /** The site of the rows' addresses. */
  readonly site: number;
  readonly at: PlaceId;
};

/** An input of a unit. */
export type RowInput = { readonly node: string; readonly input: string; readonly type: IrType };
