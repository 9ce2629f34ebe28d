/** 2^(i - 1024) at place i, from 2^-1024 to 2^1023. */
export const POWERS_OF_TWO = new Float64Array(2048);
POWERS_OF_TWO[1024] = 1;
for (let i = 1025; i < 2048; i++) POWERS_OF_TWO[i] = 2 * POWERS_OF_TWO[i - 1]!;
for (let i = 1023; i >= 0; i--) POWERS_OF_TWO[i] = POWERS_OF_TWO[i + 1]! / 2;
