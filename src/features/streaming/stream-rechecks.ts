import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AUTHENTICATOR, type Authenticator } from '../../http/authenticator.js';
import { outsideContext } from '../../reliability/context/request-context.js';
import { CLOCK, type Clock } from '../../reliability/ports.js';
import { OpenStreams } from './open-streams.js';
import { RECHECK_MS } from './stream-limits.js';

/** Judges the credentials of all open streams again, now and then, in one look-up: a revoked key ends its streams. */
@Injectable()
export class StreamRechecks implements OnApplicationBootstrap, OnApplicationShutdown {
  private cancel: () => void = () => {};
  private checking = false;

  constructor(
    private readonly streams: OpenStreams,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    outsideContext(() => this.later());
  }

  onApplicationShutdown(): void {
    this.cancel();
  }

  private later(): void {
    this.cancel = this.clock.schedule(RECHECK_MS, () => {
      this.later();
      if (!this.checking) void this.check();
    });
  }

  private async check(): Promise<void> {
    const streams = [...this.streams.all];
    if (streams.length === 0) return;
    this.checking = true;
    const principals = [...new Set(streams.map(({ principal }) => principal))];
    // A failed look-up is left to the next check: an unreachable database must not end every stream.
    const verdicts = await this.authenticator.stillValid(principals).catch(() => undefined);
    this.checking = false;
    if (!verdicts) return;
    const invalid = new Set(principals.filter((_, index) => verdicts[index] === false));
    for (const stream of streams) if (invalid.has(stream.principal)) stream.end('unauthorized');
  }
}
