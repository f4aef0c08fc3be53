import { defineConfig } from 'vitest/config';

import { LongestFirst } from './scripts/longest-first.ts';

const resolve = { conditions: ['ochopod-source', 'node', 'import', 'default'] };
const ssr = { resolve };

/** A warning of the runtime is a failure, wherever it comes from. */
const setupFiles = ['scripts/no-runtime-warnings.ts'];

/** More than there are cores: stories wait for servers, sessions and processes most of the time. */
const E2E_WORKERS = 4;

export default defineConfig({
  test: {
    disableConsoleIntercept: true,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        resolve,
        ssr,
        test: {
          setupFiles,
          name: 'unit',
          // They share nothing but modules, which take longer to load than most of them take to run.
          pool: 'threads',
          isolate: false,
          // They compute, so every core gets one; by default one core would be left alone.
          maxWorkers: '100%',
          include: ['packages/*/test/**/*.test.ts'],
          exclude: ['**/*.int.test.ts', '**/node_modules/**'],
        },
      },
      {
        resolve,
        ssr,
        test: {
          setupFiles,
          name: 'integration',
          // More than there are cores: most of them wait for servers and processes.
          maxWorkers: 3,
          include: ['packages/*/test/**/*.int.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve,
        ssr,
        test: {
          setupFiles,
          name: 'long',
          // Of stories that are told at the same time: most of them wait for pods to stay up.
          maxConcurrency: 8,
          include: ['e2e/long/*.e2e.test.ts'],
          testTimeout: 7_200_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        resolve,
        ssr,
        test: {
          setupFiles,
          name: 'e2e-world',
          maxConcurrency: 8,
          maxWorkers: E2E_WORKERS,
          include: ['e2e/world/*.e2e.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      // What an agent does by itself does not depend on whose ZooKeeper it is: once, where it needs nothing but Node.
      {
        resolve,
        ssr,
        test: {
          setupFiles,
          name: 'e2e-agent',
          env: { OCHOPOD_E2E_ON: 'sandbox' },
          maxWorkers: E2E_WORKERS,
          include: ['e2e/agent/*.e2e.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      // Each story is played on Apache ZooKeeper and on the sandbox's own.
      ...(['apache', 'sandbox'] as const).map((server) => ({
        resolve,
        ssr,
        test: {
          setupFiles,
          name: `e2e-${server}`,
          env: { OCHOPOD_E2E_ON: server },
          maxWorkers: E2E_WORKERS,
          include: ['e2e/stories/*.e2e.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      })),
    ],
  },
});
