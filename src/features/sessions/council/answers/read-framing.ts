import { z } from 'zod';
import type { Reading } from '../../../../llm/broker/llm-call.js';
import { jsonIn, oneLine } from '../../../../llm/text.js';
import type { Framing } from '../events.js';
import { complain } from './answer.js';

const MOST_ENTRIES = 12;
const LONGEST_ENTRY = 500;

const entries = z.array(z.unknown()).catch([]);
const rawFraming = z.object({ questions: entries, constraints: entries, unknowns: entries });

export function readFraming(content: string): Reading<Framing> {
  const parsed = rawFraming.safeParse(jsonIn(content));
  if (!parsed.success) return complain('it is not one JSON object.');
  const value = {
    questions: linesOf(parsed.data.questions),
    constraints: linesOf(parsed.data.constraints),
    unknowns: linesOf(parsed.data.unknowns),
  };
  return value.questions.length === 0 ? complain('it has no list `questions` of strings.') : { ok: true, value };
}

function linesOf(raw: readonly unknown[]): readonly string[] {
  const lines = raw
    .slice(0, MOST_ENTRIES * 2)
    .map((entry) => (typeof entry === 'string' ? oneLine(entry, LONGEST_ENTRY) : ''))
    .filter((line) => line !== '');
  return [...new Set(lines)].slice(0, MOST_ENTRIES);
}
