import type { Identification } from './answer.js';

/** Whether and how an effect is known from observation, for people. */
export function identificationText({ identifiable, strategy, estimand, steps, hedge }: Identification): string {
  if (!identifiable) {
    const help = strategy === null ? [] : [strategy];
    return ['not identifiable', `hedge: ${hedge ?? ''}`, ...help].join('\n');
  }
  const derivation = steps.map(
    ({ rule, because, gives }, k) => `  ${k + 1}. ${gives}  by ${rule === 0 ? because : `rule ${rule}: ${because}`}`,
  );
  return [`identifiable (${strategy ?? ''})`, `  ${estimand ?? ''}`, ...derivation].join('\n');
}
