import { OchoError } from 'ochopod-core';

/** What an image reference says: `host:5000/a/b:1@sha256:…`. */
export interface ImageReference {
  /** With the registry, if one is given: `host:5000/a/b`. */
  readonly name: string;
  readonly tag?: string;
  /** `sha256:…` */
  readonly digest?: string;
}

const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
/** Only what cannot be the first part of a path: with a dot, a port or a capital, `localhost`, or an IPv6 address. */
const REGISTRY = `(?:(?:${LABEL}(?:\\.${LABEL})*|\\[[a-fA-F0-9:]+\\])(?::\\d+)?)`;
const PART = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const NAME = new RegExp(`^(?:${REGISTRY}/)?${PART}(?:/${PART})*$`);
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const LONGEST_NAME = 255;

/**
 * Take an image reference apart, as Docker does: the tag follows the last colon after the last slash.
 *
 * @throws {OchoError} `INVALID_INPUT`
 */
export function parseImage(reference: string): ImageReference {
  const [rest = '', digest, ...more] = reference.split('@');
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  const name = colon === -1 ? rest : rest.slice(0, colon);
  const tag = colon === -1 ? undefined : rest.slice(colon + 1);
  const fits =
    more.length === 0 &&
    name.length <= LONGEST_NAME &&
    NAME.test(name) &&
    (tag === undefined || TAG.test(tag)) &&
    (digest === undefined || DIGEST.test(digest));
  if (!fits) throw noImage(reference);
  return { name, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/**
 * The same image with another tag; a digest is dropped, since it would win over the tag.
 *
 * @throws {OchoError} `INVALID_INPUT` for what is no reference, or no tag
 */
export function withTag(reference: string, tag: string): string {
  const { name } = parseImage(reference);
  if (TAG.test(tag)) return `${name}:${tag}`;
  throw new OchoError(`"${tag}" is no image tag`, {
    code: 'INVALID_INPUT',
    hint: 'Use letters, digits, dots, - and _, up to 128 of them.',
  });
}

function noImage(reference: string): OchoError {
  return new OchoError(`"${reference}" is no image reference`, {
    code: 'INVALID_INPUT',
    hint: 'Write [registry[:port]/]name[:tag][@digest] with the name in lower case: acme/redis:3.2.',
  });
}
