import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';

import { BodyIntake, type Incoming } from '../../src/http-server/body-intake.ts';

describe('bodies that are on their way', () => {
  test('are read to their end', async () => {
    const body = incoming();
    const read = new BodyIntake(100).receive(body, 100);
    body.write('ab');
    body.end('c');

    expect((await read).toString()).toBe('abc');
  });

  test('are not read at all when they say that they are too large', async () => {
    const body = incoming({ 'content-length': '101' });
    body.write('ab');

    await expect(new BodyIntake(1000).receive(body, 100)).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect(body.readableLength).toBe(2);
  });

  test('are read no further than allowed when they do not say how large they are', async () => {
    const body = incoming();
    const read = new BodyIntake(1000).receive(body, 100);
    body.write('x'.repeat(101));

    await expect(read).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });

  test('fail when their sender goes away', async () => {
    const body = incoming();
    const read = new BodyIntake(100).receive(body, 100);
    body.destroy(new Error('aborted'));

    await expect(read).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  test('fail when their sender goes away without a word', async () => {
    const body = incoming();
    const read = new BodyIntake(100).receive(body, 100);
    body.destroy();

    await expect(read).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  test('give up the one that takes the longest, when they are too much together', async () => {
    const intake = new BodyIntake(100);
    const [slow, quick] = [incoming(), incoming()];
    const late = expect(intake.receive(slow, 100)).rejects.toMatchObject({ code: 'INTERRUPTED' });
    slow.write('s'.repeat(60));
    const read = intake.receive(quick, 100);
    quick.end('q'.repeat(60));

    await late;
    expect((await read).length).toBe(60);
  });

  test('give up nobody for what is through already', async () => {
    const intake = new BodyIntake(100);
    const [steady, first, second] = [incoming(), incoming(), incoming()];
    const read = intake.receive(steady, 100);
    steady.write('s'.repeat(10));
    for (const quick of [first, second]) {
      const whole = intake.receive(quick, 100);
      quick.end('q'.repeat(80));
      await whole;
    }
    steady.end();

    expect((await read).length).toBe(10);
  });

  test('make room again when they are through or given up', async () => {
    const intake = new BodyIntake(100);
    for (let round = 0; round < 5; round += 1) {
      const body = incoming();
      const read = intake.receive(body, 100);
      body.end('x'.repeat(90));
      expect((await read).length).toBe(90);
    }
  });
});

function incoming(headers: Incoming['headers'] = {}): PassThrough & Incoming {
  return Object.assign(new PassThrough(), { headers });
}
