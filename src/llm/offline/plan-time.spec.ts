import { describe, expect, it } from '@jest/globals';
import { planTask } from './plan-task.js';

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
  ];

  it.each(adversarial.map((text) => [JSON.stringify(text.slice(0, 16)), text]))(
    'is below 20 ms for 4,000 characters of %s',
    (_, text) => {
      millisecondsFor(text);
      expect(Math.min(millisecondsFor(text), millisecondsFor(text), millisecondsFor(text))).toBeLessThan(20);
    },
  );

  it('is below 2 ms for a usual text', () => {
    const task = 'I need to write a report about solar energy by Friday for my boss';
    for (let warmUp = 0; warmUp < 50; warmUp += 1) millisecondsFor(task);
    expect(Math.min(millisecondsFor(task), millisecondsFor(task), millisecondsFor(task))).toBeLessThan(2);
  });
});
