import { FakeScheduler, type FakeSchedulerOptions } from 'ochopod-fleet/testing';

import { ocho, type RunOptions, words } from './ocho.ts';

/** Deploy files, each with a story to tell. */
export const FILES = {
  'web.yml': 'cluster: web\nimage: acme/web:1\n',
  'db.yml': 'cluster: db\nimage: acme/db:1\n',
  'web-2.yml': 'cluster: web\nimage: acme/web:2\n',
  'dies.yml': 'cluster: dies\nimage: acme/dies:1\n',
  'job.yml': 'cluster: job\nimage: acme/dies:1\nwait: {oneShot: true}\n',
  'some.yml': 'cluster: some\nimage: acme/some:1\n',
  'mixed.yml': 'cluster: mixed\nimage: acme/mixed:1\n',
  'none.yml': 'cluster: none\nimage: acme/none:1\n',
  'stopped.yml': 'cluster: stopped\nimage: acme/stopped:1\n',
  'strict.yml': 'cluster: stopped\nimage: acme/stopped:1\nwait: {strict: true, timeout: 10}\n',
  'own.yml': 'cluster: own\nimage: acme/own:1\nverbatim: {id: /elsewhere, instances: 2}\n',
  'open.yml': 'cluster: open\nimage: acme/open:1\nsettings: {size: null, host: null}\n',
  'bad.yml': 'cluster: bad\nimage: acme/bad:1\nprots: [80]\n',
  'set.yml': 'marathon.open: {size: 3, host: y}\n',
};

const FATES = {
  'acme/dies:1': 'dies',
  'acme/dies:2': 'dies',
  'acme/some:1': ['runs', 'runs', 'no pod', 'runs'],
  'acme/mixed:1': ['dies', 'stays stopped', 'never starts'],
  'acme/none:1': 'no pod',
  'acme/stopped:1': 'stays stopped',
  'acme/web:broken': 'no pod',
} as const;

/** Of the ids of applications, at the wall time of these worlds. */
export const STAMP = '1970-01-01-00-00-00';
export const LATER = '1970-01-01-00-00-01';

/** A scheduler whose images do as `FATES` says, and `ocho` in front of it. */
export function stage(options: FakeSchedulerOptions = {}) {
  const scheduler = new FakeScheduler({ fates: FATES, ...options });
  const run = async (line: string, more: RunOptions = {}) => {
    const world = { pods: scheduler.pods, scheduler };
    const ran = await ocho(words(`${line} --marathon fake`), world, { files: FILES, ...more });
    return { ...ran, report: line.includes(' -j') ? JSON.parse(ran.out) : undefined };
  };
  return { scheduler, run };
}
