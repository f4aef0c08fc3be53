import { beforeEach, describe, expect, test } from 'vitest';
import { ManualClock, settle } from '../../src/testing/index.ts';
import { Lease } from '../../src/zookeeper/lease.ts';

describe('the lease on a session', () => {
  let clock: SleepyClock;
  let expired: number;
  let lease: Lease;

  beforeEach(() => {
    clock = new SleepyClock();
    expired = 0;
    lease = new Lease(clock, () => {
      expired += 1;
    });
    lease.answered(0);
    lease.begin(3_000);
  });

  test('is over one timeout after the latest answered request was sent', async () => {
    await clock.advance(1_000);
    lease.sent(1_000);
    await clock.advance(500);
    lease.answered(1_000);
    await clock.advance(2_498);
    expect(expired).toBe(0);

    await clock.advance(5);
    expect(expired).toBe(1);
    expect(clock.pending).toBe(0);
  });

  test('is not prolonged by what was sent and never answered', async () => {
    for (let time = 0; time < 3_000; time += 100) {
      lease.sent(time);
      await clock.advance(100);
    }
    await clock.advance(2);

    expect(expired).toBe(1);
  });

  test('goes on for as long as there are answers', async () => {
    for (let time = 0; time < 60_000; time += 1_000) {
      await clock.advance(1_000);
      lease.answered(time);
    }

    expect(expired).toBe(0);
    lease.end();
  });

  test('is over at the first question after a long sleep, whatever is still to be read', () => {
    clock.leap(3_000);
    lease.check();

    expect(expired).toBe(1);
  });

  test('is over when the first thing after a long sleep is that something is sent', () => {
    clock.leap(3_000);
    lease.sent(clock.now());

    expect(expired).toBe(1);
  });

  test('takes an answer into account that was waiting to be read after a shorter one', async () => {
    lease.sent(2_000);
    clock.leap(4_000);
    lease.check();
    expect(expired).toBe(0);

    lease.answered(2_000);
    await clock.advance(4_990);
    expect(expired).toBe(0);
    await clock.advance(15);
    expect(expired).toBe(1);
  });

  test('is told once, and not at all after its end', async () => {
    lease.end();
    await clock.advance(10_000);
    lease.check();
    lease.begin(3_000);
    await settle();

    expect(expired).toBe(0);
    expect(clock.pending).toBe(0);
  });
});

/** Of a process that is stopped now and then: time goes on, and those who sleep are woken late. */
class SleepyClock extends ManualClock {
  #atLeast = 0;

  override now(): number {
    return Math.max(super.now(), this.#atLeast);
  }

  leap(ms: number): void {
    this.#atLeast = this.now() + ms;
  }
}
