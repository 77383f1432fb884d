import type { ChatRequest } from '../provider.js';

/** How much of the faulty answer the model is shown, in UTF-16 units: enough to mend it, little enough to fit. */
const MOST_SHOWN = 16_000;

/** The prompt's placeholder for the complaint. */
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
