import { expect, test } from 'vitest';

import { logPage } from '../../src/control-server/log-page.ts';
import { LogRing } from '../../src/log-ring.ts';

test('a page of the log counts bytes and not letters', () => {
  const ring = new LogRing();
  for (let number = 0; number < 1000; number += 1) ring.push(`${'\u0001'.repeat(300)}${'日'.repeat(233)}`);

  expect(Buffer.byteLength(logPage({ ring, key: 'agent-1' }, {}).body)).toBeLessThanOrEqual(2 * 1024 * 1024);
});
