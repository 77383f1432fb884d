import { z } from 'zod';
import { LANGUAGES } from '../../../llm/language/language.js';
import { TASK_KINDS } from '../../../llm/language/lexicon/task-kind.js';
import { patternFault } from '../../../llm/offline/pattern.js';

const LONGEST_TEXT = 280;
const MOST_SUBSTEPS = 20;
const MOST_LEVELS = 3;

const text = z.string().min(1).max(LONGEST_TEXT);

/** A text of a step: a pattern whose slots all stand in brackets, so that none can be left over. */
const pattern = text.superRefine((value, context) => {
  const fault = patternFault(value);
  if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
});

function perLanguage<T extends z.ZodType>(schema: T): z.ZodObject<Record<(typeof LANGUAGES)[number], T>> {
  return z.strictObject({ en: schema, de: schema, fr: schema, es: schema });
}

/** One step in all languages. A leaf has minutes; a step with substeps takes as long as they do. */
export interface Step {
  readonly id: string;
  readonly title: z.infer<typeof localisedPattern>;
  readonly detail?: z.infer<typeof localisedPattern> | undefined;
  readonly estimate_minutes?: number | undefined;
  readonly depends_on: readonly string[];
  readonly substeps: readonly Step[];
}

const localisedPattern = perLanguage(pattern);

const step: z.ZodType<Step> = z.lazy(() =>
  z
    .strictObject({
      id: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
      title: localisedPattern,
      detail: localisedPattern.optional(),
      estimate_minutes: z.number().int().positive().optional(),
      depends_on: z.array(z.string()).default([]),
      substeps: z.array(step).max(MOST_SUBSTEPS).default([]),
    })
    .refine(({ estimate_minutes, substeps }) => (estimate_minutes === undefined) === substeps.length > 0, {
      message: 'needs either estimate_minutes or substeps',
    }),
);

const words = z.array(z.string().regex(/^[\p{Ll}\p{N}]+$/u));
const triggers = z.array(z.string().regex(/^[\p{Ll}\p{N}|*<> ]+$/u)).min(1);

/** A template as its file holds it; `config/templates/README.md` explains each part. */
export const templateSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{1,63}$/),
    title: perLanguage(text),
    about: z.strictObject({
      triggers: perLanguage(triggers),
      keywords: perLanguage(words),
      kinds: z.array(z.enum(TASK_KINDS)).min(1),
      blockers: words,
      rivals: words,
    }),
    steps: z.array(step).min(3).max(7),
  })
  .superRefine(({ steps }, context) => {
    for (const message of orderFaults(steps, 1)) context.addIssue({ code: 'custom', message });
  });

/** Steps may wait only for siblings before them: so a template cannot hold a cycle. */
function orderFaults(steps: readonly Step[], level: number): string[] {
  if (steps.length > 0 && level > MOST_LEVELS) return [`more than ${MOST_LEVELS} levels`];
  const seen = new Set<string>();
  return steps.flatMap(({ id, depends_on, substeps }) => {
    const faults = depends_on
      .filter((other) => !seen.has(other))
      .map((other) => `step "${id}" waits for "${other}", which is no sibling before it`);
    if (seen.has(id)) faults.push(`step id "${id}" is used twice`);
    seen.add(id);
    return [...faults, ...orderFaults(substeps, level + 1)];
  });
}

export type Template = z.infer<typeof templateSchema>;
