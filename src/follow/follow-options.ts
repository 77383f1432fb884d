import { parseArgs } from 'node:util';

/** The arguments of the command line. */
export interface FollowArguments {
  readonly session: string;
  readonly url: string | undefined;
  readonly keyFile: string | undefined;
  readonly plain: boolean;
}

export const USAGE = 'usage: npm run follow -- ses_… [--url BASE_URL] [--key-file FILE] [--plain]';

/** @returns undefined when they are not valid. */
export function readArguments(args: readonly string[]): FollowArguments | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { url: { type: 'string' }, 'key-file': { type: 'string' }, plain: { type: 'boolean' } },
    });
    const [session, ...more] = positionals;
    if (session === undefined || more.length > 0 || !/^ses_\w+$/.test(session)) return undefined;
    if (values.url !== undefined && !/^https?:$/.test(URL.parse(values.url)?.protocol ?? '')) return undefined;
    return { session, url: values.url, keyFile: values['key-file'], plain: values.plain ?? false };
  } catch {
    return undefined;
  }
}
