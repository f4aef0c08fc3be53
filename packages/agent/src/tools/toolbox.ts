import { parseArgs } from 'node:util';
import { type ExecResult, isOchoError, messageOf, OchoError } from 'ochopod-core';

import type { Log } from '../logging.ts';
import type { Tool, ToolCall, ToolResult } from '../script/pod-script.ts';
import type { ToolLine } from './tool-line.ts';

export interface ToolRequest {
  readonly line: ToolLine;
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The tools that a pod carries, by name. */
export class Toolbox {
  readonly #tools: ReadonlyMap<string, Tool>;
  readonly #log: Log;

  constructor(tools: Readonly<Record<string, Tool>>, log: Log) {
    this.#tools = new Map(Object.entries(tools));
    this.#log = log;
  }

  /**
   * Find a tool.
   *
   * @throws {OchoError} `NOT_FOUND` naming those that there are, `INVALID_INPUT` without a name
   */
  find(name: string | undefined): Tool {
    if (name === undefined)
      throw new OchoError('no tool was named', { code: 'INVALID_INPUT', hint: this.#available() });
    const tool = this.#tools.get(name);
    if (tool !== undefined) return tool;
    throw new OchoError(`unknown tool ${JSON.stringify(name)}, ${this.#available()}`, { code: 'NOT_FOUND' });
  }

  /**
   * Run a tool; a wrong use is an answer, not a failure.
   *
   * @throws {OchoError} `NOT_FOUND`, or `POD_FAILED` with what the tool threw
   * @throws what `signal` aborted with, as an `OchoError` whose details hold the output so far as `stdout`
   */
  async run({ line, directory, env }: ToolRequest, signal: AbortSignal): Promise<ExecResult> {
    const { name } = line;
    const tool = this.find(name);
    const args = tool.takesLine === true ? [line.line()] : line.words();
    const parsed = parse(tool, args);
    if ('problem' in parsed) return { code: 1, stdout: [parsed.problem, ...helpOf(name as string, tool)] };
    this.#log.info({ tool: name }, 'tool started');
    const { code, lines } = await this.#outcome(
      name,
      () => tool.run({ args, ...parsed, directory, env, signal }),
      signal,
    );
    this.#log.info({ tool: name, code, calledOff: signal.aborted }, 'tool ended');
    if (signal.aborted) throw calledOff(signal.reason, lines);
    return { code, stdout: lines };
  }

  async #outcome(name: string | undefined, run: () => ToolResult | Promise<ToolResult>, signal: AbortSignal) {
    try {
      return await run();
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      this.#log.warn({ tool: name, err: error }, 'tool failed');
      throw new OchoError(`tool ${name} failed: ${messageOf(error)}`, { code: 'POD_FAILED', cause: error });
    }
  }

  #available(): string {
    return `available: ${[...this.#tools.keys()].sort().join(', ') || 'none'}`;
  }
}

/** The output so far goes with the failure: it is what tells why the tool was not done. */
function calledOff(reason: unknown, stdout: readonly string[]): OchoError {
  const code = isOchoError(reason) ? reason.code : 'INTERRUPTED';
  return new OchoError(messageOf(reason), { code, details: { stdout }, cause: reason });
}

type Parsed = Pick<ToolCall, 'values' | 'positionals'> | { readonly problem: string };

function parse(tool: Tool, args: readonly string[]): Parsed {
  if (tool.options === undefined) return { values: {}, positionals: args };
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { help: { type: 'boolean' }, ...tool.options },
      allowPositionals: true,
      strict: true,
    });
    if (values['help'] === true && tool.options['help'] === undefined) return { problem: '' };
    const most = tool.maxPositionals ?? Number.POSITIVE_INFINITY;
    if (positionals.length > most) return { problem: `too many arguments: ${positionals.slice(most).join(' ')}` };
    return { values, positionals };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

function helpOf(name: string, { help, options = {} }: Tool): string[] {
  const flags = Object.entries(options).map(([option, { type, short }]) => {
    const alias = short === undefined ? '' : `-${short}, `;
    return `  ${alias}--${option}${type === 'string' ? ' <value>' : ''}`;
  });
  return [...(help ?? name).split('\n'), ...(flags.length === 0 ? [] : ['options:', ...flags])];
}
