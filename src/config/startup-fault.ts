/** sysexits.h codes with which the process refuses to serve. */
export const EXIT = { usage: 64, unavailable: 69, config: 78 } as const;

/** Why the process refuses to start: a message that says what to do, and the exit code that goes with it. */
export class StartupFault extends Error {
  override readonly name = 'StartupFault';

  constructor(
    message: string,
    readonly exitCode: (typeof EXIT)[keyof typeof EXIT] = EXIT.unavailable,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
