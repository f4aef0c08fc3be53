import type { IncomingHttpHeaders } from 'node:http';
import { ARGUMENTS_HEADER, OchoError, SHELL_HEADER, splitWords } from 'ochopod-core';

/** What was asked for: the name of a tool, and what came with it. */
export interface ToolLine {
  readonly name: string | undefined;
  /** Words for a tool that reads words. @throws {OchoError} `INVALID_INPUT` when a quote is not closed */
  words(): readonly string[];
  /** A line for a tool that reads lines. */
  line(): string;
}

/**
 * Read what a request says about the tool that is to run.
 *
 * Our own clients say exactly which words there are; what comes from others is text as it was typed, and only who reads
 * it knows what its quotes mean.
 *
 * @throws {OchoError} `INVALID_INPUT` when nothing is said
 */
export function readToolLine(headers: IncomingHttpHeaders): ToolLine {
  const exact = textOf(headers, ARGUMENTS_HEADER);
  if (exact !== undefined) {
    const [name, ...words] = splitWords(exact);
    return { name, words: () => words, line: () => words.join(' ') };
  }
  const typed = textOf(headers, SHELL_HEADER);
  if (typed === undefined) throw new OchoError('the header X-Shell is missing', { code: 'INVALID_INPUT' });
  const [, name, rest = ''] = /^\s*(\S+)\s*(.*)$/s.exec(typed) ?? [];
  return { name, words: () => splitWords(rest), line: () => rest };
}

/** Header values arrive byte by byte; what is in them is UTF-8. */
function textOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? Buffer.from(value, 'latin1').toString('utf8') : undefined;
}
