import { asObject, type JsonObject } from '../http/json.js';
import { contentOf, thoughtsIn } from './completion.js';
import { begunCall, callInText } from './tool-call.js';

/**
 * Puts the choices of a stream's chunks into a shape that clients can read. Official clients fail at a choice without an index or
 * a delta, at one that never says its role, and at a tool call without an index (Gemini leaves it out). Where all calls have the
 * same index (from proxies in front of Gemini), clients make one call with the arguments of all. Where content comes in parts
 * (from Mistral), OpenAI's client makes `[object Object]` of each.
 */
export class SoundChoices {
  /** Of each choice, by its index. */
  private readonly calls = new Map<unknown, CallIndexes>();
  private readonly begun = new Set<unknown>();

  /** @returns the same list where nothing has to be mended; undefined where a choice cannot be read. */
  of(choices: readonly unknown[]): readonly unknown[] | undefined {
    if (!choices.every((choice) => isSound(choice))) return undefined;
    const mended = choices.map((choice, position) => this.mended(asObject(choice) ?? {}, position));
    return mended.every((choice, position) => choice === choices[position]) ? choices : mended;
  }

  private mended(choice: JsonObject, position: number): JsonObject {
    const index = choice['index'] ?? position;
    const said = asObject(choice['delta']);
    const delta = this.withRole(this.withIndexes(inText(said ?? {}), index), index);
    return index === choice['index'] && delta === said ? choice : { ...choice, index, delta };
  }

  private withRole(delta: JsonObject, choice: unknown): JsonObject {
    if (this.begun.has(choice)) return delta;
    this.begun.add(choice);
    return isText(delta['role']) ? delta : { ...delta, role: 'assistant' };
  }

  private withIndexes(delta: JsonObject, choice: unknown): JsonObject {
    const listed = delta['tool_calls'];
    if (!Array.isArray(listed) || listed.length === 0) return delta;
    const calls = this.calls.get(choice) ?? new CallIndexes();
    this.calls.set(choice, calls);
    const indexed = listed.map((call: unknown) => calls.sound(asObject(call) ?? {}));
    return indexed.every((call, position) => call === listed[position]) ? delta : { ...delta, tool_calls: indexed };
  }
}

/** Gives each tool call of one answer its own index, and a beginning that clients can read. */
class CallIndexes {
  private readonly byId = new Map<unknown, number>();
  /** Indexes at which calls with an id have begun. */
  private readonly begun = new Set<number>();
  /** For an index that the server gives to several calls, ours of the last one of them. */
  private readonly shared = new Map<number, number>();
  /** Indexes at which a piece has come. */
  private readonly told = new Set<number>();
  private last = -1;
  private highest = -1;

  /** @returns the same call where nothing has to be mended. */
  sound(piece: JsonObject): JsonObject {
    const call = callInText(this.withIndex(piece));
    if (this.told.has(this.last)) return call;
    this.told.add(this.last);
    return begunCall(call);
  }

  private withIndex(call: JsonObject): JsonObject {
    const { index: stated, id } = call;
    const index = typeof stated === 'number' ? this.distinct(stated, call) : this.guess(call);
    if (isText(id)) {
      this.byId.set(id, index);
      this.begun.add(index);
    }
    this.last = index;
    this.highest = Math.max(this.highest, index);
    return index === stated ? call : { ...call, index };
  }

  /** A new id with a name begins another call, even at an index where one has begun already. */
  private distinct(stated: number, { id, function: called }: JsonObject): number {
    const known = this.shared.get(stated) ?? stated;
    const begins = isText(id) && !this.byId.has(id) && isText(asObject(called)?.['name']);
    if (begins && this.begun.has(known)) this.shared.set(stated, this.highest + 1);
    const last = this.shared.get(stated);
    return last === undefined ? stated : (this.byId.get(id) ?? last);
  }

  /** A call begins with its id or its name; a piece with neither continues the last call. */
  private guess({ id, function: called }: JsonObject): number {
    const known = this.byId.get(id);
    if (known !== undefined) return known;
    const begins = this.last === -1 || isText(id) || isText(asObject(called)?.['name']);
    return begins ? this.highest + 1 : this.last;
  }
}

/** A delta whose content is text, with the thoughts beside it; as it is where a part is neither. */
function inText(delta: JsonObject): JsonObject {
  const { content: parts } = delta;
  if (!Array.isArray(parts) || !parts.every((part) => isReadable(asObject(part)))) return delta;
  return { ...delta, content: contentOf(parts), ...thoughtsIn(parts) };
}

function isReadable(part: JsonObject | undefined): boolean {
  if (part?.['type'] === 'text') return typeof part['text'] === 'string';
  return part?.['type'] === 'thinking' && typeof contentOf(part['thinking']) === 'string';
}

function isSound(value: unknown): boolean {
  const choice = asObject(value);
  const said = asObject(choice?.['delta'] ?? {});
  if (!choice || !said) return false;
  const content = said['content'] ?? '';
  const calls = said['tool_calls'] ?? [];
  if (!Array.isArray(calls) || !calls.every((call) => asObject(call) !== undefined)) return false;
  return typeof content === 'string' || Array.isArray(content);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
