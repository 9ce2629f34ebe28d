/** What can be asked for as `engine`: an engine, or that it is chosen. */
export const engineNames = ['auto', 'js', 'wasm', 'interpreter', 'native'] as const;

/** The name of an engine; `auto` chooses by the shape and the size of a run. */
export type EngineName = (typeof engineNames)[number];

/** The name of one engine. */
export type OneEngine = Exclude<EngineName, 'auto'>;

/** Whether a word names an engine, or `auto`. */
export const isEngineName = (word: string): word is EngineName => engineNames.some((name) => name === word);
