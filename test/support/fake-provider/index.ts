export * from './answers.js';
export type { ReceivedCall } from './call.js';
export type { Behaviour } from './exchange.js';
export { FakeProvider } from './fake-provider.js';
export * from './hang-ups.js';
export * from './refusals.js';
export * from './streams.js';
