import type { ChatRequest } from '../provider.js';

/** What is shown of the answer that has to be done again, in UTF-16 units: enough to mend it, little enough to fit. */
const MOST_SHOWN = 16_000;

/** Where the prompt takes what was wrong. */
const COMPLAINT = '{complaint}';

/**
 * The request once more, with the answer that was given and what was wrong with it.
 * @param prompt the instruction, with `{complaint}` where the fault is named.
 */
export function repairRequest(request: ChatRequest, prompt: string, content: string, complaint: string): ChatRequest {
  return {
    ...request,
    messages: [
      ...request.messages,
      { role: 'assistant', content: content.slice(0, MOST_SHOWN).toWellFormed() },
      { role: 'user', content: prompt.replace(COMPLAINT, () => complaint) },
    ],
  };
}
