import { systemClock } from 'ochopod-core';
import { connectSession, type Session } from 'ochopod-core/zookeeper';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { eventually, remains } from '../support/eventually.ts';
import { missing, type PodProcess, Stage, titled } from '../support/stage.ts';

const CLUSTER = '/ochopod/clusters/demo.web';
const never = new AbortController().signal;

describe.skipIf(missing)(titled('a leader that is paused past its session'), () => {
  let stage: Stage;
  let outsider: Session;

  beforeEach(async () => {
    stage = await Stage.open();
    const options = { servers: stage.zk, sessionTimeoutMs: 10_000, connectTimeoutMs: 5000, clock: systemClock };
    outsider = await connectSession(options, never);
  });

  afterEach(async () => {
    await outsider.close();
    await stage[Symbol.asyncDispose]();
  });

  test('in the middle of a configuration can neither order nor record when it wakes up', async () => {
    const settings = { model: { sequential: true } };
    const old = stage.start({ settings });
    await eventually('it leads', () => old.lastView?.size === 1);
    const others = [stage.start({ settings }), stage.start({ settings })];
    await eventually('three are configured', () => others.every(({ lastView }) => lastView?.size === 3));

    // The next configuration stops at the slow pod's check, which is where the leader is when it is paused.
    const slow = stage.start({ settings });
    slow.behave({ canConfigure: 'hang' });
    await eventually('it is configuring', () => /4 pods to configure/.test(old.output));
    old.signal('SIGSTOP');
    slow.behave({});
    const heirs = [...others, slow];
    await eventually('the heir has configured', () => heirs.every(({ lastView }) => lastView?.size === 3), 90_000);
    const ordersBefore = heirs.map(views);
    const written = await records();

    old.signal('SIGCONT');
    await eventually('it noticed', () => old.output.includes('starting over in ZooKeeper'));
    await eventually(
      'it is back, led by the heir',
      () => [old, ...heirs].every(({ lastView }) => lastView?.size === 4),
      90_000,
    );
    await remains('the heir leads', () => !/leading the cluster/.test(afterWaking(old)));

    expect(heirs.map((pod, at) => views(pod) - (ordersBefore[at] as number))).toEqual([1, 1, 1]);
    expect((await records()).hash).not.toBe(written.hash);
    expect((await records()).owner).toBe(written.owner);
  });

  const views = (pod: PodProcess): number => pod.configurations;
  const afterWaking = ({ output }: PodProcess): string => output.slice(output.indexOf('starting over in ZooKeeper'));

  async function records(): Promise<{ hash: string | undefined; owner: string | undefined }> {
    const [hash, snapshot] = await Promise.all([
      outsider.get(`${CLUSTER}/hash`, never),
      outsider.get(`${CLUSTER}/snapshot`, never),
    ]);
    return { hash: hash?.data, owner: snapshot?.owner };
  }
});
