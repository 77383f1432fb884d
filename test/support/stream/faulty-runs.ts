import { follow, type Reconnect, type ResumeState, type StreamItem } from '../../../src/client/index.js';
import { BOOTSTRAP_KEY } from '../app.js';
import type { CouncilApp } from '../council-app.js';
import { logOf } from '../session-log.js';
import { SeededRandom } from '../seeded-random.js';
import { Received } from './received.js';
import { FaultProxy, WHOLE, type Ending, type Fault } from './fault-proxy.js';

/** Much shorter than in life, where keepalives come every 15 s: what a test stalls has nothing more to say. */
const STALL_MS = 1_500;

const ENDINGS: readonly Ending[] = ['refused', 'cut', 'reset', 'half-closed', 'stalled'];

/** What a run met with, and what is wrong with what its client got. */
export interface FaultyRun {
  readonly connections: number;
  readonly endings: readonly Ending[];
  readonly faults: readonly string[];
}

/** Chance decides how each connection ends; after a few, no more break. */
function faultsBy(random: SeededRandom, most: number): (connection: number) => Fault {
  const broken = random.int(1, most);
  // Cutting everything into single bytes is slow: once in a while is enough.
  const sizes = [1, 7, 64, 1_000, Infinity, Infinity];
  return (connection) => {
    const pace = { pieceBytes: random.pick(sizes), delayMs: random.chance(0.2) ? random.int(1, 3) : 0 };
    const slow = pace.pieceBytes < 64 ? { ...pace, delayMs: 0 } : pace;
    if (connection > broken) return { ...WHOLE, ...slow };
    return { ...slow, ending: random.pick(ENDINGS), afterBytes: random.int(0, 3_000) };
  };
}

/**
 * Follows a session through a proxy that breaks connections, from its creation or after its end, now and then in a new tab that
 * knows only what the one before has stored.
 * @param mostFaults connections that break, at most.
 */
export async function runWithFaults(council: CouncilApp, seed: number, mostFaults: number): Promise<FaultyRun> {
  const random = new SeededRandom(seed);
  const id = await council.create({ seats: random.int(2, 4), max_rounds: 2 });
  // Polling in many runs at once would be the greater load.
  if (random.chance(0.4)) await new Received(id, { baseUrl: council.api.baseUrl }).ended;
  const port = Number(new URL(council.api.baseUrl).port);
  const proxy = await FaultProxy.start(() => port, faultsBy(random, mostFaults));
  try {
    const { items, errors } = await followInTabs(proxy.url, id, random);
    const log = await logOf(council.app.database, id);
    const faults = faultsIn(items, log);
    const unexpected = errors.filter((code) => !EXPECTED.has(code)).map((code) => `the client met with ${code}`);
    const endings = proxy.faults.map(({ ending }) => ending);
    return {
      connections: endings.length,
      endings,
      faults: [...faults, ...unexpected].map((fault) => `seed ${seed}: ${fault}`),
    };
  } finally {
    await proxy.close();
  }
}

/** Broken connections, and storm control, which sees many of them: no hole, no repeat, no other content. */
const EXPECTED: ReadonlySet<string> = new Set(['network', 'stalled', 'disconnected', 'rate_limited']);

async function followInTabs(baseUrl: string, id: string, random: SeededRandom) {
  const items: StreamItem[] = [];
  const errors: string[] = [];
  let resume: ResumeState | undefined;
  const onReconnect = ({ error }: Reconnect): void => {
    errors.push(error instanceof Error && 'code' in error ? String(error.code) : 'network');
  };
  for (;;) {
    const tab = follow(id, {
      baseUrl,
      token: BOOTSTRAP_KEY,
      stallMs: STALL_MS,
      onReconnect,
      ...(resume && { resume }),
    });
    let isClosed = false;
    for await (const item of tab) {
      items.push(item);
      isClosed = random.chance(0.05);
      if (isClosed) break;
    }
    if (!isClosed) return { items, errors };
    resume = JSON.parse(JSON.stringify(tab.state)) as ResumeState;
  }
}

interface Stored {
  readonly sequence: number;
  readonly text: string;
}

function faultsIn(items: readonly StreamItem[], log: readonly Stored[]): string[] {
  const logged = items.filter(({ event_type: type }) => type !== 'delta');
  const faults = log.flatMap(({ sequence, text }, index) => {
    const { verified, ...item } = { verified: true, ...logged[index] };
    const isSame = JSON.stringify(item) === text;
    return isSame && verified ? [] : [`event ${sequence} is ${JSON.stringify(item)}, not ${text}, or not verified`];
  });
  return logged.length === log.length ? faults : [...faults, `${logged.length} events, not ${log.length}`];
}
