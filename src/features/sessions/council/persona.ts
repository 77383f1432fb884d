import { z } from 'zod';

/** A persona as its file holds it; `config/personas/README.md` explains each part. */
export const personaSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{1,63}$/),
  name: z.string().trim().min(1).max(80),
  /** Its turn when seats are given out; lower ones come first. */
  turn: z.number().int().positive(),
  method: z.string().trim().min(1).max(1_000),
  asks: z.array(z.string().trim().min(1).max(280)).min(1).max(8),
});

export type Persona = z.infer<typeof personaSchema>;

/** A persona as a prompt introduces it. */
export function introductionOf({ name, method, asks }: Persona): string {
  return [`You are “${name}”. ${method}`, 'You ask:', ...asks.map((question) => `- ${question}`)].join('\n');
}
