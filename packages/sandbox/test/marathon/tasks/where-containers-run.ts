import { afterAll, expect, test } from 'vitest';

import { imageApp } from './apps.ts';
import type { PodmanHere } from './podman-here.ts';
import { RunnerUnderTest } from './runner-under-test.ts';

/**
 * Declare stories that need containers. Decided by what is found, so that nothing is skipped: where containers cannot run,
 * that is what is told.
 */
export async function whereContainersRun(here: PodmanHere, stories: () => Promise<void>): Promise<void> {
  afterAll(() => here[Symbol.asyncDispose]());
  if (here.works) return stories();
  test('where containers cannot run, an image is refused with both ways to run it', async () => {
    await using t = await RunnerUnderTest.create({ containers: 'none' });

    expect(() => t.runner.check(imageApp('acme/pod:1'))).toThrow(/install podman or docker.*images: \{"acme\/pod:\*"/);
  });
}
