import { describe, expect, test } from 'vitest';

import { ServerUnderTest } from '../support/server-under-test.ts';

describe('a body', () => {
  test.each([
    ['/control/on', 'viewBytes'],
    ['/control/ok/5', 'viewBytes'],
    ['/control/signal', 'signalBytes'],
    ['/control/off', 'otherBytes'],
    ['/control/kill/60', 'otherBytes'],
    ['/control/toString', 'otherBytes'],
    ['/info', 'otherBytes'],
    ['/log', 'otherBytes'],
    ['/reset', 'otherBytes'],
    ['/nothing', 'otherBytes'],
  ] as const)('sent to %s may be as long as anybody has to say there', async (url, limit) => {
    const sizes = { viewBytes: 3000, signalBytes: 2000, otherBytes: 1000 };
    const t = new ServerUnderTest({ limits: sizes });
    const status = async (length: number) => (await t.post(url, { payload: `"${'x'.repeat(length - 2)}"` })).statusCode;

    expect(await status(sizes[limit])).not.toBe(413);
    expect(await status(sizes[limit] + 1)).toBe(413);
  });
});

describe('a browser', () => {
  test.each([
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a page of nowhere', { origin: 'null' }],
    ['a page whose name was made to point here', { host: 'evil.example:31004' }],
  ])('is refused with %s, whatever it asks', async (_what, headers) => {
    const t = new ServerUnderTest();

    for (const url of ['/control/off', '/exec', '/info', '/nothing']) {
      const response = await t.post(url, { headers });
      expect(response.statusCode).toBe(403);
      expect(response.json()).toMatchObject({ code: 'DENIED' });
    }
    expect(t.asked).toEqual([]);
  });

  test.each(['10.0.0.1:31004', '[::1]:31004', 'localhost', 'web.internal:31004'])(
    'is none where a client asks %s',
    async (host) => {
      expect((await new ServerUnderTest().post('/control/off', { headers: { host } })).statusCode).toBe(200);
    },
  );
});
