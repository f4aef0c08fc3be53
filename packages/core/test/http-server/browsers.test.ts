import { describe, expect, test } from 'vitest';

import { refuseForeignHost, refuseOrigin } from '../../src/http-server/browsers.ts';

describe('a request from a page', () => {
  test.each(['http://evil.example', 'null', 'http://10.0.0.1:31004'])('of %s is refused', (origin) => {
    expect(() => refuseOrigin(origin)).toThrow(expect.objectContaining({ code: 'DENIED' }));
  });

  test('is let through where it is of our own, or of none', () => {
    expect(() => refuseOrigin('http://here:80', 'http://here:80')).not.toThrow();
    expect(() => refuseOrigin(undefined)).not.toThrow();
  });
});

describe('a request for a host', () => {
  const refuse = (host: string | undefined) => () => refuseForeignHost(host, (name) => name === 'web.internal', 'Mind');

  test.each([undefined, '10.0.0.1:31004', '10.0.0.1', '[::1]:8080', 'localhost:80', 'WEB.internal:8080'])(
    'that calls us %s is let through',
    (host) => expect(refuse(host)).not.toThrow(),
  );

  test.each(['evil.example:8080', 'web.internal.evil.example', '10.0.0.1.evil.example', ''])(
    'that calls us %j is refused, with what to do',
    (host) => expect(refuse(host)).toThrow(/Mind/),
  );
});
