import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { periodOf, reportedPeriod } from './period.js';

const at = (text: string) => Date.parse(text);
const reported = (since: string | undefined, now: string) => reportedPeriod(since, at(now), '/since');
const outOfRange = expect.objectContaining({
  code: 'validation_error',
  errors: [{ pointer: '/since', detail: expect.any(String) }],
});

describe('the period of an instant', () => {
  it.each([
    ['2026-11-30T23:59:59.999Z', '2026-11-01'],
    ['2026-12-01T00:00:00Z', '2026-12-01'],
    ['2026-12-31T23:59:59.999Z', '2026-12-01'],
    ['2027-01-01T00:00:00Z', '2027-01-01'],
    ['2028-02-29T12:00:00Z', '2028-02-01'],
    ['2026-12-01T00:30:00+01:00', '2026-11-01'],
    ['2026-11-30T23:30:00-01:00', '2026-12-01'],
  ])('%s is the UTC month %s', (instant, period) => {
    expect(periodOf(at(instant))).toBe(period);
  });

  it('is the same for every instant of a month, and changes with the next one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2020, max: 2090 }),
        fc.nat(11),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (year, month, share) => {
          const [first, next] = [Date.UTC(year, month), Date.UTC(year, month + 1)];
          const within = Math.min(next - 1, Math.floor(first + share * (next - first)));
          expect(periodOf(within)).toBe(periodOf(first));
          expect(periodOf(next)).not.toBe(periodOf(first));
        },
      ),
    );
  });
});

describe('the period of a report', () => {
  it('is the current one when the report names no instant', () => {
    expect(reported(undefined, '2026-11-05T12:00:00Z')).toBe('2026-11-01');
  });

  it('may be of 5 minutes ahead, also when that is another month, and not of a millisecond more', () => {
    expect(reported('2026-12-01T00:04:59.999Z', '2026-11-30T23:59:59.999Z')).toBe('2026-12-01');
    expect(() => reported('2026-12-01T00:05:00Z', '2026-11-30T23:59:59.999Z')).toThrow(outOfRange);
  });

  it('may be of less than 13 months ago, and not of 13', () => {
    expect(reported('2025-10-05T12:00:00.001Z', '2026-11-05T12:00:00Z')).toBe('2025-10-01');
    expect(() => reported('2025-10-05T12:00:00Z', '2026-11-05T12:00:00Z')).toThrow(outOfRange);
  });

  it.each([
    // 13 months before the last of March is the last of February, however long that is.
    ['2026-03-31T00:00:00Z', '2025-02-28T00:00:00Z'],
    ['2025-03-31T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['2026-03-29T10:00:00Z', '2025-02-28T10:00:00Z'],
    ['2028-02-29T00:00:00Z', '2027-01-29T00:00:00Z'],
    ['2026-12-31T23:59:59.999Z', '2025-11-30T23:59:59.999Z'],
    ['2026-01-31T00:00:00Z', '2024-12-31T00:00:00Z'],
  ])('at %s may be of just after %s', (now, oldest) => {
    expect(() => reported(oldest, now)).toThrow(outOfRange);
    expect(reported(new Date(at(oldest) + 1).toISOString(), now)).toBe(periodOf(at(oldest) + 1));
  });

  it('never reaches back further on a later day', () => {
    const taken = (sinceMs: number, nowMs: number) => {
      try {
        return reportedPeriod(new Date(sinceMs).toISOString(), nowMs, '') !== '';
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(
        fc.integer({ min: at('2024-01-01'), max: at('2030-01-01') }),
        fc.nat(400 * 86_400_000),
        fc.nat(40 * 86_400_000),
        (now, back, later) => {
          if (!taken(now - back, now)) expect(taken(now - back, now + later)).toBe(false);
          if (back < 394 * 86_400_000) expect(taken(now - back, now)).toBe(true);
        },
      ),
    );
  });

  it.each([
    '2026-11-05t12:00:00z',
    '2026-11-05T12:00:00.123456789Z',
    '2026-11-05T12:00:00+00:00',
    '2026-11-05T12:00:00-00:00',
  ])('understands %s', (since) => {
    expect(reported(since, '2026-11-05T12:00:01Z')).toBe('2026-11-01');
  });
});
