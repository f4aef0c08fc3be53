import { connect } from 'node:net';

export interface TcpQuestion {
  readonly host: string;
  readonly port: number;
  readonly signal: AbortSignal;
}

/** Resolve when somebody listens there; reject with the reason otherwise. */
export function askTcp({ host, port, signal }: TcpQuestion): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const onAbort = () => socket.destroy(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', onAbort));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}
