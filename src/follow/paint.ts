const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** Gives a text a colour, or leaves it as it is. */
export type Paint = (colour: keyof typeof CODES, text: string) => string;

export const coloured: Paint = (colour, text) => `\x1b[${CODES[colour]}m${text}\x1b[0m`;
export const plain: Paint = (_, text) => text;
