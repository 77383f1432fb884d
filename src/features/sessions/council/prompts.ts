import { EXIT, StartupFault } from '../../../config/startup-fault.js';
import { loadPrompt, PROMPT_FOLDER } from '../../../llm/prompt.js';
import type { CallKind } from './calls.js';
import { PersonaLibrary } from './persona-library.js';

/** Where a prompt takes the persona of the seat. */
export const PERSONA_PLACE = '{persona}';

const FILES = {
  frame: 'council-frame.v1.md',
  contribute: 'council-contribute.v1.md',
  facilitate: 'council-facilitate.v1.md',
  vote: 'council-vote.v2.md',
  synthesise: 'council-synthesise.v1.md',
  plan: 'council-plan.v1.md',
} as const satisfies Record<CallKind, string>;

/** The words in which a council is asked. */
export interface CouncilPrompts {
  readonly texts: Readonly<Record<CallKind, string>>;
  readonly personas: PersonaLibrary;
}

/**
 * Reads the prompts and personas of this installation.
 * @throws StartupFault (exit 78) when one of them cannot be used.
 */
export function loadCouncilPrompts(personas = PersonaLibrary.load(), folder = PROMPT_FOLDER): CouncilPrompts {
  const load = (kind: CallKind): string => loadPrompt(FILES[kind], folder);
  const speaking = (kind: 'contribute' | 'vote'): string => {
    const text = load(kind);
    if (text.includes(PERSONA_PLACE)) return text;
    throw new StartupFault(
      `The prompt ${FILES[kind]} in ${folder} has no place for ${PERSONA_PLACE}. Put it where the persona is to be introduced.`,
      EXIT.config,
    );
  };
  const texts = {
    frame: load('frame'),
    contribute: speaking('contribute'),
    facilitate: load('facilitate'),
    vote: speaking('vote'),
    synthesise: load('synthesise'),
    plan: load('plan'),
  };
  return { texts, personas };
}
