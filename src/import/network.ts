/** A discrete Bayesian network, from whatever format it was read. */

/** A variable with its distribution for each combination of the states of its parents. */
export type NetworkVariable = {
  readonly name: string;
  /** Labels, each once. */
  readonly states: readonly string[];
  /** Positions of the parents in `Network.variables`. */
  readonly parents: readonly number[];
  /** One row for each combination of the parents' states, that of the last parent running fastest; a row has a number for each state. */
  readonly rows: readonly (readonly number[])[];
  /** Whether the file rounds, so that there are rows that sum to 1 within 1e-6 only. */
  readonly rounded: boolean;
};

/** A network without circles; `name` is null where the file gives none. */
export type Network = { readonly name: string | null; readonly variables: readonly NetworkVariable[] };
