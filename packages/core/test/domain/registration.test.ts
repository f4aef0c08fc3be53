import { expect, test } from 'vitest';

import { controlAddress } from '../../src/domain/pod.ts';
import { parseRegistration } from '../../src/domain/registration.ts';
import { parseSnapshot } from '../../src/domain/snapshot.ts';

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
  ['{"ip": "ann:pw@10.0.0.1", "port": "1", "ports": {"1": 1}}', /ip: neither an IP address nor the name of a host/],
  ['{"ip": "10.0.0.1\\u001b[2J", "port": "1", "ports": {"1": 1}}', /ip: neither an IP address/],
  ['{"ip": "10.0.0.1", "port": "toString", "ports": {}}', /does not map the control port toString/],
  ['{"ip": "10.0.0.1", "port": "__proto__", "ports": {}}', /does not map the control port __proto__/],
  [`{"x": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`, /registration has \d+ bytes, more than 65536/],
  [`{"x": ${'['.repeat(10_000)}${']'.repeat(10_000)}}`, /nested deeper than 8 levels/],
])('says what is wrong with %.40j', (text, message) => {
  expect(() => parseRegistration(text)).toThrow(message);
});

test('says it in a few words, however much is wrong', () => {
  const ports = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`port-${at}`, 'x'.repeat(30)]));
  const text = JSON.stringify({ ip: '10.0.0.1', port: '8080', ports });

  expect(() => parseRegistration(text)).toThrow(/port-0: .*and 997 more/);
  expect(() => parseRegistration(text)).not.toThrow(/.{600}/);
});

test('repeats no more than the beginning of a name that goes on and on', () => {
  const ports = { 8080: 31_000, [`port-${'x'.repeat(10_000)}`]: 0 };

  expect(() => parseRegistration({ ip: '10.0.0.1', port: '8080', ports })).toThrow(/port-x+…$/);
  expect(() => parseRegistration({ ip: '10.0.0.1', port: '8080', ports })).not.toThrow(/.{300}/);
});

test('a deep one in what a leader hands on is refused as well', () => {
  const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  expect(() => parseRegistration({ ...JSON.parse(OLD), deep })).toThrow(/nested deeper/);
  expect(Object.keys(parseSnapshot(`{"good": ${OLD}, "deep": {"x": ${'['.repeat(1e5)}${']'.repeat(1e5)}}}`))).toEqual([
    'good',
  ]);
});

test('a control port of any name is found where it is mapped, and nowhere else', () => {
  const fields = { ip: '10.0.0.1', port: 'toString', ports: { toString: 31_000 } };
  expect(controlAddress({ registration: parseRegistration(fields) })).toEqual({ host: '10.0.0.1', port: 31_000 });
});
