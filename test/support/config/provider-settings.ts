import { loadConfig } from '../../../src/config/config.js';
import { StartupFault } from '../../../src/config/startup-fault.js';

export type Settings = Record<string, string>;

export const KEY = 'a-key-of-an-operator';

/** A chain of one provider that is complete. */
export const LOCAL: Settings = {
  LLM_PROVIDERS: 'a',
  LLM_A_KIND: 'openai-compatible',
  LLM_A_BASE_URL: 'http://127.0.0.1:11434/v1',
  LLM_A_MODEL: 'llama3.2',
};

/** With one field of it changed. */
export const local = (field: string, value: string): Settings => ({ ...LOCAL, [`LLM_A_${field}`]: value });

export const providersOf = (settings: Settings) => loadConfig(settings).llm.providers;

/** The faults, one per line, without the frame around them. */
export function faultsOf(settings: Settings): string[] {
  try {
    loadConfig(settings);
  } catch (error) {
    if (error instanceof StartupFault && error.exitCode === 78) return error.message.match(/(?<=^ {2}- ).*/gm) ?? [];
    throw error;
  }
  return [];
}
