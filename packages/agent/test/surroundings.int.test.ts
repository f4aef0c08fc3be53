import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';

import { findPlacement } from '../src/environment/registration.ts';
import { readSettings } from '../src/environment/settings.ts';
import { systemSurroundings } from '../src/surroundings.ts';

/** What the service answers to method, path, and the one header that it wants; all else is 404. */
const METADATA: Readonly<Record<string, string>> = {
  'PUT /latest/api/token 60': 'TOKEN',
  'GET /latest/meta-data/instance-id TOKEN': 'i-0123',
  'GET /latest/meta-data/local-ipv4 TOKEN': '172.16.0.4',
};

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe('a machine of EC2', () => {
  test('is asked in the way that its metadata service wants it', async () => {
    const endpoint = await metadataService(({ method, url, headers }, response) => {
      const header = headers[method === 'PUT' ? 'x-aws-ec2-metadata-token-ttl-seconds' : 'x-aws-ec2-metadata-token'];
      const value = METADATA[`${method} ${url} ${header}`];
      response.writeHead(value === undefined ? 404 : 200).end(value);
    });

    expect(await place(endpoint)).toMatchObject({
      fwk: 'marathon (ec2)',
      node: 'i-0123',
      ip: '172.16.0.4',
      public: '',
    });
  });

  test('does not keep us waiting when its service does not answer', async () => {
    const endpoint = await metadataService(() => {});

    await expect(place(endpoint)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('no answer within 1000 ms'),
    });
  });
});

async function metadataService(answer: RequestListener): Promise<string> {
  const listening = createServer(answer);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

function place(endpoint: string) {
  const env = { ochopod_cluster: 'web', ochopod_ec2: 'true', AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint };
  return findPlacement(
    readSettings(env),
    systemSurroundings(env, () => {}),
  );
}
