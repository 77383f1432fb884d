import { writeFileSync } from 'node:fs';
import { after, FakeProvider, instant, type Behaviour } from '../../test/support/fake-provider/index.js';
import { councilAnswer } from './council-answers.js';

// A provider that answers all calls of a council, after so many milliseconds. The bodies of the first session's requests go to a
// file, as a JSON list, so that all compared programs send the same.
const [requestsFile = '', calls = '0', latencyMs = '0', agreed = ''] = process.argv.slice(2);

/** Of each kind of answer, so that sessions differ. */
const VARIANTS = 16;

const KIND = /\\"kind\\":\\"council\.(\w+)\\"/;

const prepared = new Map<string, Behaviour>();
const requests: string[] = [];
const provider = await FakeProvider.start({ record: false });
provider.when(({ number, text }) => {
  if (number <= Number(calls)) requests.push(text);
  if (number === Number(calls)) writeFileSync(requestsFile, JSON.stringify(requests));
  const kind = KIND.exec(text)?.[1] ?? '';
  const key = `${kind} ${number % VARIANTS}`;
  const behaviour = prepared.get(key) ?? behaviourOf(kind, number % VARIANTS);
  prepared.set(key, behaviour);
  return behaviour;
});
process.stdout.write(`  API  ${provider.baseUrl.replace('/v1', '')}\n`);
process.once('SIGTERM', () => void provider.stop());

function behaviourOf(kind: string, variant: number): Behaviour {
  const behaviour = instant(councilAnswer(kind, variant, agreed === 'agreed'));
  return Number(latencyMs) > 0 ? after(Number(latencyMs), behaviour) : behaviour;
}
