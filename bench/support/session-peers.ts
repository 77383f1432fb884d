import { startDbos } from './dbos.js';
import { ifItCanBeHad } from './npm-peer.js';
import { startRestate } from './restate.js';
import type { Sessions } from './sessions.js';
import type { SessionPeer } from './session-peer.js';

export interface SessionPeers {
  readonly dbos: SessionPeer | undefined;
  readonly restate: SessionPeer | undefined;
  stop(): Promise<void>;
}

/** Starts those that can be installed. The sessions must have asked the provider for one session before. */
export async function startSessionPeers(sessions: Sessions): Promise<SessionPeers> {
  const dbos = await ifItCanBeHad('DBOS', () => startDbos(sessions));
  const restate = await ifItCanBeHad('Restate', () => startRestate(sessions));
  return {
    dbos,
    restate,
    stop: async () => {
      await dbos?.stop();
      await restate?.stop();
    },
  };
}
