import { asObject } from '../http/json.js';
import { ProviderFault } from '../provider-fault.js';
import type { ChatRequest } from '../provider.js';

/** How the body of a refusal names them. */
const NAMED = /\b(?:stream_options|include_usage)\b/;

/**
 * The stream options, with one of ours: without token counts the cost of a stream is unknown. Some servers (Mistral) do not know
 * it and refuse the whole request; they are asked without options.
 */
export class StreamOptions {
  /** `doubted`: the next request goes without them, and shows whether they were refused. */
  private standing: 'taken' | 'doubted' | 'refused' = 'taken';

  /** The options to send; undefined for none. */
  for(request: ChatRequest): object | undefined {
    if (this.standing !== 'taken') return undefined;
    return { ...asObject(request['stream_options']), include_usage: true };
  }

  /** The server accepted a request. @param sent the options that it had. */
  accepted(sent: object | undefined): void {
    if (sent === undefined && this.standing === 'doubted') this.standing = 'refused';
  }

  /** @returns the fault of a refusal; `option_refused`, which asks the server again without them, where it names the options. */
  judge(fault: ProviderFault, body: string, sent: object | undefined): ProviderFault {
    if (fault.kind !== 'rejected') return fault;
    if (sent === undefined) {
      // Something else was refused: the body named the options perhaps because it quoted the whole request.
      if (this.standing === 'doubted') this.standing = 'taken';
      return fault;
    }
    if (!NAMED.test(body)) return fault;
    if (this.standing === 'taken') this.standing = 'doubted';
    return new ProviderFault('option_refused', { detail: fault.detail });
  }
}
