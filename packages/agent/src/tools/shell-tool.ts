import { systemClock } from 'ochopod-core';

import type { Tool } from '../script/pod-script.ts';
import { runCaptured } from './run-captured.ts';

const MAX_OUTPUT_BYTES = 10 * 1024 * 1024;

/**
 * The tool that hands its line to a shell, in the directory that holds the uploaded files. It ends with the shell: what
 * that leaves in the background goes on, and has to send its output elsewhere.
 *
 * @example
 * export default definePod({ tools: { shell }, configure: () => ({ command: ['node', 'server.js'] }) });
 */
export const shell: Tool = {
  help: 'shell <command line>: run it in the pod',
  takesLine: true,
  run: async ({ args: [command = ''], directory, env, signal }) => {
    const run = { command, cwd: directory, env, maxBytes: MAX_OUTPUT_BYTES, clock: systemClock };
    const { code, output, isCut } = await runCaptured(run, signal);
    const lines = output === '' ? [] : output.replace(/\n$/, '').split('\n');
    return { code, lines: isCut ? [...lines, `(output cut after ${MAX_OUTPUT_BYTES} bytes)`] : lines };
  },
};
