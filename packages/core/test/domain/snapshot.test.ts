import { expect, test } from 'vitest';

import { canonicalText, parseSnapshot, samePods } from '../../src/domain/snapshot.ts';

const fields = { ip: '10.0.0.1', port: '8080', ports: { 8080: 31_000, 6379: 31_001 }, seq: 1 };
const registration = parseSnapshot(JSON.stringify({ a: fields }))['a'] as ReturnType<typeof parseSnapshot>[string];

test.each(['', '{', 'null', '[]', '3'])('an unusable snapshot %j holds nobody', (text) => {
  expect(parseSnapshot(text)).toEqual({});
});

test('one entry that is no registration does not cost the others', () => {
  expect(Object.keys(parseSnapshot(JSON.stringify({ a: fields, b: {}, c: 'x', d: fields })))).toEqual(['a', 'd']);
});

test.each(['__proto__', 'a.b', '', '-', 'a b', '\u202e', 'x'.repeat(129)])('nobody has the key %j', (key) => {
  const text = `{${JSON.stringify(key)}:${JSON.stringify(fields)},"a":${JSON.stringify(fields)}}`;

  expect(Object.keys(parseSnapshot(text))).toEqual(['a']);
});

test('the order of keys does not matter to what is digested', () => {
  const reversed = Object.fromEntries(Object.entries(registration).reverse()) as typeof registration;
  expect(canonicalText({ pods: { a: registration, b: registration }, dependencies: {} })).toBe(
    canonicalText({ pods: { b: reversed, a: reversed }, dependencies: {} }),
  );
});

test.each([
  ['zk', 'other:2181'],
  ['debug', 'true'],
  ['dead', 'true'],
  ['died', 'killed'],
])('the field %s means nothing to it', (field, value) => {
  const changed = { ...registration, [field]: value };
  expect(canonicalText({ pods: { a: changed }, dependencies: {} })).toBe(
    canonicalText({ pods: { a: registration }, dependencies: {} }),
  );
});

test.each([
  ['ip', '10.0.0.2'],
  ['ports', { 8080: 31_000 }],
  ['role', 'standby'],
])('the field %s does', (field, value) => {
  const changed = { ...registration, [field]: value };
  expect(canonicalText({ pods: { a: changed }, dependencies: {} })).not.toBe(
    canonicalText({ pods: { a: registration }, dependencies: {} }),
  );
});

test('a pod of a dependency is not one of the cluster', () => {
  const own = { pods: { a: registration }, dependencies: { backend: {} } };
  const theirs = { pods: {}, dependencies: { backend: { a: registration } } };
  expect(canonicalText(own)).not.toBe(canonicalText(theirs));
});

test('what is digested is written as it always was: the same cluster must not be configured anew by a newer agent', () => {
  const snapshot = { pods: { b: registration, a: registration }, dependencies: { 'zoo"*': { c: registration } } };
  const pod = '{"application":"","cluster":"","ip":"10.0.0.1","namespace":"","node":"","port":"8080",';
  const whole = `${pod}"ports":{"6379":31001,"8080":31000},"public":"","seq":1,"task":""}`;
  expect(canonicalText(snapshot)).toBe(`[{"a":${whole},"b":${whole}},{"zoo\\"*":{"c":${whole}}}]`);
});

test('the same pods are told by what they say, and by who says it', () => {
  const again = { ...registration, zk: 'other:2181' };
  expect(samePods({ a: registration, b: registration }, { b: again, a: again })).toBe(true);
  expect(samePods({ a: registration }, { b: registration })).toBe(false);
  expect(samePods({ a: registration }, { a: registration, b: registration })).toBe(false);
  expect(samePods({ a: registration }, { a: { ...registration, ip: '10.0.0.2' } })).toBe(false);
});
