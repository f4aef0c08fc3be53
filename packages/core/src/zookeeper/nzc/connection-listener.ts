/** What a connection tells whoever owns it. */
export interface ConnectionListener {
  /** The server keeps the session for so long; each time that a connection is made. */
  negotiated(timeoutMs: number): void;
  sent(at: number): void;
  /** The server has answered what was sent at that time. */
  answered(sentAt: number): void;
  /** Something has come in, or nothing for too long, and nothing was done about it yet. */
  beforeActing(): void;
  /** Connected, and authenticated if there are credentials. */
  ready(server: string): void;
  disconnected(server: string): void;
  /** The server has told that there is no way to go on. */
  refused(because: 'expired' | 'denied'): void;
}
