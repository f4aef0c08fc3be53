import { describe } from 'vitest';

import { sandboxServer } from '../support/sandbox.ts';
import { describeClients } from './suite.ts';

describe("with the sandbox's ZooKeeper", () => {
  describeClients(sandboxServer());
});
