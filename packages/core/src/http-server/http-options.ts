/** What Node itself sees to, for each of our servers. */
export const HTTP_OPTIONS = {
  /** From the connection, or the last answer, to the end of the headers. */
  headersTimeout: 10_000,
  /** The slowest body that is let through (`pace.ts`) has arrived long before. */
  requestTimeout: 3_600_000,
  /** How often Node looks for whom these two have caught. */
  connectionsCheckingInterval: 2000,
  /** A command line is in them, in two forms. */
  maxHeaderSize: 32 * 1024,
} as const;
