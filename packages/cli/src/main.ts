import { execute, type Interfaces } from '@oclif/core';

/**
 * Run one command line.
 *
 * @param loadOptions where the package lies, and its package.json when that is known already
 */
export async function main(loadOptions: Interfaces.LoadOptions): Promise<void> {
  await execute({ loadOptions });
  await flushed(process.stdout);
  await flushed(process.stderr);
  // A connection that does not end must not keep a command that is through from ending.
  process.exit();
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
