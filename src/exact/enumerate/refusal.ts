/** Giving up inside the enumeration: thrown where it is noticed, caught by the solver. */

/** Why the enumeration cannot go on; the reason follows "because". */
type GivenUp = { readonly givenUp: true; readonly reason: string };

/** Leaves the enumeration. */
export function giveUp(reason: string): never {
  const thrown: GivenUp = { givenUp: true, reason };
  throw thrown;
}

/** Whether a thrown thing is a refusal. */
export const isGivenUp = (thrown: unknown): thrown is GivenUp =>
  typeof thrown === 'object' && thrown !== null && 'givenUp' in thrown && thrown.givenUp === true;

/** What is left of the work that may be done. */
export type Budget = {
  readonly spend: (amount: number) => void;
  /** Gives up where so much more will be spent than is left. */
  readonly expect: (amount: number) => void;
};

/** A budget of so many operations; who spends more gives up. */
export function budgetOf(total: number): Budget {
  let left = total;
  const giveUpBelow = (amount: number): void => {
    if (left < amount)
      giveUp(`${total.toExponential(0)} steps are not enough to list the states that its runs can be in`);
  };
  return {
    spend: (amount) => {
      left -= amount;
      giveUpBelow(0);
    },
    expect: giveUpBelow,
  };
}
