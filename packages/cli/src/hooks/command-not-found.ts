import type { Hook } from '@oclif/core';

import { refuseUnknown } from '../refuse.ts';

const commandNotFound: Hook.CommandNotFound = async ({ id, argv = [], config }) => {
  refuseUnknown(id.split(/[: ]/), { config, argv });
};

// biome-ignore lint/style/noDefaultExport: what the framework looks for in a hook
export default commandNotFound;
