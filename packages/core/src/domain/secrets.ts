/** What is shown in place of a secret. */
const MASK = '***';

/** Said anywhere in a name, glued to others or not: `dbpassword`, `ClientSecretId`, `AWS_ACCESS_KEY_ID`. */
const ANYWHERE =
  /token|passw|passphrase|passcode|secret|credential|webhook|basic[._-]?auth|(api|access|private|encryption|signing|master|licen[sc]e)[._-]?key/i;
/** Words of a name, wherever they stand in it: `REDISCLI_AUTH`, `sentry.dsn.url`. */
const WORDS = new Set([
  ...['auth', 'authorization', 'pwd', 'pw', 'dsn', 'jwt', 'bearer', 'cred', 'creds', 'cookie', 'cookies'],
]);
/** What the last word is, or ends with: `dbpass` is a secret, `bypass` is none. */
const ENDING = /^(keys?|private)$|(?<!by|com|over|sur|tres|under)pass$|pwd$|dsn$/;

/**
 * Whether a name says that its value is nobody else's business: `env.DB_PASS`, `clientSecret`, `basic_auth`, `key`. Case,
 * separators and digits do not matter.
 */
export function isSecretName(name: string): boolean {
  if (ANYWHERE.test(name)) return true;
  const apart = name.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase();
  const words = apart.split(/[\W\d_]+/).filter(Boolean);
  if (words.some((word) => WORDS.has(word))) return true;
  return ENDING.test(words.at(-1) ?? '') && words.at(-2) !== 'public';
}

/**
 * Take the secrets out of a text: credentials of addresses, of URLs and of data sources, the paths of webhooks, private
 * keys, and values that stand behind the name of a secret (`DB_PASS=x`, `"token": "x"`). Words stay as they are: in
 * `no such secret: DB_PASSWORD` nothing is a value.
 */
export function maskText(text: string): string {
  const plain = text.includes('PRIVATE KEY') ? text.replaceAll(PRIVATE_KEY, MASK) : text;
  return withoutNamedValues(withoutAddressSecrets(plain));
}

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

function withoutAddressSecrets(text: string): string {
  const urls = text.includes('://')
    ? text.replaceAll(URL_IN_TEXT, (_url, scheme: string, rest: string) => `${scheme}${withoutUrlSecrets(rest)}`)
    : text;
  return urls.includes('@') ? urls.replaceAll(BARE_CREDENTIALS, `$1${MASK}@`) : urls;
}

/** The look behind keeps it linear: every other start would only find the end of the same. */
const URL_IN_TEXT = /(?<![a-z\d+.-])([a-z][a-z\d+.-]*:\/\/)([^\s"'`<>]+)/gi;
/** `ann:password@10.0.0.1`, `ann:password@tcp(db)/d`; not `web:1@sha256:…`. Bounded, so that no text makes it slow. */
const BARE_CREDENTIALS =
  /(^|[\s"'=,([{])[^\s/@:"'=,([{]{0,128}:(?![a-z\d+.-]*:?\/\/)[^\s"']{1,512}@(?!sha\d+:)(?=[\w[(])/g;

/** Several may be joined by commas: `http://a:8080,http://ann:password@b:8080`. */
function withoutUrlSecrets(rest: string): string {
  const [first = '', ...others] = rest.split(/([,;|](?=[a-z][a-z\d+.-]*:\/\/))/i);
  return [withoutPath(withoutUserInfo(first)), ...others.map(withoutAddressSecrets)].join('');
}

/**
 * What stands before the last `@`, as passwords hold `/`, `?` and `@`. Where that is not clear a host is hidden rather than
 * a password shown.
 */
function withoutUserInfo(rest: string): string {
  const [address = ''] = rest.split(/@(?=sha\d+:)/, 1);
  const at = address.lastIndexOf('@');
  return at !== -1 && /[:@]/.test(authorityOf(address)) ? `${MASK}@${rest.slice(at + 1)}` : rest;
}

/** Whoever knows the address of a webhook can use it. */
function withoutPath(rest: string): string {
  const authority = authorityOf(rest);
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const isWebhook = /^hooks?\.|webhook/i.test(host) || /\/(web)?hooks?\//i.test(rest);
  return isWebhook && rest.length > authority.length + 1 ? `${authority}/${MASK}` : rest;
}

function authorityOf(rest: string): string {
  const [authority = ''] = rest.split(/[/?#]/, 1);
  return authority;
}

function withoutNamedValues(text: string): string {
  if (!MAYBE_NAMED.test(text)) return text;
  const kept: string[] = [];
  let at = 0;
  for (const head of text.matchAll(NAMED)) {
    const { index, 0: whole, 1: name = '' } = head;
    const end = index + whole.length;
    const value = index < at || !namesValue(name) ? undefined : valueAt(text, index, end);
    if (value === undefined) continue;
    kept.push(text.slice(at, end), value.shown);
    at = end + value.length;
  }
  return [...kept, text.slice(at)].join('');
}

/** Most texts name no secret, and are through with this. */
const MAYBE_NAMED = /token|pass|secret|cred|webhook|auth|key|pwd|pw|dsn|jwt|bearer|cookie|private/i;
/** `TOKEN=`, `"token": `, `\"token\":` */
const NAMED = /(?<![\w.-])([\w.-]+)(?:\\*["'])?\s*[:=]\s*/g;

interface FoundValue {
  readonly length: number;
  readonly shown: string;
}

/** The value that follows a name, if it is one. */
function valueAt(text: string, nameAt: number, at: number): FoundValue | undefined {
  const quoted = matchAt(QUOTED, text, at);
  if (quoted !== undefined) {
    const quote = /^\\*["']/.exec(quoted)?.[0] ?? '';
    return { length: quoted.length, shown: quoted.length === 2 * quote.length ? quoted : `${quote}${MASK}${quote}` };
  }
  const credentials = matchAt(SCHEMED, text, at);
  if (credentials !== undefined) return { length: credentials.length, shown: MASK };
  if (text[at - 1] === '=') return foundValue(matchAt(ASSIGNED, text, at));
  // In a sentence a colon is no more than that.
  const before = text.slice(Math.max(0, nameAt - 80), nameAt);
  const listed = /(?:^|[\n{,["'(])[ \t]*(?:- )?$/.test(before) ? matchAt(LISTED, text, at) : undefined;
  return listed !== undefined && looksLikeValue(listed) ? foundValue(listed) : undefined;
}

function foundValue(value: string | undefined): FoundValue | undefined {
  return value === undefined ? undefined : { length: value.length, shown: MASK };
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** Also inside of a string, `\"x\"`. What is cut off has no end. */
const QUOTED = /"(?:\\.|[^"\\])*(?:"|$)|'(?:\\.|[^'\\])*(?:'|$)|(\\+["']).*?(?:\1|$)/sy;
/** What follows `Authorization:`. */
const SCHEMED = /(?:bearer|basic|digest|token) [^\s"']+/iy;
const ASSIGNED = /(?:(?!\\["'])[^\s"'&])+/y;
/** A line of YAML, a header, a field in braces: one value, and nothing after it. */
const LISTED = /[^\s,}"')]+(?=\s*(?:[\n,}"')]|$))/y;

/** `key` alone names too much. */
function namesValue(name: string): boolean {
  return isSecretName(name) && !/^keys?\b/i.test(name);
}

/** No word of a sentence, no name of a variable. */
function looksLikeValue(text: string): boolean {
  return !/^(?:[a-z]+|[A-Z][A-Z\d_]*|\*+)[.;!?]?$/.test(text);
}

/** Deeper than anybody writes. */
const MOST_LEVELS = 64;

/**
 * The same value without its secrets, wherever they are: behind the name of one, in a `{ name, value }` pair, behind a flag
 * of a command line, in an address, in JSON that is kept as text.
 *
 * @param name where the value stands: `env.DB_PASSWORD`. Nothing is left of what stands behind the name of a secret but
 * yes, no and nothing at all
 */
export function masked(value: unknown, name = ''): unknown {
  return maskedAt(value, isSecretName(name), 0);
}

/** The same for the fields of an object, each under its own name. */
export function maskedFields(fields: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, masked(value, name)]));
}

function maskedAt(value: unknown, isSecret: boolean, level: number): unknown {
  if (level > MOST_LEVELS) return MASK;
  if (typeof value === 'string') return maskedString(value, isSecret, level);
  if (typeof value === 'number') return isSecret ? MASK : value;
  if (Array.isArray(value)) return maskedList(value, isSecret, level);
  if (typeof value !== 'object' || value === null) return value;
  const named = pairName(value);
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      if (named !== undefined && (name === 'name' || name === 'key')) return [name, each];
      const hides = isSecret || isSecretName(name === 'value' ? (named ?? name) : name);
      return [name, maskedAt(each, hides, level + 1)];
    }),
  );
}

/** The name that the value of `{ name: 'TOKEN', value: 'x' }` or `{ key: …, value: … }` goes by. */
function pairName(value: object): string | undefined {
  if (!('value' in value)) return undefined;
  const name = 'name' in value ? value.name : 'key' in value ? value.key : undefined;
  return typeof name === 'string' ? name : undefined;
}

function maskedList(list: readonly unknown[], isSecret: boolean, level: number): readonly unknown[] {
  return list.map((each, at) => {
    const before: unknown = list[at - 1];
    const isAfterFlag = typeof before === 'string' && /^--?[a-z]/i.test(before) && isSecretName(before);
    return maskedAt(each, isSecret || isAfterFlag, level + 1);
  });
}

function maskedString(text: string, isSecret: boolean, level: number): string {
  if (isSecret) return text === '' ? '' : MASK;
  const json = parsedStructure(text);
  if (json !== undefined) {
    const inner = JSON.stringify(maskedAt(json, false, level + 1));
    return inner.includes(MASK) ? inner : text;
  }
  return maskText(text).replaceAll(/(--?([a-z][\w-]*)\s+)[^\s-]\S*/gi, (found, before: string, flag: string) =>
    isSecretName(flag) ? `${before}${MASK}` : found,
  );
}

function parsedStructure(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
