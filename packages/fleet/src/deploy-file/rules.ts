import { fieldOf, type Located, type LocatedMap } from '../documents/located.ts';
import { type Finding, type Position, type Problem, problemAt } from '../documents/problem.ts';
import type { PortSpec } from '../scheduler/index.ts';
import { CONTROL_PORT, parsePort } from './ports.ts';

/** What no field can tell alone. Fields that are wrong in themselves are passed over. */
export function ruleProblems(map: LocatedMap): Problem[] {
  return [
    ...clashingPorts(map),
    ...unlistedHealthPort(map),
    ...takenNames(map),
    ...['settings', 'verbatim'].flatMap((name) => {
      const value = fieldOf(map, name);
      return value === undefined ? [] : inexactNumbers(value);
    }),
  ];
}

interface ListedPort {
  readonly written: Located;
  readonly port: PortSpec;
}

function listedPorts(map: LocatedMap): ListedPort[] {
  const list = fieldOf(map, 'ports');
  if (list?.kind !== 'list') return [];
  return list.items.flatMap((written) => {
    const port = written.kind === 'scalar' ? parsePort(written.value) : undefined;
    return port === undefined ? [] : [{ written, port }];
  });
}

function clashingPorts(map: LocatedMap): Problem[] {
  const taken = new Map<string, Position>();
  return listedPorts(map).flatMap(({ written: { at }, port }) => {
    const claims = claimsOf(port);
    const clash = claims.find((claim) => taken.has(claim));
    const before = clash === undefined ? undefined : taken.get(clash);
    for (const claim of claims) if (!taken.has(claim)) taken.set(claim, at);
    if (before === undefined) return [];
    const message = `ports: ${clash} stands already at ${before.line}:${before.column}`;
    return [problemAt(at, { message, hint: 'Remove one of them.' })];
  });
}

/** What only one port of a list can have. */
function claimsOf({ container, host, protocol }: PortSpec): string[] {
  return [`${protocol} port ${container}`, ...(host === 0 ? [] : [`${protocol} host port ${host}`])];
}

function unlistedHealthPort(map: LocatedMap): Problem[] {
  const port = fieldOf(fieldOf(map, 'health'), 'port');
  const listed = listedPorts(map).filter(({ port: { protocol } }) => protocol === 'tcp');
  const known = [...new Set([CONTROL_PORT, ...listed.map((each) => each.port.container)])];
  if (port?.kind !== 'scalar' || typeof port.value !== 'number' || known.includes(port.value)) return [];
  const message = `health.port: ${port.value} is not among the ports`;
  return [problemAt(port.at, { message, hint: `Use one of ${known.join(', ')}, or list it under ports.` })];
}

/** Variables that are made of other fields. */
const OWN_VARIABLES: Readonly<Record<string, string>> = {
  ochopod_cluster: 'Set cluster.',
  ochopod_namespace: 'Pass --namespace.',
  ochopod_debug: 'Set debug.',
  ochopod_start: 'Set start.',
  pod: 'Set settings.',
};
/** Objects have them already, in too many places to rely on them. */
const UNUSABLE = ['__proto__', 'constructor', 'prototype'];

function takenNames(map: LocatedMap): Problem[] {
  return ['env', 'labels'].flatMap((field) => {
    const values = fieldOf(map, field);
    if (values?.kind !== 'map') return [];
    return [...values.entries].flatMap(([name, { at }]) => {
      const finding = UNUSABLE.includes(name) ? { message: 'cannot be used as a name' } : ownVariable(field, name);
      return finding === undefined
        ? []
        : [problemAt(at, { ...finding, message: `${field}.${name}: ${finding.message}` })];
    });
  });
}

function ownVariable(field: string, name: string): Finding | undefined {
  if (field !== 'env' || !Object.hasOwn(OWN_VARIABLES, name)) return undefined;
  const hint = OWN_VARIABLES[name];
  return { message: 'is set by ocho', ...(hint !== undefined && { hint: `${hint.slice(0, -1)} instead.` }) };
}

/** JSON has neither infinity nor numbers of any length: what arrives would not be what was written. */
export function inexactNumbers(located: Located): Problem[] {
  if (located.kind === 'list') return located.items.flatMap(inexactNumbers);
  if (located.kind === 'map') return [...located.entries.values()].flatMap((entry) => inexactNumbers(entry.value));
  const { value } = located;
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return [];
  if (Number.isFinite(value) && !Number.isInteger(value)) return [];
  const message = `${located.source} cannot be passed on exactly`;
  return [problemAt(located.at, { message, hint: 'Quote it, to pass it on as text.' })];
}
