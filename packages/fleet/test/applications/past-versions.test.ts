import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';

import { type KnownVersion, keptVersions, knownVersions } from '../../src/applications/past-versions.ts';
import type { SchedulerReader } from '../../src/scheduler/index.ts';

const signal = new AbortController().signal;

function version(image: string, more: Partial<KnownVersion> = {}): KnownVersion {
  const definition = { id: '/web', container: { docker: { image } }, labels: { team: 'shop' } };
  return {
    ...{ application: 'web', version: `of ${image}`, image, instances: 2, env: { A: 'b' }, labels: { team: 'shop' } },
    definition,
    ...more,
  };
}

/** What an application with such labels, and no versions of its own, is known to have been. */
function readBack(labels: Readonly<Record<string, string>>) {
  const scheduler = { versions: async () => [] } as unknown as SchedulerReader;
  return knownVersions(scheduler, { id: 'next', labels }, signal);
}

describe('what takes the place of an application', () => {
  test('keeps its versions as they were, newest first', async () => {
    const versions = [version('web:2'), version('web:1')];

    expect(await readBack(keptVersions(versions, 'of web:2'))).toEqual(versions);
  });

  test('keeps none that was given up before, and of those that differ in their size the newest', async () => {
    const smaller = version('web:2', { version: 'smaller', instances: 1 });
    const versions = [version('web:3'), version('web:2'), smaller, version('web:1')];

    expect(await readBack(keptVersions(versions, 'of web:2'))).toEqual([version('web:2'), version('web:1')]);
  });

  test('keeps those of whom that one had taken the place, five in all, each once', async () => {
    const labels = keptVersions([version('web:1')], 'of web:1');
    const older = Array.from({ length: 9 }, (_none, at) => version(`web:0.${9 - at}`));
    const definition = { ...version('web:2').definition, labels };
    const kept = keptVersions([version('web:2', { labels, definition }), version('web:1'), ...older], 'of web:2');

    const known = await readBack(kept);
    expect(known.map(({ image }) => image)).toEqual(['web:2', 'web:1', 'web:0.9', 'web:0.8', 'web:0.7']);
    expect(JSON.stringify(known)).not.toContain('ochopod_history');
  });

  test('keeps fewer when they are large, and none when they are too large', async () => {
    const random = (length: number) =>
      Array.from({ length }, (_none, at) => Math.sin(at * length).toString(36)).join('');
    const large = (image: string, length: number) => version(image, { env: { BLOB: random(length) } });

    expect(await readBack(keptVersions([large('web:2', 1000), large('web:1', 1001)], 'of web:2'))).toHaveLength(1);
    expect(keptVersions([large('web:2', 5000)], 'of web:2')).toEqual({});
  });

  test.each([
    ['', 'nothing'],
    ['bm90IGRlZmxhdGVk', 'no deflated text'],
    [deflateRawSync('{"a": 1}').toString('base64'), 'something else'],
    [deflateRawSync(`[${'['.repeat(10_000)}`).toString('base64'), 'depth without reason'],
    [deflateRawSync('"'.padEnd(8_000_000)).toString('base64'), 'much more than it looks like'],
  ])('is known by nothing where somebody else has written its label (%#)', async (label) => {
    expect(await readBack({ ochopod_history: label })).toEqual([]);
  });
});
