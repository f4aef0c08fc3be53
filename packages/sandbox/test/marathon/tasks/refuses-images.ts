import { expect, test } from 'vitest';

import { imageApp } from './apps.ts';
import { RunnerUnderTest } from './runner-under-test.ts';

/** What is told where containers cannot run, so that nothing is skipped there. */
export function testRefusalOfImages(): void {
  test('where containers cannot run, an image is refused with both ways to run it', async () => {
    await using t = await RunnerUnderTest.create({ containers: 'none' });

    expect(() => t.runner.check(imageApp('acme/pod:1'))).toThrow(/install podman or docker.*images: \{"acme\/pod:\*"/);
  });
}
