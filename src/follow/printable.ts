/** Strips control characters: texts come from models, and an escape sequence in one would control the terminal. */
export function printable(text: string): string {
  return text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .replaceAll(/\p{Cf}/gu, '')
    .trim();
}

/** As {@link printable}, with its lines kept apart. */
export function printableLines(text: string): string[] {
  return text.split(/\r\n|[\r\n]/).map(printable);
}

/** Cut to so many characters, in one line. */
export function shortened(text: string, length: number): string {
  const characters = [...printable(text)];
  return characters.length <= length
    ? characters.join('')
    : `${characters.slice(0, Math.max(0, length - 1)).join('')}…`;
}
