import { fastify } from 'fastify';

const app = fastify();
app.get('/', () => ({
  tenant_id: 'ten_00000000000000000000000000',
  key_id: 'key_00000000000000000000000000',
  scope: 'member',
  install_id: null,
}));
const address = await app.listen({ port: 0, host: '127.0.0.1' });
process.stdout.write(`  API  ${address}\n`);
process.once('SIGTERM', () => void app.close());
