import { describe, expect, it } from '@jest/globals';
import { HoldfastError, type StreamItem } from '../client/index.js';
import { exitCodeOf, exitCodeOfError } from './exit-code.js';
import { readArguments } from './follow-options.js';
import { printable, printableLines, shortened } from './printable.js';
import { ProgressReport, type ReportOptions } from './progress-report.js';

const LOGGED = { session_id: 'ses_1', timestamp: '2026-11-21T09:30:00.000Z', event_version: 1 };
const closing = { event_count: 1, digest: '' };

type Said = {
  [T in StreamItem['event_type']]: { event_type: T; data: Extract<StreamItem, { event_type: T }>['data'] };
}[StreamItem['event_type']];

const COUNCIL: readonly Said[] = [
  {
    event_type: 'session_started',
    data: { goal_title: 'A second bakery', council: { seats: 2, max_rounds: 3, quorum: 2 } },
  },
  { event_type: 'framing_complete', data: { questions: ['Who?'], constraints: [], unknowns: ['Rent', 'Flour'] } },
  { event_type: 'seat_selected', data: { seat: 'seat-1', persona: 'sceptic', model: 'a/m' } },
  { event_type: 'seat_selected', data: { seat: 'seat-2', persona: 'operator', model: 'b/m' } },
  { event_type: 'round_started', data: { round: 1 } },
  { event_type: 'contribution', data: { round: 1, seat: 'seat-1', text: 'Why\na \x1b[2Jsecond?' } },
  { event_type: 'seat_absent', data: { seat: 'seat-2', code: 'provider_timeout' } },
  { event_type: 'convergence', data: { round: 1, score: 0.9, novelty: 0.125, stop: true } },
  { event_type: 'round_complete', data: { round: 1 } },
  { event_type: 'voting_started', data: {} },
  { event_type: 'vote', data: { seat: 'seat-1', ranking: ['seat-2'] } },
  {
    event_type: 'voting_complete',
    data: { ranking: [{ seat: 'seat-1', persona: 'sceptic', model: 'a/m', mean_rank: 1.5 }] },
  },
  { event_type: 'synthesis_complete', data: { text: 'Open it.\nIn June.', consensus: 0.75 } },
  {
    event_type: 'actions_planned',
    data: {
      actions: [
        {
          id: 'act_1',
          title: 'Rent it',
          detail: '',
          order: 1,
          depends_on: [],
          estimate_minutes: 60,
          owner_role: 'owner',
          first_step: '',
        },
      ],
    },
  },
  { event_type: 'complete', data: closing },
];

function reported(said: readonly Said[], options: Partial<ReportOptions> = {}, rows = 24) {
  let written = '';
  const output = { columns: 60, rows, write: (text: string) => (written += text) };
  const report = new ProgressReport(output, { drawn: false, coloured: false, ...options });
  for (const [index, one] of said.entries()) {
    const ending = { complete: true, error: true, cancelled: true }[one.event_type as string] ?? false;
    const logged = one.event_type === 'delta' ? {} : { ...LOGGED, sequence: index + 1 };
    report.item({ ...logged, ...one, ...(ending && { verified: true }) } as StreamItem);
  }
  return { report, written: () => written };
}

const ESC = '\u001b';

/** What a terminal shows after the bytes, limited to the sequences that the report uses. */
function onScreen(written: string): string[] {
  let lines: string[] = [];
  const [first = '', ...redrawn] = written.replaceAll(`${ESC}[?7l`, '').replaceAll(`${ESC}[?7h`, '').split(ESC);
  lines.push(...first.split('\n').slice(0, -1));
  for (const piece of redrawn) {
    const up = /^\[(\d+)A\r$/.exec(piece)?.[1];
    if (up !== undefined) lines = lines.slice(0, lines.length - Number(up));
    else lines.push(...piece.replace(/^\[J/, '').split('\n').slice(0, -1));
  }
  return lines;
}

describe('the report of a council', () => {
  it('is a line for each thing that happens where lines cannot be drawn over', () => {
    const { report, written } = reported(COUNCIL);
    report.end();
    expect(written().split('\n').slice(0, 13)).toEqual([
      '09:30:00  session started: A second bakery',
      '09:30:00  framing: 1 questions, 2 unknowns',
      '09:30:00  seat-1: sceptic (a/m)',
      '09:30:00  seat-2: operator (b/m)',
      '09:30:00  round 1',
      '09:30:00  seat-1 in round 1: Why a  [2Jsecond?',
      '09:30:00  seat-2 is absent: provider_timeout',
      '09:30:00  round 1: convergence 0.90, novelty 0.13',
      '09:30:00  votes',
      '09:30:00  seat-1 has voted: seat-2',
      '09:30:00  ranking: seat-1 1.50',
      '09:30:00  synthesis, consensus 0.75',
      '09:30:00  1 actions planned',
    ]);
  });

  it('draws where the council stands, over what it drew before', () => {
    const { written } = reported(COUNCIL.slice(0, 8), { drawn: true });
    expect(onScreen(written())).toEqual([
      'A second bakery',
      'framing    1 questions, 0 constraints, 2 unknowns',
      'seats      ✓ sceptic (a/m)',
      '           ✗ operator (b/m) provider_timeout',
      'rounds     1 of 3: convergence 0.90, novelty 0.13 …',
    ]);
  });

  it('ends with what the council has come to, and whether all of it is proven', () => {
    const { report, written } = reported(COUNCIL, { drawn: true });
    report.end();
    expect(onScreen(written()).slice(5)).toEqual([
      'votes      sceptic 1.50',
      'synthesis  consensus 0.75',
      'actions    1 planned',
      '',
      'Open it.',
      'In June.',
      '',
      '1. Rent it (60 min, owner)',
      '',
      'completed: 15 events, all of them verified',
    ]);
  });

  it('shows how a seat is writing, until it has spoken', () => {
    const writing: Said = { event_type: 'delta', data: { round: 1, seat: 'seat-1', text: 'Why ' } };
    const { written } = reported([...COUNCIL.slice(0, 5), writing, writing], { drawn: true });
    expect(onScreen(written())).toContain('seats      … sceptic (a/m) 8 characters');
  });

  it('says that there is no connection only as long as there is none', () => {
    const { report, written } = reported(COUNCIL.slice(0, 1), { drawn: true });
    report.pause({ error: new Error('fetch failed'), delayMs: 1_234, failures: 1 });
    expect(onScreen(written())).toEqual(['A second bakery', 'no connection (fetch failed); again in 1.2 s']);
    report.item({ ...LOGGED, sequence: 2, event_type: 'paused', data: {} });
    expect(onScreen(written())).toEqual(['A second bakery', 'paused     ']);
  });

  it('never draws more lines than the terminal has: those that scroll away cannot be drawn over', () => {
    const { written } = reported(COUNCIL.slice(0, 8), { drawn: true }, 3);
    expect(onScreen(written()).slice(-2)).toHaveLength(2);
    expect(written().replaceAll(ESC, '')).not.toMatch(/\[([3-9]|\d\d+)A/);
  });

  it('tells what a failure was, what a retry begins, and what a gap has cost', () => {
    const said: Said[] = [
      { event_type: 'error', data: { ...closing, code: 'stalled', detail: 'Nobody answers.', recoverable: true } },
      { event_type: 'retried', data: { attempt: 2 } },
      { event_type: 'gap_detected', data: { expected: 3, actual: 9, missed: 6, earliest: 1 } },
      { event_type: 'snapshot', data: { session: { title: 'Known', status: 'failed' }, events_through: 8 } },
    ];
    const failed = reported(said.slice(0, 1));
    failed.report.end();
    expect(failed.written()).toContain('failed (stalled: Nobody answers.): 1 events, all of them verified');
    const { report, written } = reported(said);
    report.end();
    expect(written()).toMatch(/failed: stalled\n.*attempt 2\n.*6 events cannot be had any more\n/);
    expect(report.view).toMatchObject({ title: 'Known', state: 'failed', attempt: 2 });
    expect(written()).toMatch(/failed: 6 events could not be had any more\n$/);
  });

  it('uses colours only when told to', () => {
    expect(reported(COUNCIL, { drawn: true }).written().replaceAll(ESC, '')).not.toMatch(/\[\d+m/);
    expect(reported(COUNCIL, { drawn: true, coloured: true }).written()).toContain(`${ESC}[32m✓${ESC}[0m`);
  });
});

describe('texts of models', () => {
  it('cannot speak to the terminal', () => {
    expect(printable('a\x1b]0;title\x07b\u009b31mc\u202ed')).toBe('a ]0;title b 31mcd');
    expect(printableLines('a\r\nb\x1b[Ac')).toEqual(['a', 'b [Ac']);
  });

  it('are cut between characters', () => {
    expect([shortened('🥐🥐🥐', 3), shortened('🥐🥐🥐', 2), shortened('abc', 0)]).toEqual(['🥐🥐🥐', '🥐…', '…']);
  });
});

describe('the exit code', () => {
  it('tells how the session has ended', () => {
    const codes = (['completed', 'failed', 'cancelled', 'running'] as const).map((state) =>
      exitCodeOf({ ...reported([]).report.view, state }),
    );
    expect(codes).toEqual([0, 1, 2, 69]);
  });

  it('tells why it could not be followed', () => {
    const of = (status: number) => exitCodeOfError(new HoldfastError('x', '', { status }));
    expect([400, 401, 403, 404, 410, 503].map(of)).toEqual([64, 77, 77, 66, 66, 69]);
    const byCode = (code: string) => exitCodeOfError(new HoldfastError(code, ''));
    expect(['digest_mismatch', 'invalid_url', 'disconnected'].map(byCode)).toEqual([65, 64, 69]);
  });
});

describe('the command line', () => {
  it('names a session, and where and as whom it is asked for', () => {
    expect(readArguments(['ses_1', '--url', 'http://h', '--key-file', 'k', '--plain'])).toEqual({
      session: 'ses_1',
      url: 'http://h',
      keyFile: 'k',
      plain: true,
    });
    expect(readArguments(['ses_1'])).toEqual({ session: 'ses_1', url: undefined, keyFile: undefined, plain: false });
  });

  it.each([
    [[]],
    [['act_1']],
    [['ses_1', 'ses_2']],
    [['ses_1', '--what']],
    [['ses_1', '--url', 'h']],
    [['ses_1', '--url']],
  ])('%j makes no sense', (args) => {
    expect(readArguments(args)).toBeUndefined();
  });
});
