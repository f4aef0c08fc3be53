import { isOchoError } from 'ochopod-core';

import type { Application } from '../application.ts';
import { applicationOf } from './answers.ts';
import type { Json } from './definitions.ts';
import type { MarathonHttp } from './marathon-http.ts';
import { accepted } from './refusals.ts';

/** What can be asked of a Marathon without changing anything. Ids of applications are given without their leading slash. */
export class MarathonLook {
  readonly #http: MarathonHttp;

  constructor(http: MarathonHttp) {
    this.#http = http;
  }

  /** @throws {OchoError} `NOT_FOUND`, `DENIED`, `UNREACHABLE` */
  async at(path: string, signal: AbortSignal): Promise<unknown> {
    return accepted(await this.#http.ask({ method: 'GET', path }, signal), `GET ${path}`);
  }

  async atOrNothing(path: string, signal: AbortSignal): Promise<unknown> {
    try {
      return await this.at(path, signal);
    } catch (error) {
      if (isOchoError(error, 'NOT_FOUND')) return undefined;
      throw error;
    }
  }

  async application(id: string, signal: AbortSignal): Promise<Application | undefined> {
    const body = await this.atOrNothing(`/v2/apps/${id}`, signal);
    return body === undefined ? undefined : applicationOf(body);
  }

  /** An application as it was answered. @throws {OchoError} `NOT_FOUND` */
  async answered(id: string, signal: AbortSignal): Promise<Json> {
    const { app } = (await this.at(`/v2/apps/${id}`, signal)) as { app: Json };
    return app;
  }

  /** The definition that it has now: without what Marathon tells of its tasks. @throws {OchoError} `NOT_FOUND` */
  async definition(id: string, signal: AbortSignal): Promise<Json> {
    const { version } = await this.answered(id, signal);
    return (await this.at(`/v2/apps/${id}/versions/${String(version)}`, signal)) as Json;
  }
}
