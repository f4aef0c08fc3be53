import { OchoError } from 'ochopod-core';
import { advised } from '../advice.ts';

import type { ApplicationCluster } from '../applications/application-clusters.ts';
import type { FleetApplication } from '../applications/fleet.ts';
import { type Generations, generationsAmong, nextId } from '../applications/generations.ts';
import type { Bumping } from './look.ts';

/** What is wanted of every application of a cluster. */
export type BumpWish =
  | {
      readonly kind: 'image';
      /** What an image becomes. @throws {OchoError} `INVALID_INPUT` */
      readonly imageOf: (present: string) => string;
      readonly allAtOnce: boolean;
    }
  | { readonly kind: 'continue' | 'abort' };

/** What it takes for one application. */
export type BumpPlan = { readonly cluster: string; readonly target: FleetApplication; readonly image: string } & (
  | { readonly kind: 'nothing' | 'in place' }
  | { readonly kind: 'roll out' | 'go back'; readonly bumping: Bumping }
);

/**
 * Decide what it takes to bring the applications of a cluster to an image, or to end what was begun.
 *
 * @param now milliseconds since 1970
 * @throws {OchoError} `CONFLICT` when a roll-out to something else is under way, `INVALID_INPUT`
 */
export function planBump({ name, applications }: ApplicationCluster, wish: BumpWish, now: number): readonly BumpPlan[] {
  const begun = generationsAmong(applications);
  if (wish.kind !== 'image') {
    const kind = wish.kind === 'abort' ? 'go back' : 'roll out';
    return begun.map((generations) => ending(name, generations, kind));
  }
  const former = new Set(begun.map((each) => each.former));
  const taken = applications.map(({ application }) => application.id);
  return applications
    .filter((each) => !former.has(each))
    .map((target) => {
      const generations = begun.find(({ next }) => next === target);
      const image = wish.imageOf(imageOf(generations?.former ?? target));
      if (generations !== undefined) return goingOn(name, generations, { image, allAtOnce: wish.allAtOnce });
      const plan = { cluster: name, target, image };
      const { application } = target;
      if (image === application.image) return { ...plan, kind: 'nothing' };
      // Where nothing runs there is nothing to be careful with.
      if (wish.allAtOnce || application.instances === 0) return { ...plan, kind: 'in place' };
      const id = nextId(application, now, taken);
      taken.push(id);
      const { id: formerId, version: formerVersion, instances: size } = application;
      const bumping = { cluster: name, formerId, formerVersion, nextId: id, image, size };
      return { ...plan, kind: 'roll out', bumping };
    });
}

interface Wanted {
  readonly image: string;
  readonly allAtOnce: boolean;
}

function goingOn(name: string, generations: Generations, { image, allAtOnce }: Wanted): BumpPlan {
  const present = imageOf(generations.next);
  if (image === present && !allAtOnce) return ending(name, generations, 'roll out');
  throw new OchoError(`${name} is being bumped to ${present}`, {
    code: 'CONFLICT',
    advice: advised({ to: 'end bump first', cluster: name }),
    details: { cluster: name, image: present },
  });
}

function ending(cluster: string, { former, next, size }: Generations, kind: 'roll out' | 'go back'): BumpPlan {
  const image = imageOf(next);
  const { id: formerId, version: formerVersion } = former.application;
  const bumping = { cluster, formerId, formerVersion, nextId: next.application.id, image, size };
  return { cluster, target: former, image, kind, bumping };
}

function imageOf({ application: { id, image } }: FleetApplication): string {
  if (image !== undefined) return image;
  throw new OchoError(`${id} does not run an image`, {
    code: 'INVALID_INPUT',
    hint: 'Deploy it again from its file instead.',
  });
}
