import { messageOf, OchoError } from 'ochopod-core';

import type { Binding, Surroundings } from './binding.ts';
import { mappedPorts } from './marathon.ts';

/** The metadata service is on the machine itself: it answers at once or not at all. */
const TIMEOUT_MS = 1000;
const TOKEN_SECONDS = '60';

/**
 * A machine of EC2, asked for its id and addresses through its metadata service (IMDSv2, with a session token).
 *
 * `ochopod_ec2` says whether we are on one. Left at `auto`, the machine's own description tells, without a
 * request; the service may then still refuse us, for its answers reach containers only with a hop limit of 2.
 */
export const ec2: Binding = async (settings, world) => {
  if (settings.ec2 === 'false') return undefined;
  if (settings.ec2 === 'auto' && !(await looksLikeEc2(world))) return undefined;
  const ports = mappedPorts(settings);
  try {
    return { fwk: 'marathon (ec2)', ...(await describeInstance(world)), ports };
  } catch (cause) {
    if (settings.ec2 === 'true') throw notAnswering(cause);
    world.warn(`this looks like EC2, and its metadata service does not answer: ${messageOf(cause)}`);
    return undefined;
  }
};

async function describeInstance(world: Surroundings): Promise<{ node: string; ip: string; public: string }> {
  const token = await ask(world, {
    method: 'PUT',
    path: 'api/token',
    headers: { 'x-aws-ec2-metadata-token-ttl-seconds': TOKEN_SECONDS },
  });
  const get = (name: string) =>
    ask(world, { method: 'GET', path: `meta-data/${name}`, headers: { 'x-aws-ec2-metadata-token': token ?? '' } });
  const [node, ip, address] = await Promise.all([get('instance-id'), get('local-ipv4'), get('public-ipv4')]);
  // In a subnet of IPv6 alone a machine has one address, and everybody reaches it there.
  const six = ip ? undefined : await get('ipv6');
  if (!node || !(ip || six)) throw new Error('it does not know its id and address');
  return { node, ip: ip || six || '', public: address ?? six ?? '' };
}

interface Question {
  readonly method: 'GET' | 'PUT';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** @returns nothing when there is no such thing: many machines have no public address */
async function ask({ http, metadataEndpoint }: Surroundings, question: Question): Promise<string | undefined> {
  const { method, path, headers } = question;
  const url = `${metadataEndpoint.replace(/\/$/, '')}/latest/${path}`;
  const { status, body } = await http({ method, url, headers, timeoutMs: TIMEOUT_MS });
  if (status === 404) return undefined;
  if (status !== 200) throw new Error(`it answers ${status} to ${path}`);
  return body.trim();
}

const DESCRIPTIONS = [
  { path: '/sys/devices/virtual/dmi/id/sys_vendor', pattern: /^Amazon EC2/ },
  { path: '/sys/hypervisor/uuid', pattern: /^ec2/i },
] as const;

async function looksLikeEc2({ readText }: Surroundings): Promise<boolean> {
  for (const { path, pattern } of DESCRIPTIONS) {
    const content = await readText(path).catch(() => ''); // most machines have no such file
    if (pattern.test(content)) return true;
  }
  return false;
}

function notAnswering(cause: unknown): OchoError {
  return new OchoError(`the EC2 metadata service does not answer: ${messageOf(cause)}`, {
    code: 'UNREACHABLE',
    hint: 'Allow a hop limit of 2 for it, or set ochopod_ec2=false and ochopod_ip.',
    cause,
  });
}
