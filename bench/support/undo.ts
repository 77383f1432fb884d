/** What has been started, to be taken back, the last first: a start that fails halfway must leave no process behind. */
export class Undo {
  private readonly steps: (() => Promise<unknown>)[] = [];

  add(step: () => Promise<unknown>): void {
    this.steps.push(step);
  }

  readonly run = async (): Promise<void> => {
    for (const step of this.steps.splice(0).toReversed()) await step();
  };
}

/** Starts several things. @throws what the start throws, with everything taken back. */
export async function undoneOnFailure<T>(start: (undo: Undo) => Promise<T>): Promise<T> {
  const undo = new Undo();
  try {
    return await start(undo);
  } catch (error) {
    await undo.run();
    throw error;
  }
}
