import { redact } from '../io/redact.ts';

const MASK = '***';
const SECRET =
  /token|passw|passphrase|secret|credential|(^|[._-])keys?$|(api|access|private)[_-]?key|private|(^|[._-])auth/i;

/** @param field where it stands: `env.DB_PASSWORD`; a name that sounds like a secret hides its whole value */
export function maskedText(field: string, value: string): string {
  return SECRET.test(field) ? MASK : redact(value);
}

/** The same for any value, as JSON; names inside of it count as well. */
export function maskedJson(field: string, value: unknown): string {
  const text = JSON.stringify(value, (name, each: unknown) =>
    typeof each === 'string' && SECRET.test(name) ? MASK : each,
  );
  return maskedText(field, text);
}
