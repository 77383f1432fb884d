import { RawConnection } from './raw-connection.js';

interface Line {
  readonly connection: RawConnection;
  answer: PromiseWithResolvers<string> | undefined;
}

/** Keeps a connection for each request that is in flight at once: a benchmark asks us as cheaply as it asks our peers. */
export class RawClient {
  private free: Line[] = [];

  constructor(private readonly port: number) {}

  /** @returns the whole answer, head and all, as latin1. @throws when the connection breaks */
  ask(request: string): Promise<string> {
    const line = this.free.pop() ?? this.open();
    line.answer = Promise.withResolvers();
    line.connection.send(request);
    return line.answer.promise;
  }

  async close(): Promise<void> {
    for (const { connection } of this.free) connection.end();
    await Promise.all(this.free.map(({ connection }) => connection.closed));
  }

  private open(): Line {
    const connection = new RawConnection(this.port, (answer) => {
      this.free.push(line);
      line.answer?.resolve(answer);
    });
    const line: Line = { connection, answer: undefined };
    const onGone = () => {
      this.free = this.free.filter((one) => one !== line);
      line.answer?.reject(new Error('the server has closed the connection'));
    };
    connection.closed.then(onGone, onGone);
    return line;
  }
}
