import { asObject, parseJson, type JsonObject } from '../http/json.js';
import type { ChatChunk, ChunkRun } from '../provider.js';

/** Chunks that were not parsed, and rarely have to be. */
export class RunChunk implements ChatChunk {
  readonly words: string;

  constructor(readonly run: ChunkRun) {
    const written = run.words.join('');
    this.words = written.includes('\\') ? (JSON.parse(`"${written}"`) as string) : written;
  }

  get text(): string {
    const { before, after, words } = this.run;
    return before + (words[0] ?? '') + after;
  }

  get body(): JsonObject {
    return asObject(parseJson(this.text)) ?? {};
  }
}
