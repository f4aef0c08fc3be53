import type { CoordinationFactory } from './agent.ts';

/** No cluster at all: the pod answers its control port, registers nowhere and is led by nobody. */
export const standalone: CoordinationFactory = () => ({
  state: 'follower',
  status: '',
  registered: false,
  reset: async () => {},
  stop: async () => {},
});
