/** All ways in which a text could stand somewhere else. A key cut short is as bad as a whole one. */
export function spellings(text: string): string[] {
  const telling = text.length > 60 ? [text.slice(0, 45), text.slice(-30)] : [text];
  return telling.flatMap((part) => {
    const bytes = Buffer.from(part);
    // Base64 of a text in the middle of another one depends on where it begins; without its ends it is one of three.
    const base64 = [0, 1, 2].map((shift) =>
      Buffer.concat([Buffer.alloc(shift), bytes])
        .toString('base64')
        .slice(4, -4),
    );
    return [part, part.toLowerCase(), bytes.toString('hex'), ...base64];
  });
}
