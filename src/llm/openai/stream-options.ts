import { asObject } from '../http/json.js';
import { ProviderFault } from '../provider-fault.js';
import type { ChatRequest } from '../provider.js';

/** How the body of a refusal names them. */
const NAMED = /\b(?:stream_options|include_usage)\b/;

/**
 * The options of streams, among them one of ours: without counts of tokens nobody could say what streams have cost. Some servers
 * know nothing of it, and refuse the whole request (Mistral); they are asked without.
 */
export class StreamOptions {
  /** `doubted`: the next request tells whether they were what was refused. */
  private standing: 'taken' | 'doubted' | 'refused' = 'taken';

  /** Those to send; undefined where there are to be none. */
  for(request: ChatRequest): object | undefined {
    if (this.standing !== 'taken') return undefined;
    return { ...asObject(request['stream_options']), include_usage: true };
  }

  /** A request was taken. @param sent the options that it had. */
  accepted(sent: object | undefined): void {
    if (sent === undefined && this.standing === 'doubted') this.standing = 'refused';
  }

  /** @returns what a refusal means: where it names the options, that the same server is to be asked without. */
  judge(fault: ProviderFault, body: string, sent: object | undefined): ProviderFault {
    if (fault.kind !== 'rejected') return fault;
    if (sent === undefined) {
      // It was something else, although it may have quoted the whole request.
      if (this.standing === 'doubted') this.standing = 'taken';
      return fault;
    }
    if (!NAMED.test(body)) return fault;
    if (this.standing === 'taken') this.standing = 'doubted';
    return new ProviderFault('option_refused', { detail: fault.detail });
  }
}
