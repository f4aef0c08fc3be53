import type { Binding } from './binding.ts';

const HERE = '127.0.0.1';

/** A workstation: nothing is mapped and everything is here. */
export const local: Binding = async ({ local: isLocal, port, ports }) => {
  if (!isLocal) return undefined;
  return { fwk: 'marathon (debug)', ip: HERE, public: HERE, node: 'local', ports: { ...ports, [port]: port } };
};
