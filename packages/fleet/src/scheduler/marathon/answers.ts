import { OchoError } from 'ochopod-core';
import * as v from 'valibot';

import type { Application, ApplicationVersion, Task, TaskFailure } from '../application.ts';

/** As Marathon answered; its generations differ in fields that we do not need. */
const TaskAnswer = v.looseObject({
  id: v.string(),
  host: v.optional(v.string(), ''),
  state: v.optional(v.string()),
  version: v.optional(v.string(), ''),
  startedAt: v.nullish(v.string()),
  healthCheckResults: v.nullish(v.array(v.nullable(v.looseObject({ alive: v.optional(v.boolean()) })))),
});

const Definition = v.looseObject({
  id: v.string(),
  instances: v.optional(v.number(), 1),
  container: v.nullish(v.looseObject({ docker: v.nullish(v.looseObject({ image: v.optional(v.string()) })) })),
  env: v.nullish(v.record(v.string(), v.unknown())),
  labels: v.nullish(v.record(v.string(), v.string())),
  version: v.optional(v.string(), ''),
});

const FailureAnswer = v.looseObject({
  taskId: v.optional(v.string(), ''),
  version: v.optional(v.string(), ''),
  message: v.optional(v.string(), ''),
  state: v.optional(v.string(), ''),
});

const AppAnswer = v.looseObject({
  ...Definition.entries,
  healthChecks: v.nullish(v.array(v.unknown())),
  tasks: v.nullish(v.array(TaskAnswer)),
  deployments: v.nullish(v.array(v.looseObject({ id: v.string() }))),
  lastTaskFailure: v.nullish(FailureAnswer),
});

export const DeploymentsAnswer = v.array(
  v.looseObject({ id: v.string(), affectedApps: v.optional(v.array(v.string()), []) }),
);
export const ChangeAnswer = v.looseObject({ deploymentId: v.string(), version: v.string() });
export const CreatedAnswer = v.looseObject({
  version: v.string(),
  deployments: v.array(v.looseObject({ id: v.string() })),
});
export const InfoAnswer = v.looseObject({ version: v.string() });
export const VersionsAnswer = v.looseObject({ versions: v.array(v.string()) });
const QueueAnswer = v.looseObject({
  queue: v.array(
    v.looseObject({
      // Pods of Marathon's own kind wait there as well.
      app: v.nullish(v.looseObject({ id: v.string() })),
      processedOffersSummary: v.nullish(
        v.looseObject({
          rejectSummaryLastOffers: v.nullish(
            v.array(v.looseObject({ reason: v.string(), declined: v.optional(v.number(), 0) })),
          ),
        }),
      ),
    }),
  ),
});
const AppsAnswer = v.looseObject({ apps: v.array(AppAnswer) });
const OneAppAnswer = v.looseObject({ app: AppAnswer });

/**
 * What was answered, checked.
 *
 * @throws {OchoError} `UNREACHABLE` when this is not what a Marathon answers
 */
export function answered<S extends v.GenericSchema>(schema: S, body: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = v.getDotPath(issue) ?? 'the body';
  throw new OchoError(`what answered is no Marathon: ${where}: ${issue.message}`, {
    code: 'UNREACHABLE',
    hint: 'Look at the address: is there a path before the API, or something else at this port?',
  });
}

export const applicationsOf = (body: unknown): Application[] => answered(AppsAnswer, body).apps.map(toApplication);
export const applicationOf = (body: unknown): Application => toApplication(answered(OneAppAnswer, body).app);

export function versionOf(body: unknown): ApplicationVersion {
  const definition = answered(Definition, body);
  const { version, instances } = definition;
  return { version, instances, definition, ...wordsOf(definition) };
}

function toApplication(app: v.InferOutput<typeof AppAnswer>): Application {
  const { instances, version, tasks, deployments, lastTaskFailure } = app;
  const isChecked = (app.healthChecks ?? []).length > 0;
  return {
    id: app.id.replace(/^\//, ''),
    instances,
    version,
    ...wordsOf(app),
    tasks: (tasks ?? []).map((task) => toTask(task, isChecked)),
    changes: (deployments ?? []).map(({ id }) => id),
    isChecked,
    lastFailure: lastTaskFailure ? failureOf(lastTaskFailure) : undefined,
  };
}

function failureOf({ taskId, version, state, message }: v.InferOutput<typeof FailureAnswer>): TaskFailure {
  return { task: taskId, version, why: `${state}: ${message}`.trim() };
}

/** Why the offers that were made last were declined, most often first; nothing when all were taken, or none was made. */
export function declinedBecause(body: unknown, id: string): string | undefined {
  const { queue } = answered(QueueAnswer, body);
  const waiting = queue.find(({ app }) => app?.id === `/${id}`);
  const reasons = waiting?.processedOffersSummary?.rejectSummaryLastOffers ?? [];
  const declined = reasons.filter((each) => each.declined > 0).sort((left, right) => right.declined - left.declined);
  if (declined.length === 0) return undefined;
  return declined.map(({ reason, declined: times }) => `${reason} (${times} of the last offers)`).join(', ');
}

function wordsOf({ container, env, labels }: v.InferOutput<typeof Definition>) {
  const plain = Object.entries(env ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return { image: container?.docker?.image, env: Object.fromEntries(plain), labels: labels ?? {} };
}

function toTask(task: v.InferOutput<typeof TaskAnswer>, isChecked: boolean): Task {
  const { id, host, version, startedAt, healthCheckResults } = task;
  const results = healthCheckResults ?? [];
  const isKnown = isChecked && results.length > 0;
  return {
    id,
    host,
    state: stateOf(task),
    healthy: isKnown ? results.every((result) => result?.alive === true) : undefined,
    version,
    startedAt: startedAt ?? undefined,
  };
}

/** Marathons before 1.0 tell no state, but a task that was started. */
function stateOf({ state, startedAt }: v.InferOutput<typeof TaskAnswer>): Task['state'] {
  if (state === undefined) return startedAt ? 'running' : 'starting';
  if (state === 'TASK_RUNNING') return 'running';
  return ['TASK_STAGING', 'TASK_STARTING', 'TASK_CREATED'].includes(state) ? 'starting' : 'ending';
}
