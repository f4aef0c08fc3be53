import { describe, expect, test } from 'vitest';

import { parseMasters } from '../../src/scheduler/marathon/masters.ts';

describe('a list of masters', () => {
  test.each([
    ['m1:8080', ['http://m1:8080']],
    ['m1', ['http://m1:8080']],
    [' m1:80 , 10.0.0.2:8081,', ['http://m1', 'http://10.0.0.2:8081']],
    ['[::1]:8080', ['http://[::1]:8080']],
    ['https://dcos.example/service/marathon/', ['https://dcos.example/service/marathon']],
    ['http://m1:8080', ['http://m1:8080']],
  ])('%s', (list, masters) => {
    expect(parseMasters(list)).toEqual(masters);
  });

  test.each(['', ' , ', 'a b', 'ftp://m1', 'http://', 'm1:port', 'http://m1/?x=1'])('refuses "%s"', (list) => {
    expect(() => parseMasters(list)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });

  test('takes no credentials, and does not repeat them', () => {
    expect(() => parseMasters('http://ann:s3cret@m1:8080')).toThrow(/m1:8080 holds credentials/);
    expect(() => parseMasters('ftp://ann:s3cret@m1:8080')).toThrow(/^((?!s3cret).)*$/);
  });
});
