import { connect } from 'node:net';

import { settleOrAbort } from 'ochopod-core';

export interface TcpQuestion {
  readonly host: string;
  readonly port: number;
  readonly signal: AbortSignal;
}

/** Resolve when somebody listens there; reject with the reason otherwise. */
export function askTcp({ host, port, signal }: TcpQuestion): Promise<void> {
  return settleOrAbort([signal], ({ resolve, reject }) => {
    const socket = connect({ host, port });
    socket.on('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve(undefined);
    });
    return () => socket.destroy();
  });
}
