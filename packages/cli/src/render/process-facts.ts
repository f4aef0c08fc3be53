import type { LastEnd, PodInfo } from 'ochopod-core';

/**
 * What a pod answers as facts for people, by name: what is nested becomes a sentence, and what a pod of its age does not
 * say although it happened is unknown.
 */
export function factsOf({ failing, lastEnd, died, ...plain }: PodInfo): Readonly<Record<string, unknown>> {
  const facts = {
    ...plain,
    ...(failing !== undefined && { failing: `${failing.count} in a row since ${failing.since}` }),
    ...(lastEnd === undefined ? unknownEnd(plain) : endOf(lastEnd)),
    ...(plain.process === 'dead' && { died: died === undefined ? UNKNOWN : `${died.how} at ${died.at}: ${died.why}` }),
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

const UNKNOWN = 'unknown';

/** An agent that tells its version tells how its process ended as well, once it has. */
const unknownEnd = ({ agent }: Pick<PodInfo, 'agent'>) => (agent === undefined ? { lastEnd: UNKNOWN } : {});

function endOf({ how, why, at, stdout, stderr }: LastEnd): Readonly<Record<string, unknown>> {
  return {
    lastEnd: `${how} at ${at}: ${why}`,
    ...(stdout.length > 0 && { lastStdout: stdout }),
    ...(stderr.length > 0 && { lastStderr: stderr }),
  };
}
