import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { ManualClock } from 'ochopod-core/testing';

import { buildApi } from '../../../../src/marathon/api/api.ts';
import type { App } from '../../../../src/marathon/app/app.ts';
import { EventBus, type MarathonEvent } from '../../../../src/marathon/events/event-bus.ts';
import { FakeEngine } from './fake-engine.ts';

/** The API on an engine that does as a test says. */
export class ApiUnderTest {
  readonly clock = new ManualClock();
  readonly engine = new FakeEngine();
  readonly events = new EventBus(() => '2026-01-01T00:00:00.000Z');
  readonly told: MarathonEvent[] = [];
  readonly server;

  constructor(host = '127.0.0.1') {
    this.events.listen((event) => this.told.push(event));
    this.server = buildApi({
      engine: this.engine,
      events: this.events,
      clock: this.clock,
      connections: 1000,
      agent: { host: 'localhost', slaveId: 'sandbox-S0' },
      host,
      address: () => '127.0.0.1:8080',
    });
  }

  get(url: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    return this.server.inject({ url, headers });
  }

  /** Send JSON, or what is not. */
  send(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, body?: unknown): Promise<LightMyRequestResponse> {
    const options: InjectOptions = { method, url };
    if (body === undefined) return this.server.inject(options);
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    return this.server.inject({ ...options, payload, headers: { 'content-type': 'application/json' } });
  }

  /** An application whose deployment is over. */
  async with(body: object): Promise<App> {
    const response = await this.send('POST', '/v2/apps', { cmd: 'sleep 60', ...body });
    if (response.statusCode !== 201) throw new Error(response.body);
    this.engine.finishDeployments();
    this.engine.asked.length = 0;
    this.told.length = 0;
    const app = this.engine.app(response.json<App>().id);
    if (app === undefined) throw new Error('it is not there');
    return app;
  }
}
