const longest = 40;

/** A piece of the program to show in a message: in backquotes, on one line, shortened, control characters written out. */
export function quoted(text: string): string {
  const shown = text.length > longest ? `${text.slice(0, longest)}…` : text;
  const plain = Array.from(shown, (character) => (isPrintable(character) ? character : escaped(character))).join('');
  return `\`${plain}\``;
}

const isPrintable = (character: string): boolean => !/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u.test(character);

const escaped = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
