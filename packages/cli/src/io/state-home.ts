import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where programs keep what outlives them and nobody else needs, as the XDG base directories say. */
export function stateHome(env: Environment, home: string): string {
  const state = env['XDG_STATE_HOME'];
  return state === undefined || state === '' ? join(home, '.local', 'state') : state;
}
