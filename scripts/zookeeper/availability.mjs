/** Whether Apache's server is here, and how it gets here. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

import { SERVER_JAR } from './apache.mjs';

/** @typedef {{ available: true } | { available: false, because: string }} Availability */

/**
 * Whether `startZooKeeper` can work here.
 *
 * @returns {Availability}
 */
export function zookeeperAvailable() {
  if (!existsSync(SERVER_JAR)) return { available: false, because: `there is no ${SERVER_JAR}` };
  if (spawnSync('java', ['-version']).status !== 0) return { available: false, because: 'there is no java' };
  return { available: true };
}

/**
 * Install Debian's package when the server is missing and this can be done.
 *
 * @returns {Availability}
 */
export function installZooKeeper() {
  const before = zookeeperAvailable();
  if (before.available) return before;
  const obstacle = obstacleToInstalling();
  if (obstacle !== undefined) return { available: false, because: `${before.because}, and ${obstacle}` };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'zookeeper']]) {
    const { status } = spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status !== 0) return { available: false, because: `apt-get ${args.join(' ')} failed` };
  }
  return zookeeperAvailable();
}

/** @returns {string | undefined} */
function obstacleToInstalling() {
  if (process.getuid?.() !== 0) return 'only root can install it';
  if (spawnSync('apt-get', ['--version']).status !== 0) return 'there is no apt-get to install it with';
  return undefined;
}
