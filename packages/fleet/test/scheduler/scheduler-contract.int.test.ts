import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { systemClock } from 'ochopod-core';
import { startScheduler } from 'ochopod-sandbox/marathon';

import { MarathonScheduler } from '../../src/scheduler/index.ts';
import { describeScheduler } from './scheduler-contract.ts';

describeScheduler('Marathon, as the sandbox is one', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'contract-'));
  const server = await startScheduler({ directory, containers: 'none', images: { 'acme/web:*': 'exec sleep 1000' } });
  const masters = [`http://127.0.0.1:${server.port}`];
  const scheduler = new MarathonScheduler({ masters, clock: systemClock, random: Math.random });
  return {
    scheduler,
    image: 'acme/web:1',
    another: 'acme/web:2',
    // Nobody answers there.
    stuck: { ports: [{ container: 8080, host: 0, protocol: 'tcp' }], health: { path: '/', port: 8080 } },
    async [Symbol.asyncDispose]() {
      scheduler.close();
      await server.close();
      await rm(directory, { recursive: true });
    },
  };
});
