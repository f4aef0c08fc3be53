/** What each part of an id must be: lower case, digits, dashes and dots. */
const SEGMENT = /^(([a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])\.)*([a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])$/;
const SEGMENT_TEXT =
  '^(([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])\\.)*([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])|(\\.|\\.\\.)$';

/** Words of paths under an application's own. */
const RESERVED = ['restart', 'tasks', 'versions'];

/** The absolute form of an id: one leading slash, none at the end, none doubled; `.` and `..` are resolved. */
export function absoluteId(id: string, base = '/'): string {
  const isRelative = !id.startsWith('/');
  const segments: string[] = [];
  for (const segment of `${isRelative ? base : ''}/${id}`.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}`;
}

/** The group that an application is in: `/a` of `/a/b`, `/` of `/a`. */
export function parentOf(id: string): string {
  return id.slice(0, id.lastIndexOf('/')) || '/';
}

/** What is wrong with an absolute id, in Marathon's words. */
export function problemsOfId(id: string): readonly string[] {
  if (id === '/') return ['must not be root'];
  const segments = id.slice(1).split('/');
  const problems: string[] = [];
  if (!segments.every((segment) => SEGMENT.test(segment))) {
    problems.push(`must fully match regular expression '${SEGMENT_TEXT}'`);
  }
  if (RESERVED.includes(segments.at(-1) ?? '')) problems.push(`must not end with any of ${RESERVED.join(', ')}`);
  return problems;
}
