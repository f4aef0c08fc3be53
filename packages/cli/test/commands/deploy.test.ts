import { OchoError } from 'ochopod-core';
import { describe, expect, test } from 'vitest';

import { FakeScheduler, type FakeSchedulerOptions } from '../support/fake-scheduler.ts';
import { ocho, type RunOptions, words } from '../support/ocho.ts';

const FILES = {
  'web.yml': 'cluster: web\nimage: acme/web:1\n',
  'db.yml': 'cluster: db\nimage: acme/db:1\n',
  'other-web.yml': 'cluster: web\nimage: acme/web:2\n',
  'broken.yml': 'cluster: broken\nimage: acme/broken:1\n',
  'job.yml': 'cluster: job\nimage: acme/job:1\nwait: {oneShot: true}\n',
  'quick.yml': 'cluster: quick\nimage: acme/none:1\nwait: {timeout: 10}\n',
  'open.yml': 'cluster: open\nimage: acme/open:1\nsettings: {password: null, host: null}\n',
  'bad.yml': 'cluster: bad\nimage: Acme/bad:1\nprots: [80]\n',
  'set.yml': 'marathon.open: {password: x, host: y}\n',
};

const FATES = {
  'acme/web:2': 'stays stopped',
  'acme/broken:1': 'dies',
  'acme/job:1': 'dies',
  'acme/none:1': 'no pod',
  'acme/slow:1': 'never starts',
} as const;

const STAMP = '1970-01-01-00-00-00';

/** A scheduler, and `ocho` in front of it. */
function stage(options: FakeSchedulerOptions = {}) {
  const scheduler = new FakeScheduler({ fates: FATES, ...options });
  const run = async (line: string, more: RunOptions = {}) => {
    const ran = await ocho(
      words(`${line} --marathon fake`),
      { pods: scheduler.pods, scheduler },
      { files: FILES, ...more },
    );
    return { ...ran, report: line.includes(' -j') ? JSON.parse(ran.out) : undefined };
  };
  return { scheduler, run };
}

describe('deploy', () => {
  test('makes an application of a file, and comes back when its pods are up', async () => {
    const { scheduler, run } = stage();
    const { report, err, code } = await run('deploy web.yml -p 2 -n demo -j');

    expect(report).toEqual({
      'web.yml': {
        ok: true,
        up: [0, 1],
        expected: 2,
        application: `ochopod.demo.web-${STAMP}`,
        done: 'created',
        deployment: expect.any(String),
        version: expect.any(String),
      },
    });
    expect(err).toContain('web.yml: demo.web #1 is up\n');
    expect(scheduler.told).toEqual([`create ochopod.demo.web-${STAMP}`]);
    expect(code).toBe(0);
  });
});
