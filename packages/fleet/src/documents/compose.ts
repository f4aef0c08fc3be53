import { Composer, type Document, Lexer, LineCounter, type ParsedNode, Parser, type YAMLError } from 'yaml';

import { type Finding, type Position, type Problem, problemAt } from './problem.ts';

/** Deeper than anything that somebody writes; the composer of the library would run out of stack. */
export const MAX_DEPTH = 100;

/** A text as the library understands it. */
export interface Composed {
  readonly document: Document.Parsed<ParsedNode>;
  readonly positionAt: (offset: number) => Position;
}

/** Take YAML 1.2 apart into one document, as far as it goes, and tell everything that is wrong with its syntax. */
export function compose(text: string, file: string): { readonly composed?: Composed; readonly problems: Problem[] } {
  const lines = new LineCounter();
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(Math.min(Math.max(offset, 0), text.length));
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const problem = (offset: number, finding: Finding) => problemAt(positionAt(offset), finding);

  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  const tokens = [];
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > MAX_DEPTH) return { problems: [problem(parser.offset, TOO_DEEP)] };
  }
  tokens.push(...parser.end());

  // Names that stand twice are looked for later: the library compares each with each.
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, merge: true, logLevel: 'silent' });
  const [document, second] = composer.compose(tokens, true, text.length);
  if (document === undefined) return { problems: [] };
  const faults = [...document.errors, ...document.warnings];
  const problems = faults.map((fault) => problem(fault.pos[0], syntaxFinding(fault)));
  if (second !== undefined) problems.push(problem(second.range[0], SEVERAL));
  return { composed: { document: document as Document.Parsed<ParsedNode>, positionAt }, problems };
}

export const TOO_DEEP: Finding = { message: `nested deeper than ${MAX_DEPTH} levels` };
const SEVERAL: Finding = { message: 'another document begins here', hint: 'Write each into a file of its own.' };

function syntaxFinding({ code, message }: YAMLError): Finding {
  const hint = SYNTAX_HINTS[code];
  return { message: lowerFirst(message), ...(hint !== undefined && { hint }) };
}

const SYNTAX_HINTS: Partial<Record<YAMLError['code'], string>> = {
  TAB_AS_INDENT: 'Indent with blanks.',
  BAD_INDENT: 'Let what belongs together begin in the same column, and close what was opened.',
  BLOCK_AS_IMPLICIT_KEY: 'Quote text that contains a colon and a blank.',
  TAG_RESOLVE_FAILED: 'Leave the tag out, or quote the text.',
  MISSING_CHAR: 'Close what was opened; quote text that begins with one of []{}&*!|>%@#.',
};

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
