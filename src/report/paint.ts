/** Colours, or none. */
import pc from 'picocolors';

/** Puts colour on text; without colour it gives the text back. */
export type Paint = {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
};

export const plain: Paint = pc.createColors(false);
export const coloured: Paint = pc.createColors(true);
