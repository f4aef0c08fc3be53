import { OchoError, own } from 'ochopod-core';

type Labels = Readonly<Record<string, string>>;

/** Says whether labels are those that were asked for. */
export type Selector = (labels: Labels) => boolean;

const ONE = /^\s*((?:[^\s,=!()\\]|\\.)+)\s*(?:(==|!=)\s*((?:[^\s,()\\]|\\.)+)|(in|notin)\s*\(([^()]*)\))?\s*(?:,|$)/;

/**
 * Read label selectors: `a==b`, `a!=b`, `a in (b, c)`, `a notin (b, c)` or only `a`, with commas between them. A
 * backslash stands before signs that are meant as they are.
 *
 * @throws {OchoError} `INVALID_INPUT` when it is none of these
 */
export function parseSelectors(text: string): Selector {
  const selectors: Selector[] = [];
  for (let rest = text; rest.trim() !== ''; ) {
    const match = ONE.exec(rest);
    if (match === null) {
      throw new OchoError(`Can not parse label selector: ${text}`, { code: 'INVALID_INPUT' });
    }
    selectors.push(selectorOf(match));
    rest = rest.slice(match[0].length);
  }
  return (labels) => selectors.every((selects) => selects(labels));
}

function selectorOf([, key = '', sign, value = '', word, list = '']: RegExpExecArray): Selector {
  const name = plain(key);
  const values = sign === undefined ? list.split(',').map((item) => plain(item.trim())) : [plain(value)];
  const has = (labels: Labels) => own(labels, name) !== undefined;
  const isAmong = (labels: Labels) => values.includes(own(labels, name) ?? '');
  if (sign === '==' || word === 'in') return (labels) => has(labels) && isAmong(labels);
  if (sign === '!=' || word === 'notin') return (labels) => has(labels) && !isAmong(labels);
  return has;
}

function plain(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}
