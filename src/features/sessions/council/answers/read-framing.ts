import { z } from 'zod';
import type { Reading } from '../../../../llm/broker/llm-call.js';
import { jsonIn, oneLine } from '../../../../llm/text.js';
import type { Framing } from '../events.js';
import { complain } from './answer.js';

const MOST_ENTRIES = 12;
const LONGEST_ENTRY = 500;

const entries = z.array(z.unknown()).catch([]);
const rawFraming = z.object({ questions: z.array(z.unknown()), constraints: entries, unknowns: entries });
const texts = z.array(z.string());
const NO_QUESTIONS = 'it is not one JSON object with a list `questions` of strings.';

/** A framing without questions is valid: the goal is still there to deliberate on. */
export function readFraming(content: string): Reading<Framing> {
  const parsed = rawFraming.safeParse(jsonIn(content));
  if (!parsed.success) return complain(NO_QUESTIONS);
  const value = {
    questions: linesOf(parsed.data.questions),
    constraints: linesOf(parsed.data.constraints),
    unknowns: linesOf(parsed.data.unknowns),
  };
  const asksNothing = texts.safeParse(parsed.data.questions).success;
  return value.questions.length > 0 || asksNothing ? { ok: true, value } : complain(NO_QUESTIONS);
}

function linesOf(raw: readonly unknown[]): readonly string[] {
  const lines = raw
    .slice(0, MOST_ENTRIES * 2)
    .map((entry) => (typeof entry === 'string' ? oneLine(entry, LONGEST_ENTRY) : ''))
    .filter((line) => line !== '');
  return [...new Set(lines)].slice(0, MOST_ENTRIES);
}
