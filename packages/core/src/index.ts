export { parseBoundedJson } from './domain/bounded-json.ts';
export type { ClusterName } from './domain/cluster-name.ts';
export {
  DEFAULT_NAMESPACE,
  dependencyMatcher,
  isClusterName,
  MAX_CLUSTER_NAME_LENGTH,
  parseClusterName,
  qualified,
} from './domain/cluster-name.ts';
export type { ClusterViewJson } from './domain/cluster-view.ts';
export { ClusterView, parseClusterView } from './domain/cluster-view.ts';
export { quoteWord, splitWords } from './domain/command-line.ts';
export type {
  ControlTask,
  ExecResult,
  FailingProcess,
  LastEnd,
  LeadershipState,
  PodDeath,
  PodInfo,
  ProcessCause,
  ProcessFacts,
  ProcessState,
} from './domain/control.ts';
export {
  ANSWER_BYTES,
  ARGUMENTS_HEADER,
  CONTROL_TASKS,
  DEFAULT_CONTROL_SECONDS,
  FENCE_HEADER,
  LAST_LINE_LENGTH,
  LAST_LINES,
  LOG_CURSOR_HEADER,
  LOG_MISSED_HEADER,
  MAX_CONTROL_SECONDS,
  POD_DEATHS,
  SHELL_HEADER,
  TIME_LIMIT_HEADER,
} from './domain/control.ts';
export { errorCodeOf, HTTP_STATUS } from './domain/control-status.ts';
export { fnmatch, MAX_PATTERN_LENGTH } from './domain/fnmatch.ts';
export { jsonText } from './domain/json-text.ts';
export { own } from './domain/own.ts';
export type { Pod, Registrations } from './domain/pod.ts';
export { podLabel } from './domain/pod.ts';
export type { Registration } from './domain/registration.ts';
export { MAX_REGISTRATION_BYTES, parseRegistration } from './domain/registration.ts';
export { masked, maskedFields, maskText } from './domain/secrets.ts';
export type { ClusterSnapshot } from './domain/snapshot.ts';
export { canonicalText, parseSnapshot, samePods } from './domain/snapshot.ts';
export { PLAIN_TEXT, UNSEEN_CHARACTERS, visible } from './domain/visible.ts';
export type { WantedViews } from './domain/wanted-views.ts';
export { describeViews, wantsView } from './domain/wanted-views.ts';
export type { ErrorAdvice, ErrorCode, OchoErrorOptions } from './errors.ts';
export { asError, bugBehind, ERROR_CODES, failureOf, isOchoError, messageOf, OchoError } from './errors.ts';
export { hostAndPort, isAddress } from './host-and-port.ts';
export { boundInterimAnswers } from './interim-answers.ts';
export type { BackoffPolicy } from './waiting/backoff.ts';
export { backoffMs } from './waiting/backoff.ts';
export type { Clock } from './waiting/clock.ts';
export { systemClock } from './waiting/clock.ts';
export type { DeadlineOptions } from './waiting/deadline.ts';
export { withDeadline } from './waiting/deadline.ts';
export { withEither } from './waiting/either.ts';
export { inWords } from './waiting/in-words.ts';
export { isoTime } from './waiting/iso-time.ts';
export { onAbort } from './waiting/on-abort.ts';
export { settleOrAbort } from './waiting/settle-or-abort.ts';
export { Wakeup } from './waiting/wakeup.ts';
