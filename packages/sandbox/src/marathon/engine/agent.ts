/** The one machine that tasks run on, as clients see it. */
export interface Agent {
  readonly host: string;
  readonly slaveId: string;
}
