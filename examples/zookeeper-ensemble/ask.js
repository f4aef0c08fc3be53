/**
 * Asking ZooKeeper servers how they are.
 *
 * @import { Member } from './ensemble.js'
 */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { majority } from './ensemble.js';

const ANSWER_MS = 2000;
const AGAIN_MS = 100;
/** Servers that answer have found a leader by then, if they can without us. */
const ELECTION_MS = 3000;

/**
 * `looking`: it waits for a majority; `silent`: it does not answer.
 *
 * @typedef {'leader' | 'follower' | 'looking' | 'silent'} Mode
 */

/**
 * Ask one server.
 *
 * @param {{ host: string, port: number }} server
 * @param {AbortSignal} signal
 * @returns {Promise<{ mode: Mode, text: string }>} `text`: what it said
 */
export async function ask({ host, port }, signal) {
  try {
    const text = await fourLetterWord('srvr', { host, port, signal });
    const [, mode] = /^Mode: (leader|follower)$/m.exec(text) ?? [];
    if (mode === 'leader' || mode === 'follower') return { mode, text };
    return { mode: text === '' ? 'silent' : 'looking', text };
  } catch {
    signal.throwIfAborted();
    return { mode: 'silent', text: '' };
  }
}

/**
 * @param {string} word
 * @param {{ host: string, port: number, signal: AbortSignal }} where
 */
async function fourLetterWord(word, { host, port, signal }) {
  const socket = connect({ host, port, signal });
  socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error(`no answer to ${word}`)));
  socket.write(word);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

/**
 * Ask all of these.
 *
 * @param {readonly Member[]} members
 * @param {AbortSignal} signal
 * @returns {Promise<Mode[]>} in their order
 */
export async function modesOf(members, signal) {
  const answers = await Promise.all(members.map(({ ip, client }) => ask({ host: ip, port: client }, signal)));
  return answers.map(({ mode }) => mode);
}

/** @param {Mode | undefined} mode */
export const serves = (mode) => mode === 'leader' || mode === 'follower';

/**
 * Wait until so many of these serve.
 *
 * @param {number} count
 * @param {readonly Member[]} members
 * @param {AbortSignal} signal
 */
export async function untilServing(count, members, signal) {
  while ((await modesOf(members, signal)).filter(serves).length < count) await sleep(AGAIN_MS, undefined, { signal });
}

/**
 * Wait until an ensemble can do without one of its servers: enough of the others serve. When they all answer and still do
 * not, they need that server, and to wait for them is vain.
 *
 * @param {readonly Member[]} others
 * @param {{ size: number, signal: AbortSignal }} options `size` of the ensemble, with those that are lost
 */
export async function untilDispensable(others, { size, signal }) {
  const enough = Math.min(majority(size), others.length);
  /** @type {number | undefined} */
  let answering;
  for (;;) {
    const modes = await modesOf(others, signal);
    if (modes.filter(serves).length >= enough) return;
    answering = modes.includes('silent') ? undefined : (answering ?? performance.now());
    if (answering !== undefined && performance.now() - answering > ELECTION_MS) return;
    await sleep(AGAIN_MS, undefined, { signal });
  }
}

/**
 * An ensemble in words: `1 leader, 2 followers`.
 *
 * @param {readonly Mode[]} modes
 * @throws with these words when nobody leads
 */
export function describe(modes) {
  const counts = WORDS.map(({ mode, one, more }) => {
    const count = modes.filter((each) => each === mode).length;
    return { count, words: `${count} ${count === 1 ? one : more}` };
  });
  const words = counts.filter(({ count }) => count > 0).map((each) => each.words);
  if (!modes.includes('leader')) throw new Error(`nobody leads: ${words.join(', ')}`);
  return words.join(', ');
}

const WORDS = [
  { mode: 'leader', one: 'leader', more: 'leaders' },
  { mode: 'follower', one: 'follower', more: 'followers' },
  { mode: 'looking', one: 'without a leader', more: 'without a leader' },
  { mode: 'silent', one: 'silent', more: 'silent' },
];

/**
 * What is worth watching in the answer to `srvr`.
 *
 * @param {string} text
 */
export function metricsIn(text) {
  const [, zxid] = /^Zxid: (\w+)$/m.exec(text) ?? [];
  const number = (/** @type {RegExp} */ pattern) => {
    const [, digits] = pattern.exec(text) ?? [];
    return digits === undefined ? undefined : Number(digits);
  };
  return {
    zxid,
    znodes: number(/^Node count: (\d+)$/m),
    connections: number(/^Connections: (\d+)$/m),
    outstanding: number(/^Outstanding: (\d+)$/m),
  };
}
