import { z } from 'zod';
import { parseJson } from '../../http/json.js';

const texts = z.array(z.string()).readonly();
const matter = { goal: z.string(), constraints: texts };
const framing = z.object({ questions: texts, constraints: texts, unknowns: texts }).readonly();
const point = z.object({ from: z.string(), text: z.string() }).readonly();

/** What a council asks a model: the JSON content of the user message, told apart by its `kind`. */
const envelope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('council.frame'), ...matter, context: z.string().nullable() }),
  z.object({
    kind: z.literal('council.contribute'),
    ...matter,
    context: z.string().nullable(),
    framing,
    round: z.number(),
    you: z.string(),
    /** What the seat said in the round before; null when it said nothing. */
    own: z.string().nullable(),
    /** What the others said in the round before. */
    others: z.array(point).readonly(),
  }),
  z.object({
    kind: z.literal('council.facilitate'),
    ...matter,
    framing,
    round: z.number(),
    before: z.array(point).readonly(),
    now: z.array(point).readonly(),
  }),
  z.object({
    kind: z.literal('council.vote'),
    ...matter,
    framing,
    responses: z.array(z.object({ label: z.string(), text: z.string() }).readonly()).readonly(),
  }),
  z.object({
    kind: z.literal('council.synthesise'),
    ...matter,
    context: z.string().nullable(),
    framing,
    consensus: z.number(),
    /** The best ranked first. */
    ranked: z.array(point.unwrap().extend({ mean_rank: z.number() }).readonly()).readonly(),
  }),
  z.object({ kind: z.literal('council.plan'), ...matter, framing, synthesis: z.string() }),
]);

export type CouncilEnvelope = Readonly<z.infer<typeof envelope>>;

/** Undefined when the text asks something else. */
export function readCouncilEnvelope(content: string): CouncilEnvelope | undefined {
  if (!content.startsWith('{"kind":"council.')) return undefined;
  return envelope.safeParse(parseJson(content)).data;
}
