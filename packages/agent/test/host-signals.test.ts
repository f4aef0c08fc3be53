import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, test } from 'vitest';

import { HostSignals } from '../src/host-signals.ts';

let host: EventEmitter;
let stops: string[];
let passedOn: string[];
let signals: HostSignals;

beforeEach(() => {
  host = new EventEmitter();
  stops = [];
  passedOn = [];
  signals = new HostSignals(host as never, (name) => stops.push(name));
});

describe('a signal to the agent', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR2', 'SIGALRM', 'SIGABRT', 'SIGPWR'])(
    '%s stops it in order, and so does the next',
    (name) => {
      send(name);
      send('SIGTERM');

      expect(stops).toEqual([name, 'SIGTERM']);
    },
  );

  test('SIGUSR1 opens nothing and stops nothing', () => {
    send('SIGUSR1');

    expect([host.listenerCount('SIGUSR1'), stops]).toEqual([1, []]);
  });

  test('that the author wants passed on goes to the process, once', () => {
    signals.forward(['SIGHUP', 'SIGUSR1', 'SIGWINCH', 'SIGWINCH'], (name) => passedOn.push(name));
    for (const name of ['SIGHUP', 'SIGUSR1', 'SIGWINCH', 'SIGQUIT']) send(name);

    expect(passedOn).toEqual(['SIGHUP', 'SIGUSR1', 'SIGWINCH']);
    expect(stops).toEqual(['SIGQUIT']);
  });
});

function send(name: string): void {
  host.emit(name, name);
}
