import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { hostname } from 'node:os';

import type { HttpGet, Surroundings } from './environment/bindings/binding.ts';
import type { Environment } from './environment/settings.ts';

/** An address, an id, a token: whatever answers there with more is not what it is taken for. */
const MAX_ANSWER_CHARS = 16_384;

const EC2_ENDPOINT = 'http://169.254.169.254';

/** The machine that we are on, as the bindings ask it. */
export function systemSurroundings(env: Environment, warn: (message: string) => void): Surroundings {
  return {
    readText: (path) => readFile(path, 'utf8'),
    resolve: async (host) => (await lookup(host, { order: 'ipv4first' })).address,
    http: httpGet,
    hostname: hostname(),
    metadataEndpoint: env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] || EC2_ENDPOINT,
    warn,
  };
}

const httpGet: HttpGet = ({ method, url, headers, timeoutMs }) =>
  new Promise((resolve, reject) => {
    const call = request(url, { method, headers, agent: false, timeout: timeoutMs }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
        if (body.length > MAX_ANSWER_CHARS)
          response.destroy(new Error(`it answers more than ${MAX_ANSWER_CHARS} characters`));
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', reject);
    });
    call.on('timeout', () => call.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    call.on('error', reject);
    call.end();
  });
