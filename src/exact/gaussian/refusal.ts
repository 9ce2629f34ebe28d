/** Why a walk cannot go on: the program is not linear and Gaussian. Thrown inside of the solver only, and caught at its edge. */
type Refused = { readonly refused: string };

/** Stops the walk. The reason follows "because". */
export function giveUp(reason: string): never {
  const refused: Refused = { refused: reason };
  throw refused;
}

/** Whether a thrown thing is a refusal. */
export const isRefused = (thrown: unknown): thrown is Refused =>
  typeof thrown === 'object' && thrown !== null && 'refused' in thrown;

/** Counts arithmetic operations of a whole solution and gives up where there are too many. */
export type Meter = (operations: number) => void;

/** A meter that stops at the budget. */
export function createMeter(budget: number): Meter {
  let spent = 0;
  return (operations) => {
    spent += operations;
    if (spent > budget) giveUp(`more than ${budget} operations would be needed`);
  };
}
