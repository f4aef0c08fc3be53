import type { Tool } from '../pod-script.ts';
import { runCaptured } from './run-captured.ts';

const MAX_OUTPUT_BYTES = 10 * 1024 * 1024;

/**
 * The tool that runs its arguments as a shell command, in the directory that holds the uploaded files.
 *
 * @example
 * export default definePod({ tools: { shell }, configure: () => ({ command: ['node', 'server.js'] }) });
 */
export const shell: Tool = {
  help: 'shell <command>: run a shell command in the pod',
  run: async ({ args, directory, env, signal }) => {
    const run = { command: args.join(' '), cwd: directory, env, maxBytes: MAX_OUTPUT_BYTES };
    const { code, output, isCut } = await runCaptured(run, signal);
    const lines = output === '' ? [] : output.replace(/\n$/, '').split('\n');
    return { code, lines: isCut ? [...lines, `(output cut after ${MAX_OUTPUT_BYTES} bytes)`] : lines };
  },
};
