import { EventStream, type StreamCall } from './event-stream.js';
import { SessionDesk } from './session-desk.js';
import type { ComposedAppOptions } from './composed-app.js';
import { logOf, type LogEntry } from './session-log.js';

/** A desk, and the streams that its test has open. */
export class StreamDesk {
  private readonly open: EventStream[] = [];

  private constructor(readonly desk: SessionDesk) {}

  static async start(options: ComposedAppOptions = {}): Promise<StreamDesk> {
    return new StreamDesk(await SessionDesk.open(options));
  }

  get api(): SessionDesk['app']['api'] {
    return this.desk.app.api;
  }

  get database(): SessionDesk['app']['database'] {
    return this.desk.app.database;
  }

  async follow(id: string, call?: StreamCall): Promise<EventStream> {
    const stream = await EventStream.open(this.api.baseUrl, id, call);
    this.open.push(stream);
    return stream;
  }

  log(id: string): Promise<readonly LogEntry[]> {
    return logOf(this.database, id);
  }

  /** What operators see. */
  async metric(name: string): Promise<number> {
    const { text } = await this.api.get('/metrics');
    const line = text.split('\n').find((one) => one.startsWith(`${name} `) || one.startsWith(`${name}{`));
    return Number(line?.split(' ').at(-1) ?? NaN);
  }

  closeStreams(): void {
    for (const stream of this.open.splice(0)) stream.close();
  }

  async close(): Promise<void> {
    this.closeStreams();
    await this.desk.close();
  }
}
