/** What is said where no simulation is an answer, by every method that compares. */

/** No simulation gives what is observed exactly. */
export const noneAgrees = (simulated: number): string =>
  `None of ${simulated} simulations agrees with the exact evidence beside '~='.`;

/** Distances are infinite or no numbers. */
export const noneHasDistance = (simulated: number): string =>
  `None of ${simulated} simulations is at a finite distance from what was seen: see that both are finite numbers, and as many.`;
