import { ProviderFault } from '../provider-fault.js';

/** The request asks for what this API cannot give: refused before it costs a call, so that the next provider may take it. */
export function untranslatable(what: string): ProviderFault {
  return new ProviderFault('rejected', { detail: `This provider does not take ${what}.` });
}
