import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { apacheServer, noApache, unlessApache } from '../support/apache.ts';
import { sandboxServer } from '../support/sandbox.ts';
import { type Command, story } from './commands.ts';
import { Player } from './player.ts';

const SESSIONS = 3;
/** Stories that are played; `OCHOPOD_RUNS` asks for more, `OCHOPOD_SEED` for those of an earlier run. */
const RUNS = Number(process.env['OCHOPOD_RUNS'] ?? 150);
const SEED = process.env['OCHOPOD_SEED'];
const TIMEOUT_MS = 60_000 + RUNS * 1_000;

describe.skipIf(noApache)(`Apache ZooKeeper and the sandbox's${unlessApache}`, () => {
  const apache = apacheServer();
  const sandbox = sandboxServer();
  let stories = 0;

  async function playOnBoth(commands: readonly Command[]): Promise<void> {
    stories += 1;
    const options = { root: `/story-${stories}`, sessions: SESSIONS };
    const players = await Promise.all([apache, sandbox].map((server) => Player.start(server().port, options)));
    try {
      for (const command of commands) await same(players, (player) => player.play(command));
      await same(players, (player) => player.heard());
      await same(players, (player) => player.tree());
    } finally {
      await Promise.all(players.map((player) => player.end()));
    }
  }

  test(
    `answer whatever is asked alike, tell the same events and end with the same tree, in ${RUNS} stories`,
    async () => {
      await fc.assert(fc.asyncProperty(story(SESSIONS), playOnBoth), {
        numRuns: RUNS,
        ...(SEED === undefined ? {} : { seed: Number(SEED) }),
      });
    },
    TIMEOUT_MS,
  );
});

async function same(players: readonly Player[], look: (player: Player) => Promise<unknown>): Promise<void> {
  const [apache, sandbox] = await Promise.all(players.map(look));
  expect(sandbox, 'where the sandbox differs from Apache').toEqual(apache);
}
