import fc from 'fast-check';

/** Names that mean something on plain objects or to a terminal, that are fields of ours, or that nobody would choose. */
export const NAMES = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'then', 'length', 'toJSON'],
  ...['ip', 'port', 'ports', 'seq', 'dead', 'key', 'pods', 'dependencies', 'process', 'state', 'metrics', 'code'],
  ...['', ' ', '0', '-1', '8080', '\u0000', '\ud800', '\u202e', '\u001b[2J', '😀', 'x'.repeat(300)],
];

/** JSON of every type and of every size that is no use. */
const VALUES = [
  ...['null', 'true', '[]', '{}', '[[]]', '""', '" "', '0', '-0', '-1', '1.5', '70000', '65535', '1e308', '1e999'],
  ...['9007199254740993', '"toString"', '"__proto__"', '"true"', '"8080"', '"1e3"', '"\\ud800"', '"\\u202e\\u0000"'],
  ...['{"__proto__":null}', '{"toString":1}', '{"then":{}}', '{"length":-1}', '{"8080":"1"}', '["8080"]'],
  '"\\u001b]0;forged\\u0007"',
];
const HUGE = [`"${'x'.repeat(20_000)}"`, nested(100), nested(10_000), `[${'0,'.repeat(2000)}0]`];

const value = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...VALUES) },
  { weight: 8, arbitrary: fc.constantFrom(...NAMES.map((name) => JSON.stringify(name))) },
  { weight: 1, arbitrary: fc.constantFrom(...HUGE) },
  { weight: 4, arbitrary: fc.json({ maxDepth: 2 }) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)) },
  { weight: 2, arbitrary: fc.double().map(String).filter(isJson) },
);

const change = fc.record({
  what: fc.constantFrom('replace', 'replace', 'replace', 'rename', 'remove', 'add', 'repeat'),
  where: fc.nat(1000),
  name: fc.constantFrom(...NAMES),
  value,
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

/** What is still JSON and differs from `good` in a few places. */
export function changed(good: object): fc.Arbitrary<string> {
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    const tree = growFrom(good);
    for (const each of changes) apply(tree, each);
    return write(tree);
  });
}

const damage = fc.record({
  what: fc.constantFrom(...['cut', 'insert', 'replace'], ...Array.from({ length: 6 }, () => 'nothing'), 'nest'),
  where: fc.nat(4000),
  text: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.constantFrom('"', '{', '}', ',', ':', '\\u', '\ufeff'),
  ),
});

/** What begins as `changed` does and need not be JSON any more. */
export function mutated(good: object): fc.Arbitrary<string> {
  const texts = fc.oneof({ weight: 4, arbitrary: changed(good) }, { weight: 1, arbitrary: value });
  return fc.tuple(texts, damage).map(([json, { what, where, text }]) => {
    const at = where % (json.length + 1);
    if (what === 'cut') return json.slice(0, at);
    if (what === 'insert') return json.slice(0, at) + text + json.slice(at);
    if (what === 'replace') return json.slice(0, at) + text + json.slice(at + text.length);
    return what === 'nest' ? `${'['.repeat(where)}${json}${']'.repeat(where)}` : json;
  });
}

/** An object or a list that may hold a name twice; anything else is its JSON. */
type Tree = string | Branch;
interface Branch {
  readonly isList: boolean;
  readonly entries: [name: string, value: Tree][];
}

function growFrom(data: unknown): Tree {
  if (typeof data !== 'object' || data === null) return JSON.stringify(data);
  return {
    isList: Array.isArray(data),
    entries: Object.entries(data).map(([name, inner]) => [name, growFrom(inner)]),
  };
}

function apply(tree: Tree, { what, where, name, value: instead }: Change): void {
  const places = placesIn(tree);
  const place = places[where % places.length];
  if (place === undefined) return;
  const { branch, at } = place;
  const entry = branch.entries[at];
  if (entry === undefined || what === 'add') branch.entries.push([name, instead]);
  else if (what === 'replace') entry[1] = instead;
  else if (what === 'rename') entry[0] = name;
  else if (what === 'remove') branch.entries.splice(at, 1);
  else branch.entries.push([entry[0], instead]);
}

function placesIn(tree: Tree): { readonly branch: Branch; readonly at: number }[] {
  if (typeof tree === 'string') return [];
  const here = Array.from({ length: tree.entries.length + 1 }, (_, at) => ({ branch: tree, at }));
  return [...here, ...tree.entries.flatMap(([, inner]) => placesIn(inner))];
}

function write(tree: Tree): string {
  if (typeof tree === 'string') return tree;
  const inner = tree.entries.map(([name, each]) => (tree.isList ? '' : `${JSON.stringify(name)}:`) + write(each));
  return tree.isList ? `[${inner.join()}]` : `{${inner.join()}}`;
}

function nested(levels: number): string {
  return `${'['.repeat(levels)}${']'.repeat(levels)}`;
}

function isJson(text: string): boolean {
  return text !== 'NaN' && !text.endsWith('Infinity');
}
