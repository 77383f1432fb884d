/** Placeholder until the API document exists. */
export function assertMatchesContract(
  _method: string,
  _path: string,
  _status: number,
  _headers: Readonly<Record<string, string>>,
  _body: unknown,
): void {}
