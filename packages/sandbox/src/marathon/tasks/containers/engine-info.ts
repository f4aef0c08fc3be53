import * as v from 'valibot';

/** Which limits an engine can put on a container here. */
export interface Limits {
  readonly memory: boolean;
  readonly cpu: boolean;
}

const PodmanInfo = v.object({ host: v.object({ cgroupControllers: v.optional(v.nullable(v.array(v.string()))) }) });
const DockerInfo = v.object({ MemoryLimit: v.optional(v.boolean()), CPUShares: v.optional(v.boolean()) });

/** @param info what `podman info` or `docker info` says, as JSON; of something else it follows that there are none */
export function limitsIn(info: string): Limits {
  const said: unknown = parsed(info);
  const podman = v.safeParse(PodmanInfo, said);
  if (podman.success) {
    const controllers = podman.output.host.cgroupControllers ?? [];
    return { memory: controllers.includes('memory'), cpu: controllers.includes('cpu') };
  }
  const docker = v.safeParse(DockerInfo, said);
  const { MemoryLimit = false, CPUShares = false } = docker.success ? docker.output : {};
  return { memory: MemoryLimit, cpu: CPUShares };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
