import { expect, test } from 'vitest';

import { parseRegistration } from '../../src/domain/registration.ts';

/** As an agent of 2015 writes it. */
const OLD = `{"application": "", "cluster": "web", "debug": "true", "local": "false", "namespace": "marathon", "port": "8080",
 "start": "true", "task": "", "zk": "127.0.0.1:2181", "fwk": "marathon (debug)", "ip": "127.0.0.1", "node": "local",
 "ports": {"8080": 20204}, "public": "127.0.0.1", "seq": 0}`;

test('reads what old agents write, and keeps what it does not know', () => {
  expect(parseRegistration(OLD)).toEqual(JSON.parse(OLD));
  expect(parseRegistration(OLD)).toMatchObject({ fwk: 'marathon (debug)' });
});

test.each([
  ['', /still empty/],
  ['{', /not JSON/],
  ['null', /not a registration/],
  ['[]', /not a registration/],
  ['{"ip": "10.0.0.1", "port": "8080", "ports": {"6379": 31000}}', /does not map the control port 8080/],
  ['{"ip": "", "port": 8080, "ports": {"8080": 0}}', /ip: .*; ports\.8080: /],
])('says what is wrong with %j', (text, message) => {
  expect(() => parseRegistration(text)).toThrow(message);
});
