export type { Sandbox, SandboxOptions, SandboxState } from './sandbox/sandbox.ts';
