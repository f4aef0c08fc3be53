/**
 * Many agents in one process. Each is the whole built agent with its own session, control port and sub-process; only
 * that they share a Node process is unlike real life.
 */
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

import { AGENT_MAIN, BENCH } from '../lab/places.ts';

const SCRIPT = join(BENCH, 'pods', 'counting.js');

const { main } = await import(pathToFileURL(AGENT_MAIN).href);
const { counts } = await import(pathToFileURL(SCRIPT).href);
process.on('message', ({ start = 0, report = false }: { start?: number; report?: boolean }) => {
  for (let agent = 0; agent < start; agent += 1) main(hostOf(), 'bench');
  if (report) process.send?.(counts);
});
process.once('disconnect', () => process.exit());
process.send?.({ ready: true });

/** A process of its own, as far as the agent can see. */
function hostOf() {
  return Object.assign(new EventEmitter(), {
    argv: [process.execPath, 'ochopod', 'run', SCRIPT],
    env: { ...process.env },
    cwd: () => BENCH,
    exit: (code: number) => process.stderr.write(`a light agent ended with ${code}\n`),
    stdout: process.stdout,
    stderr: process.stderr,
  });
}
