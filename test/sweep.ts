/** How many cases a sweep takes: some with `npm test`, and more with `npm run test:long`. */
export const sweep = (some: number, more: number): number => (process.env.WHATIF_LONG === '1' ? more : some);
