import type { SessionDto } from '../../../src/features/sessions/dto/session.dto.js';
import type { Fleet } from './fleet.js';

interface ActionBody {
  readonly id: string;
  readonly order: number;
  readonly depends_on: readonly string[];
}

/** What a session has come to, without what differs from one session to the next: ids, times, and who spoke first. */
export interface SessionOutcome {
  readonly status: string;
  readonly usage: SessionDto['usage'];
  readonly result: unknown;
  readonly actions: unknown;
  readonly log: readonly string[];
}

export async function outcomeOf({ api }: Fleet, id: string): Promise<SessionOutcome> {
  const { body: session } = await api.get<SessionDto>(`/v1/sessions/${id}`);
  const { body: result } = await api.get<{ actions: ActionBody[] }>(`/v1/sessions/${id}/result`);
  const { body: actions } = await api.get<{ data: ActionBody[] }>(`/v1/actions?session_id=${id}&limit=200`);
  const { body: events } = await api.get<{ data: { event_type: string; data: Record<string, unknown> }[] }>(
    `/v1/sessions/${id}/events?limit=200`,
  );
  const orders = new Map(actions.data.map((action) => [action.id, `#${action.order}`]));
  const nameless = (value: unknown): unknown => {
    const text = JSON.stringify(value, (key, inner: unknown) => (UNSTEADY.has(key) ? undefined : inner));
    return JSON.parse(text.replaceAll(/act_[0-9a-z]+/g, (name) => orders.get(name) ?? 'unknown'));
  };
  return {
    status: session.status,
    usage: session.usage,
    result: nameless(result),
    actions: nameless(actions.data.toSorted((one, other) => one.order - other.order)),
    log: inSteadyOrder(events.data.map(({ event_type, data }) => [event_type, JSON.stringify(nameless(data))])),
  };
}

const UNSTEADY = new Set(['session_id', 'created_at', 'updated_at', 'digest']);

/** Seats answer at the same time: events of one type that follow each other come in any order. */
function inSteadyOrder(events: readonly (readonly [string, string])[]): readonly string[] {
  const runs: { type: string; texts: string[] }[] = [];
  for (const [type, text] of events) {
    const last = runs.at(-1);
    if (last?.type === type) last.texts.push(text);
    else runs.push({ type, texts: [text] });
  }
  return runs.flatMap(({ type, texts }) => texts.toSorted().map((text) => `${type} ${text}`));
}

/** Sessions that are charged to the tenant. */
export async function chargedSessions({ api }: Fleet): Promise<number> {
  const { body } = await api.get<{ data: { feature: string; count: number }[] }>('/v1/usage');
  return body.data.find(({ feature }) => feature === 'session')?.count ?? 0;
}
