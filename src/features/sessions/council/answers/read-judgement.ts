import { z } from 'zod';
import type { Reading } from '../../../../llm/broker/llm-call.js';
import { jsonIn } from '../../../../llm/text.js';
import { complain } from './answer.js';

/** A share, also when it comes as a string. What lies outside 0 to 1 is no share: 7 may mean 0.07, 0.7 or nothing. */
const share = z
  .union([z.number(), z.string().trim().min(1).pipe(z.coerce.number())])
  .pipe(z.number().min(0).max(1))
  .transform((value) => Math.round(value * 100) / 100);

const judgement = z.object({ score: share, novelty: share });

export interface Judgement {
  /** How far the members agree. */
  readonly score: number;
  /** How much of the round was new. */
  readonly novelty: number;
}

export function readJudgement(content: string): Reading<Judgement> {
  const parsed = judgement.safeParse(jsonIn(content));
  return parsed.success
    ? { ok: true, value: parsed.data }
    : complain('it is not one JSON object with the numbers `score` and `novelty`, each from 0 to 1.');
}
