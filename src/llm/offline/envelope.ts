import { z } from 'zod';
import { LANGUAGES } from '../language/language.js';
import type { Granularity } from './granularity.js';

/** A template in one language, as it travels in the request. Its texts are patterns (see pattern.ts). */
export interface TemplateStep {
  id: string;
  title: string;
  detail?: string | undefined;
  estimate_minutes: number;
  depends_on: string[];
  substeps: TemplateStep[];
}

const templateStep: z.ZodType<TemplateStep> = z.lazy(() =>
  z.object({
    id: z.string(),
    title: z.string().min(1),
    detail: z.string().optional(),
    estimate_minutes: z.number().int().positive(),
    depends_on: z.array(z.string()),
    substeps: z.array(templateStep),
  }),
);

const template = z.object({
  id: z.string(),
  language: z.enum(LANGUAGES),
  title: z.string(),
  steps: z.array(templateStep).min(1),
});

export type LocalisedTemplate = z.infer<typeof template>;

const envelope = z.object({
  task: z.string(),
  granularity: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]),
  hints: z.array(z.string()),
  template: template.nullable(),
});

/** What a breakdown request says, as the JSON content of the last user message. */
export interface Envelope {
  readonly task: string;
  readonly granularity: Granularity;
  readonly hints: readonly string[];
  readonly template: LocalisedTemplate | null;
}

/** Reads an envelope; text that is not one is itself the task. */
export function readEnvelope(content: string): Envelope {
  if (content.trimStart().startsWith('{')) {
    try {
      const parsed = envelope.safeParse(JSON.parse(content));
      if (parsed.success) return parsed.data;
    } catch {
      // Not JSON, or nested too deeply for the parser: plain text then.
    }
  }
  return { task: content, granularity: 3, hints: [], template: null };
}
