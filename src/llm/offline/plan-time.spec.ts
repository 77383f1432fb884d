import { describe, expect, it } from '@jest/globals';
import { planTask } from './plan-task.js';

const BACKTRACKING_MS = 5_000;

function millisecondsFor(task: string): number {
  const start = performance.now();
  planTask({ task, granularity: 5, hints: [], template: null });
  return performance.now() - start;
}

describe('the time that planning takes', () => {
  const adversarial = [
    'a'.repeat(4_000),
    ' '.repeat(4_000),
    'in '.repeat(1_333),
    '1'.repeat(4_000),
    'A '.repeat(2_000),
    '.!?'.repeat(1_333),
    '("'.repeat(2_000),
    'bis bis zum am '.repeat(266),
    'first then '.repeat(363),
    '- '.repeat(2_000),
    "l'".repeat(2_000),
    'In A-B '.repeat(571),
    '1. '.repeat(1_333),
    '\n'.repeat(4_000),
    'with my old '.repeat(333),
    'and, '.repeat(800),
    'Zu'.repeat(2_000),
    'every night, '.repeat(307),
    'i need a new '.repeat(307),
    'my neighbours '.repeat(285),
    'take my mum to '.repeat(266),
    'auf meine '.repeat(400),
    'a oder ich '.repeat(363),
  ];

  // No measure of speed: an expression that backtracks would take minutes, on any machine.
  it.each(adversarial.map((text) => [JSON.stringify(text.slice(0, 16)), text]))(
    'stays bounded for 4,000 characters of %s',
    (_, text) => {
      expect(millisecondsFor(text)).toBeLessThan(BACKTRACKING_MS);
    },
  );
});
