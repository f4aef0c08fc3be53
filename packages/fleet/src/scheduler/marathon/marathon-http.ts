import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import axios, { type AxiosInstance, type AxiosResponse } from 'axios';

import {
  type BackoffPolicy,
  backoffMs,
  boundInterimAnswers,
  type Clock,
  isOchoError,
  messageOf,
  OchoError,
  parseBoundedJson,
  withDeadline,
} from 'ochopod-core';

import type { Master } from './masters.ts';

export type Credentials =
  | { readonly user: string; readonly password: string }
  /** Sent as `Authorization: token=<token>`, as DC/OS wants it. */
  | { readonly token: string };

export interface MarathonHttpOptions {
  readonly masters: readonly Master[];
  readonly credentials?: Credentials;
  /** Certificates of authorities in PEM, beside those that Node knows. */
  readonly ca?: string;
  readonly clock: Clock;
  readonly random: () => number;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** From the API's root, with a query if there is one: `/v2/apps?embed=apps.tasks`. */
  readonly path: string;
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  /** Parsed JSON; the text itself where it is none, or nested beyond all reason. */
  readonly body: unknown;
  /** Whether an earlier attempt may have been carried out without our hearing of it. */
  readonly isUncertain: boolean;
}

const ANSWER_MS = 30_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const MAX_REDIRECTS = 3;
/** Each round asks every master once. */
const ROUNDS = 4;
const BETWEEN_ROUNDS: BackoffPolicy = { firstMs: 250, maxMs: 4000, factor: 2, jitter: 0.5 };
/** Failures before anything was sent. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** HTTP to whichever master answers. Knows nothing of applications. */
export class MarathonHttp {
  readonly #options: MarathonHttpOptions;
  readonly #axios: AxiosInstance;
  readonly #agents: { readonly httpAgent: http.Agent; readonly httpsAgent: https.Agent };
  /** The master that answered last is asked first. */
  #favourite = 0;

  constructor(options: MarathonHttpOptions) {
    this.#options = options;
    this.#agents = {
      httpAgent: new http.Agent({ keepAlive: true }),
      httpsAgent: new https.Agent({ keepAlive: true, ...(options.ca !== undefined && { ca: options.ca }) }),
    };
    this.#axios = axios.create({
      ...this.#agents,
      adapter: 'http',
      transport: BOUNDED,
      proxy: false,
      // Followed by hand: credentials go to the masters that were named, and to nobody else.
      maxRedirects: 0,
      maxContentLength: MAX_ANSWER_BYTES,
      validateStatus: () => true,
      transformResponse: (text: unknown) => text,
    });
  }

  /**
   * Ask the masters one after the other until one answers; a server's error counts as no answer.
   *
   * Requests to change something are repeated as well: all that we send can be carried out twice, or say so.
   *
   * @throws {OchoError} `UNREACHABLE` naming every master and what was wrong with it
   */
  async ask(call: Call, signal: AbortSignal): Promise<Answer> {
    const { clock, random, masters } = this.#options;
    let isUncertain = false;
    for (let round = 1; ; round += 1) {
      const problems: string[] = [];
      for (const master of this.#inOrder()) {
        const answer = await this.#try(master, call, signal);
        if ('status' in answer) {
          this.#favourite = masters.indexOf(master);
          return { ...answer, isUncertain };
        }
        isUncertain ||= answer.wasSent;
        problems.push(`${master}: ${answer.problem}`);
      }
      if (round === ROUNDS) throw unreachable(problems);
      await clock.sleep(backoffMs(BETWEEN_ROUNDS, round, random()), signal);
    }
  }

  /**
   * Open a stream of events at the first master that has one.
   *
   * @throws {OchoError} `UNREACHABLE` when none has
   */
  async open(path: string, signal: AbortSignal): Promise<Readable> {
    const problems: string[] = [];
    for (const master of this.#inOrder()) {
      try {
        const response = await this.#send(master, { method: 'GET', path }, { signal, responseType: 'stream' });
        if (response.status === 200) return response.data as Readable;
        (response.data as Readable).destroy();
        problems.push(`${master}: HTTP ${response.status}`);
      } catch (error) {
        signal.throwIfAborted();
        problems.push(`${master}: ${messageOf(error)}`);
      }
    }
    throw unreachable(problems);
  }

  close(): void {
    this.#agents.httpAgent.destroy();
    this.#agents.httpsAgent.destroy();
  }

  #inOrder(): readonly Master[] {
    const { masters } = this.#options;
    return [...masters.slice(this.#favourite), ...masters.slice(0, this.#favourite)];
  }

  async #try(master: Master, call: Call, parent: AbortSignal): Promise<Omit<Answer, 'isUncertain'> | NoAnswer> {
    const { clock } = this.#options;
    try {
      const what = `the Marathon at ${master}`;
      const response = await withDeadline({ clock, ms: ANSWER_MS, what, parent }, (signal) =>
        this.#send(master, call, { signal, responseType: 'text' }),
      );
      const { status } = response;
      if (status < 500) return { status, body: parsed(response.data) };
      return { problem: `HTTP ${status} ${excerpt(response.data)}`.trim(), wasSent: status !== 502 && status !== 503 };
    } catch (error) {
      parent.throwIfAborted();
      if (isOchoError(error, 'INVALID_INPUT')) throw error;
      const { code = '' } = error as NodeJS.ErrnoException;
      return { problem: messageOf(error) || code, wasSent: !NEVER_SENT.has(code) };
    }
  }

  async #send(master: Master, { method, path, body }: Call, options: SendOptions): Promise<AxiosResponse> {
    let url = `${master}${path}`;
    for (let hop = 0; ; hop += 1) {
      const response = await this.#axios.request({
        ...options,
        url,
        method,
        data: body,
        headers: this.#headers(url, options),
      });
      const location = response.headers['location'] as string | undefined;
      if (location === undefined || ![301, 302, 307, 308].includes(response.status)) return response;
      if (hop === MAX_REDIRECTS) throw new OchoError('it redirects in circles', { code: 'UNREACHABLE' });
      if (options.responseType === 'stream') (response.data as Readable).destroy();
      url = new URL(location, url).href;
    }
  }

  #headers(url: string, { responseType }: SendOptions): Record<string, string> {
    const accept = responseType === 'stream' ? 'text/event-stream' : 'application/json';
    const { credentials, masters } = this.#options;
    const headers = { accept, 'content-type': 'application/json' };
    const isOurs = masters.some((master) => new URL(master).origin === new URL(url).origin);
    if (credentials === undefined || !isOurs) return headers;
    if ('token' in credentials) return { ...headers, authorization: `token=${credentials.token}` };
    const pair = Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
    return { ...headers, authorization: `Basic ${pair}` };
  }
}

const BOUNDED = {
  request: (options: https.RequestOptions, onAnswer: (answer: http.IncomingMessage) => void): http.ClientRequest =>
    boundInterimAnswers((options.protocol === 'https:' ? https : http).request(options, onAnswer)),
};

interface SendOptions {
  readonly signal: AbortSignal;
  readonly responseType: 'text' | 'stream';
}

interface NoAnswer {
  readonly problem: string;
  readonly wasSent: boolean;
}

function unreachable(problems: readonly string[]): OchoError {
  return new OchoError(`no Marathon answers: ${problems.join('; ')}`, {
    code: 'UNREACHABLE',
    hint: 'Check the addresses of the masters, and whether they are up.',
  });
}

function parsed(text: unknown): unknown {
  if (typeof text !== 'string' || text === '') return undefined;
  try {
    return parseBoundedJson(text);
  } catch {
    return text;
  }
}

function excerpt(text: unknown): string {
  return typeof text === 'string' ? text.slice(0, 200) : '';
}
