import { OchoError } from '../errors.ts';

/**
 * Write arguments as one `X-Shell` header: quoted like for a POSIX shell, so that the pod splits them into the same
 * arguments, and as the bytes of UTF-8, which is what a header can carry.
 *
 * @throws {OchoError} `INVALID_INPUT` for a line break, which no header can hold
 */
export function commandLine(argv: readonly string[]): string {
  const broken = argv.find((argument) => /[\r\n\0]/.test(argument));
  if (broken !== undefined) {
    throw new OchoError(`the argument ${JSON.stringify(broken)} holds a line break`, {
      code: 'INVALID_INPUT',
      hint: 'Put the text into a file and upload that.',
    });
  }
  return Buffer.from(argv.map(quote).join(' '), 'utf8').toString('latin1');
}

function quote(argument: string): string {
  if (/^[\w@%+=:,./-]+$/.test(argument)) return argument;
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}
