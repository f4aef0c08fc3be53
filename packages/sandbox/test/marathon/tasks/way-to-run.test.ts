import { describe, expect, test } from 'vitest';

import { userFor } from '../../../src/marathon/tasks/user.ts';
import { wayToRun } from '../../../src/marathon/tasks/way-to-run.ts';
import { appWith, imageApp } from './apps.ts';

const bare = { hasEngine: () => false, images: {} };

describe('an application', () => {
  test('with a command line runs it in a shell', () => {
    expect(wayToRun(appWith({ cmd: 'echo hi' }), bare)).toEqual({
      kind: 'process',
      command: ['/bin/sh', '-c', 'echo hi'],
    });
  });

  test('with arguments runs them as they are', () => {
    expect(wayToRun(appWith({ args: ['echo', 'a b'] }), bare)).toEqual({ kind: 'process', command: ['echo', 'a b'] });
  });

  test('with neither is refused', () => {
    expect(() => wayToRun(appWith(), bare)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });

  test('with an image runs in a container where there is an engine, whatever the images file says', () => {
    const means = { hasEngine: () => true, images: { '*': 'true' } };

    expect(wayToRun(imageApp('acme/web:1'), means)).toEqual({ kind: 'container', image: 'acme/web:1' });
  });

  test('with an image runs, without an engine, the command that the first fitting line of the images file names', () => {
    const images = { 'acme/redis:*': 'redis', 'acme/*': 'other', '*': 'any' };
    const commandFor = (image: string) => wayToRun(imageApp(image), { ...bare, images });

    expect(commandFor('acme/redis:7')).toMatchObject({ command: ['/bin/sh', '-c', 'redis', 'sh'] });
    expect(commandFor('acme/web:1')).toMatchObject({ command: ['/bin/sh', '-c', 'other', 'sh'] });
    expect(commandFor('web')).toMatchObject({ command: ['/bin/sh', '-c', 'any', 'sh'] });
  });

  test.each([
    ['acme/redis:7', 'acme/redis:*'],
    ['registry:5000/acme/redis', 'registry:5000/acme/redis'],
    ['registry:5000/acme/redis:7', 'registry:5000/acme/redis:*'],
    ['acme/redis@sha256:0123', 'acme/redis:*'],
  ])('with the image %s is refused without either, with both ways to have it run', (image, glob) => {
    const refused = () => wayToRun(imageApp(image), { ...bare, images: { 'other/*': 'true' } });

    expect(refused).toThrow(/install podman or docker/);
    expect(refused).toThrow(`images: {"${glob}": "`);
    expect(refused).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });
});

describe('the user of a task', () => {
  const passwd = () => 'root:x:0:0:root:/root:/bin/bash\nann:x:1000:1001:Ann:/home/ann:/bin/sh\n';
  const ann = { current: { name: 'ann', uid: 1000 }, passwd };
  const root = { current: { name: 'root', uid: 0 }, passwd };

  test('is who the scheduler is, unless another is wanted', () => {
    expect([userFor(undefined, ann), userFor('ann', ann), userFor('root', root)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('can be another only where root asks', () => {
    expect(userFor('ann', root)).toEqual({ name: 'ann', uid: 1000, gid: 1001, home: '/home/ann' });
    expect(() => userFor('root', ann)).toThrow('only root could run them as root');
  });

  test('has to be known here', () => {
    expect(() => userFor('bob', root)).toThrow('there is no user bob');
  });
});
