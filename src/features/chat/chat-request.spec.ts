import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../reliability/errors/app-error.js';
import { readChatRequest } from './chat-request.js';

describe('a chat request', () => {
  it.each([
    ['no objects', 0],
    ['without roles', {}],
    ['with content of another kind', { role: 'user', content: [0] }],
  ])('of very many messages that are %s has no more faults than anybody reads', (_, message) => {
    const body = { model: 'auto', messages: Array.from({ length: 1_000_000 }, () => message) };
    expect.assertions(2);
    try {
      readChatRequest(body as unknown as Parameters<typeof readChatRequest>[0]);
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect(error instanceof AppError && error.errors?.length).toBe(32);
    }
  });
});
