import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { FleetStage } from './fleet-stage.ts';
import type { Ran } from './stage.ts';

/**
 * One scales a cluster while the other bumps it: whoever ends with 0 has got what was asked for.
 *
 * @param laterMs how much later the second one begins
 */
export function describeTwoOperators(laterMs: readonly number[]): void {
  describe.concurrent('two operators who change the same cluster at the same time', () => {
    let stage: FleetStage;

    beforeAll(async () => {
      stage = await FleetStage.open();
    });

    afterAll(async () => {
      await stage[Symbol.asyncDispose]();
    });

    const size = async (name: string) => (await stage.json('ls'))[name]?.running;
    const images = async (name: string) => {
      const { applications } = await stage.json('apps', name);
      return Object.values(applications).map((each) => (each as { image: string }).image);
    };

    async function checkTruth(name: string, [scaled, bumped]: readonly [Ran, Ran]) {
      const said = `${scaled.code} ${scaled.stderr}\n${bumped.code} ${bumped.stderr}`;
      const codes = [scaled.code, bumped.code];
      const wanted = {
        '0 0': { running: 3, images: ['acme/both:2'] },
        // The bump leaves the pods that it has begun.
        '0 4': { running: expect.toSatisfy((running: number) => running >= 3), images: expect.anything() },
        '4 0': { running: 2, images: ['acme/both:2'] },
      }[codes.join(' ')];
      expect({ running: await size(name), images: await images(name) }, said).toEqual(wanted);
    }

    test.each(
      laterMs.flatMap((ms) => [
        { first: 'scale', ms },
        { first: 'bump', ms },
      ]),
    )('are told when what they did is lost: $first, and the other $ms ms later', async ({ first, ms }) => {
      const cluster = `both-${first}-${ms}`;
      const name = `demo.${cluster}`;
      await stage.deploy(cluster, 2, 'acme/both:1');
      const changes = [
        () => stage.ocho('scale', name, '-f', '@3', '--strict', '-t', '60s'),
        () => stage.ocho('bump', name, '-v', '2', '-t', '60s'),
      ];
      if (first === 'bump') changes.reverse();
      const [one, other] = changes as [() => Promise<Ran>, () => Promise<Ran>];
      const begun = one();
      await delay(ms);
      const ended = await Promise.all([begun, other()]);
      if (first === 'bump') ended.reverse();
      await checkTruth(name, ended);
    });
  });
}
