import fc from 'fast-check';
import { isOchoError } from 'ochopod-core';
import { describe, expect, test } from 'vitest';

import { changeBetween } from '../../../src/marathon/app/change.ts';
import { parseApp } from '../../../src/marathon/app/parse-app.ts';
import { kept, updated } from './support.ts';

const port = fc.integer({ min: 0, max: 65_535 });
const seconds = fc.integer({ min: 0, max: 4000 });
const texts = fc.dictionary(fc.string({ minLength: 1 }), fc.string());
const mapping = fc.record({ containerPort: port, hostPort: port, labels: texts }, { requiredKeys: [] });
const healthCheck = fc.record(
  { protocol: fc.constantFrom('HTTP', 'TCP', 'MESOS_HTTP'), path: fc.string(), gracePeriodSeconds: seconds, port },
  { requiredKeys: [] },
);

/** What somebody may ask for, on either kind of network and in the words of either generation. */
const definition = fc.record(
  {
    instances: fc.integer({ min: 0, max: 100 }),
    cpus: fc.double({ min: 0.001, max: 64, noNaN: true }),
    env: texts,
    labels: texts,
    user: fc.string(),
    networks: fc.constantFrom([], [{ mode: 'host' }], [{ mode: 'container/bridge' }], [{ name: 'dcos' }]),
    ports: fc.uniqueArray(port, { maxLength: 4 }),
    container: fc.record({
      docker: fc.record({ image: fc.string({ minLength: 1 }) }),
      portMappings: fc.array(mapping),
    }),
    healthChecks: fc.array(healthCheck, { maxLength: 1 }),
    constraints: fc.subarray([
      ['hostname', 'UNIQUE'],
      ['rack', 'LIKE', 'a.*'],
    ]),
    uris: fc.array(fc.webUrl(), { maxLength: 2 }),
    upgradeStrategy: fc.record({ minimumHealthCapacity: fc.double({ min: 0, max: 1, noNaN: true }) }),
    unreachableStrategy: fc.constantFrom('disabled', {}, { inactiveAfterSeconds: 5, expungeAfterSeconds: 9 }),
    taskKillGracePeriodSeconds: seconds,
  },
  { requiredKeys: [] },
);

describe('any definition', () => {
  test('that was answered can be sent back, and nothing changes', () => {
    fc.assert(
      fc.property(definition, (said) => {
        const draft = attempt({ id: '/web', cmd: 'x', ...said });
        if (draft === undefined) return;

        expect(parseApp(draft, { apps: [] })).toEqual(draft);
        expect(changeBetween(kept(draft), updated(draft, draft))).toBe('none');
        expect(changeBetween(kept(draft), updated(draft, said))).toBe('none');
      }),
    );
  });

  test('is made or refused, whatever is sent', () => {
    const fields = Object.keys(attempt({ id: '/web', cmd: 'x' }) ?? {});
    const strange = fc.dictionary(fc.constantFrom(...fields, 'container', 'ports', 'ipAddress'), fc.jsonValue());

    fc.assert(fc.property(strange, (said) => void attempt({ id: '/web', cmd: 'x', ...said })));
    fc.assert(fc.property(fc.jsonValue(), (said) => void attempt(said)));
  });
});

function attempt(json: unknown) {
  try {
    return parseApp(json, { apps: [] });
  } catch (error) {
    if (isOchoError(error, 'INVALID_INPUT')) return undefined;
    throw error;
  }
}
