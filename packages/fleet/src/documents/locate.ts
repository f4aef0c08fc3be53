import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type ParsedNode, type YAMLMap } from 'yaml';

import { type Composed, MAX_DEPTH, TOO_DEEP } from './compose.ts';
import type { Located, LocatedEntry, LocatedMap } from './located.ts';
import { type Finding, type Position, type Problem, problemAt } from './problem.ts';

/** What aliases may blow a file up to. */
const MAX_VALUES = 200_000;

/** Turn a document into values that know where they stand, aliases and merge keys resolved; problems are collected. */
export class Locator {
  readonly problems: Problem[] = [];
  readonly #positionAt: Composed['positionAt'];
  readonly #anchors = new Map<string, Node>();
  readonly #targets = new Map<Node, Node>();
  readonly #open = new Set<Node>();
  #values = 0;

  constructor({ positionAt }: Pick<Composed, 'positionAt'>) {
    this.#positionAt = positionAt;
  }

  /** @param otherwise where an empty value stands, for which nothing is written */
  locate(node: Node | null, otherwise: Position): Located {
    const at = node === null || isEmpty(node) ? otherwise : this.#positionOf(node);
    this.#values += 1;
    if (node === null || this.#values > MAX_VALUES) return this.#nothing(at);
    if (isAlias(node)) return this.#throughAlias(node, at);
    if ('anchor' in node && node.anchor !== undefined && !this.#targets.has(node)) this.#anchor(node, node.anchor);
    if (isScalar(node)) return { kind: 'scalar', at, ...scalar(node.value, node.source) };
    if (this.#open.size >= MAX_DEPTH) return this.#refuse(at, TOO_DEEP);
    this.#open.add(node);
    const located = this.#collection(node, at);
    this.#open.delete(node);
    return located;
  }

  #collection(node: Node, at: Position): Located {
    if (isMap<ParsedNode, ParsedNode | null>(node)) return { kind: 'map', at, entries: this.#entriesOf(node, at) };
    if (!isSeq<ParsedNode>(node)) return this.#nothing(at);
    return { kind: 'list', at, items: node.items.map((item) => this.locate(item, at)) };
  }

  #entriesOf(map: YAMLMap<ParsedNode, ParsedNode | null>, around: Position): LocatedMap['entries'] {
    const own = new Map<string, LocatedEntry>();
    const merged = new Map<string, LocatedEntry>();
    for (const pair of map.items) {
      const at = this.#positionOf(pair.key) ?? around;
      const value = this.locate(pair.value, at);
      if (isMergeKey(pair)) this.#merge(merged, value);
      else this.#add(own, { name: nameOf(pair.key), at, value });
    }
    return new Map([...merged, ...own]);
  }

  #add(entries: Map<string, LocatedEntry>, { name, at, value }: LocatedEntry & { name: string | undefined }): void {
    const before = name === undefined ? undefined : entries.get(name);
    if (name === undefined) {
      this.#refuse(at, { message: 'a name must be plain text' });
    } else if (before !== undefined) {
      const { line, column } = before.at;
      const message = `"${name}" stands here again; it stands already at ${line}:${column}`;
      this.#refuse(at, { message, hint: 'Remove one of them.' });
    } else {
      entries.set(name, { at, value });
    }
  }

  /** The first of several maps wins, and what the map says itself wins over all. */
  #merge(merged: Map<string, LocatedEntry>, value: Located): void {
    for (const source of value.kind === 'list' ? value.items : [value]) {
      if (source.kind !== 'map') {
        this.#refuse(source.at, { message: '<< takes a map, or a list of maps', hint: 'Write <<: *name.' });
        continue;
      }
      for (const [name, entry] of source.entries) if (!merged.has(name)) merged.set(name, entry);
    }
  }

  /** Aliases mean the last anchor of that name before them, in the order in which a file is read. */
  #throughAlias(alias: Node & { readonly source: string }, at: Position): Located {
    const target = this.#targets.get(alias) ?? this.#anchors.get(alias.source);
    if (target === undefined) {
      return this.#refuse(at, { message: `nothing before this is called &${alias.source}` });
    }
    if (this.#open.has(target)) return this.#refuse(at, { message: 'contains itself' });
    this.#targets.set(alias, target);
    const { at: _there, ...located } = this.locate(target, at);
    return { ...located, at } as Located;
  }

  #anchor(node: Node, name: string): void {
    this.#targets.set(node, node);
    this.#anchors.set(name, node);
  }

  #nothing(at: Position): Located {
    if (this.#values === MAX_VALUES + 1) this.#refuse(at, { message: `more than ${MAX_VALUES} values` });
    return { kind: 'scalar', at, value: null, source: '' };
  }

  #refuse(at: Position, finding: Finding): Located {
    this.problems.push(problemAt(at, finding));
    return { kind: 'scalar', at, value: null, source: '' };
  }

  #positionOf(node: Node): Position {
    return this.#positionAt(node.range?.[0] ?? 0);
  }
}

function scalar(value: unknown, source: string | undefined) {
  const isPlain = value === null || ['string', 'number', 'boolean'].includes(typeof value);
  const written = source ?? String(value);
  return { value: isPlain ? (value as string | number | boolean | null) : written, source: written };
}

function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null && (node.source ?? '') === '';
}

/** The library marks it with a symbol: a quoted << is a name like any other. */
function isMergeKey({ key }: Pair<ParsedNode, ParsedNode | null>): boolean {
  return isScalar(key) && typeof key.value === 'symbol';
}

/** Names are text, whatever else they look like: `8080:`, `true:`. */
function nameOf(key: Node): string | undefined {
  if (!isScalar(key)) return undefined;
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
}
