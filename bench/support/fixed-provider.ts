import { writeFileSync } from 'node:fs';
import { after, FakeProvider, instant } from '../../test/support/fake-provider/index.js';
import { PLAN_ANSWER } from './plan-answer.js';

// A provider that answers every request with the same plan, after so many milliseconds. The body of the first request goes to a
// file, so that all compared programs send the same.
const [requestFile = '', latencyMs = '0'] = process.argv.slice(2);
const plan = instant(PLAN_ANSWER);
const provider = await FakeProvider.start({ record: false });
provider.always(Number(latencyMs) > 0 ? after(Number(latencyMs), plan) : plan);
provider.when((call) => {
  if (call.number === 1) writeFileSync(requestFile, call.text);
  return undefined;
});
process.stdout.write(`  API  ${provider.baseUrl.replace('/v1', '')}\n`);
process.once('SIGTERM', () => void provider.stop());
