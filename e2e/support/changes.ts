import { createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { FleetStage } from './fleet-stage.ts';
import { Gateway, type GatewayOptions } from './gateway.ts';
import { sampleRunning } from './sampler.ts';

/** Long enough for whatever comes to an end: what is hopeless must not be waited for until then. */
const LIMIT = ['-t', '90s'];
/** What stays up for so long has come up. */
const STABLE = ['--stable', '5s'];

interface Fate {
  /** The tag of the image, which is the fate of its pods: see e2e/pods/fated.js. */
  readonly tag: string;
  readonly code: number;
  /** What is said of it. */
  readonly cause?: RegExp;
}

const CRASH_LOOP = /does not stay up: crash loop: .*code 3 \(cannot bind to port 80\)/;

/** A script that is not there: as an image that cannot be pulled. */
const ENDS_AGAIN_AND_AGAIN = /[3-9] ended by themselves, the last: TASK_FAILED: /;

const NEVER_HEALTHY = 'health: {path: /none, port: 8080, grace: 1s, interval: 1s, failures: 2}\n';

const FATES: readonly Fate[] = [
  { tag: 'good', code: 0 },
  { tag: 'slow', code: 0 },
  { tag: 'crash-0.1', code: 4, cause: CRASH_LOOP },
  { tag: 'crash-0.3', code: 4, cause: CRASH_LOOP },
  { tag: 'crash-2', code: 4, cause: CRASH_LOOP },
  { tag: 'crash-3', code: 4, cause: CRASH_LOOP },
  { tag: 'refuses', code: 4, cause: /is dead: it could not be configured, and gave up: .*no disk/ },
  { tag: 'done', code: 4, cause: /is dead: its process ended with 0/ },
];

const some = (...tags: readonly string[]) => FATES.filter(({ tag }) => tags.includes(tag));

/** Of which fates a change is played. */
export interface PlayedFates {
  readonly deploy: readonly Fate[];
  readonly bump: readonly Fate[];
  /** An update, a change in place, and the ways back. */
  readonly inPlace: readonly Fate[];
}

export const A_FEW: PlayedFates = {
  deploy: some('crash-0.3', 'refuses', 'done'),
  bump: some('crash-0.3'),
  inPlace: some('refuses'),
};
export const ALL: PlayedFates = { deploy: FATES, bump: FATES, inPlace: FATES.filter(({ code }) => code !== 0) };

/** What ran when somebody said that it does. */
const promised = new Map<string, number>();

/** What is still so when nobody has looked for this long. */
const LATER_MS = 60_000;

/**
 * Tell the same story of each change and each fate of its pods: how it ends, and with which words; that nothing healthy is lost
 * meanwhile; and, where it is said so, that a minute later all is as it was said to be.
 */
export function describeChanges(played: PlayedFates, { later }: { readonly later: boolean }): void {
  describe('changes', () => {
    let stage: FleetStage;
    let taken: Server;
    let takenPort: number;

    beforeAll(async () => {
      taken = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => taken.once('listening', resolve));
      ({ port: takenPort } = taken.address() as { port: number });
      stage = await FleetStage.open({ images: { 'acme/*': 'e2e/pods/fated.js', 'none/*': 'e2e/pods/none.js' } });
    });

    afterAll(async () => {
      await stage[Symbol.asyncDispose]();
      taken.close();
    });

    /** Run a change to its end. */
    async function change(...args: readonly string[]) {
      const { code, stdout, stderr } = await stage.ocho(...args, ...LIMIT, '-j');
      return { code, stderr, report: JSON.parse(stdout), said: `${stdout}${stderr}` };
    }

    const file = (cluster: string, tag: string, more = '') =>
      stage.write(`${cluster}.yml`, `cluster: ${cluster}\nimage: acme/${cluster}:${tag}\n${more}`);
    const deploy = (path: string, ...args: readonly string[]) =>
      change('deploy', path, '-n', 'demo', '-p', '2', '--strict', ...STABLE, ...args);

    describe.concurrent('are what is said of them', () => {
      describe('deploy', () => {
        test.each(played.deploy)('of pods that are $tag ends with $code', async ({ tag, code, cause }) => {
          const cluster = `deploy-${tag.replace('.', '-')}`;
          const { said, ...deployed } = await deploy(file(cluster, tag));

          expect({ code: deployed.code, said }).toMatchObject({ code });
          if (cause === undefined) {
            promised.set(`demo.${cluster}`, 2);
            return;
          }
          expect(said.replaceAll('\\"', '"')).toMatch(cause);
          expect((await stage.ocho('rm', `demo.${cluster}`, '--force')).code).toBe(0);
          expect((await stage.ocho('apps', `demo.${cluster}`, '-j')).code).toBe(3);
        });

        test.each([
          { tag: 'done', code: 0 },
          { tag: 'crash-0.3', code: 4 },
        ])('of one-shot pods that are $tag ends with $code', async ({ tag, code }) => {
          const cluster = `job-${tag.replace('.', '-')}`;

          expect(await deploy(file(cluster, tag, 'wait: {oneShot: true}\n'))).toMatchObject({ code });
        });

        test('of pods that the scheduler never finds healthy fails, and says so', async () => {
          const { code, said } = await deploy(file('sick', 'good', NEVER_HEALTHY));

          expect({ code, said }).toMatchObject({ code: 4, said: expect.stringContaining('health check failed') });
        });

        test('of an image that cannot be started fails, and says how its tasks end', async () => {
          const path = stage.write('none.yml', 'cluster: none\nimage: none/none:1\n');

          const { code, said } = await deploy(path);
          expect({ code, said }).toMatchObject({ code: 4, said: expect.stringMatching(ENDS_AGAIN_AND_AGAIN) });
        });

        test('of pods that need a port that is taken fails, and says which', async () => {
          const { code, said } = await deploy(file('port', 'good', `ports: ['80 ${takenPort}']\n`));

          expect({ code, said }).toMatchObject({
            code: 4,
            said: expect.stringContaining(`port ${takenPort} is taken`),
          });
        });
      });

      describe('where two pods run', () => {
        test.each(played.bump)(
          'a bump to $tag ends with $code, and two run at every moment',
          async ({ tag, code, cause }) => {
            const cluster = `bump-${tag.replace('.', '-')}`;
            await stage.deploy(cluster, 2, `acme/${cluster}:better`);
            const sampler = await sampleRunning(stage, `demo.${cluster}`);
            const { said, ...bumped } = await change('bump', `demo.${cluster}`, '-v', tag, ...STABLE);
            await sampler[Symbol.asyncDispose]();

            expect({ code: bumped.code, said }).toMatchObject({ code });
            if (cause !== undefined) expect(said.replaceAll('\\"', '"')).toMatch(cause);
            expect(Math.min(...sampler.samples)).toBe(2);
            promised.set(`demo.${cluster}`, 2);
          },
        );

        test.each(played.inPlace)(
          'an update, a change in place and a size that bring $tag fail, and each way back succeeds',
          async ({ tag, code, cause = /./ }) => {
            const cluster = `in-place-${tag.replace('.', '-')}`;
            await stage.deploy(cluster, 2, `acme/${cluster}:better`);
            const name = `demo.${cluster}`;
            const back = ['rollback', name, '--strict', '--force-deployment', ...STABLE];

            const updated = await deploy(file(cluster, tag), '--update');
            expect({ ...updated, said: updated.said.replaceAll('\\"', '"') }).toMatchObject({
              code,
              said: expect.stringMatching(cause),
            });
            expect(await change(...back)).toMatchObject({ code: 0 });
            expect(await change('bump', name, '-v', tag, '--all-at-once', ...STABLE)).toMatchObject({ code });
            expect(await change(...back)).toMatchObject({ code: 0 });
            expect((await stage.json('ls'))[name]).toMatchObject({ total: 2, running: 2 });
            promised.set(name, 2);
          },
        );

        test('a size that only bad pods make up fails, and leaves the good ones', async () => {
          await stage.deploy('grown', 2, 'acme/grown:only-from-2.crash-0.3');
          const grown = await change('scale', 'demo.grown', '-f', '@3', '--strict', ...STABLE);

          expect(grown).toMatchObject({ code: 4, said: expect.stringContaining('crash loop') });
          expect(await change('scale', 'demo.grown', '-f', '@3', '--strict')).toMatchObject({ code: 4 });
          expect((await stage.json('ls'))['demo.grown']).toMatchObject({ running: 2 });
        });

        test('a size is one of pods: the dead are replaced, and who says that nothing changes has looked', async () => {
          await stage.deploy('sized', 3, 'acme/sized:good');
          await stage.kill('demo.sized #1');
          expect(await change('bump', 'demo.sized', '-v', 'good')).toMatchObject({
            code: 4,
            said: expect.stringContaining('demo.sized #1 is dead'),
          });

          expect(await change('scale', 'demo.sized', '-f', '@3', '--strict')).toMatchObject({ code: 0 });
          expect((await stage.json('ls'))['demo.sized']).toMatchObject({ total: 3, running: 3 });
          await stage.kill('demo.sized #0');
          expect(await change('scale', 'demo.sized', '-f', '@5', '--strict')).toMatchObject({
            code: 0,
            report: { 'demo.sized': { clusters: { 'demo.sized': { from: 3, to: 5 } } } },
          });
          expect((await stage.json('ls'))['demo.sized']).toMatchObject({ total: 5, running: 5 });
        });

        test('somebody else who changes it meanwhile is seen, by the one who loses', async () => {
          const application = await stage.deploy('two', 2, 'acme/two:slow');
          const scaling = change('scale', 'demo.two', '-f', '@3', '--strict', ...STABLE);
          await stage.untilTasks(application, 3);
          await stage.api('PUT', `/v2/apps/${application}?force=true`, { instances: 2 });

          expect(await scaling).toMatchObject({ code: 4, said: expect.stringContaining('somebody else changed it') });
        });
      });

      describe.each<{ how: string; options: GatewayOptions }>([
        { how: 'keeps events back', options: { keepsEvents: true } },
        { how: 'loses answers', options: { losesAnswers: true } },
      ])('behind a proxy that $how', ({ how, options }) => {
        test('each change ends when it is done', async () => {
          await using proxy = await Gateway.start(stage.marathon, options);
          const cluster = how.replaceAll(' ', '-');
          const name = `demo.${cluster}`;
          const at = ['--marathon', proxy.url];
          const path = file(cluster, 'good');

          expect(await deploy(path, ...at)).toMatchObject({ code: 0, report: { [path]: { ok: true } } });
          expect(await change('scale', name, '-f', '@3', '--strict', ...at)).toMatchObject({ code: 0 });
          expect(await change('bump', name, '-v', 'better', '--batch', '2', ...at)).toMatchObject({ code: 0 });
          expect(await change('scale', name, '-f', '@1', ...at)).toMatchObject({ code: 0 });
          expect((await stage.json('ls'))[name]).toMatchObject({ total: 1, running: 1 });
          expect(await change('kill', name, '--force', ...at)).toMatchObject({ code: 0 });
          expect((await stage.json('apps', '*')).applications).not.toHaveProperty(cluster);
        });
      });

      test('a scheduler that fails for a while is waited for', async () => {
        await using proxy = await Gateway.start(stage.marathon);
        const deployed = deploy(file('outage', 'slow'), '--marathon', proxy.url);
        await proxy.untilAsked();
        proxy.failures = 8;

        expect(await deployed).toMatchObject({ code: 0 });
        expect(proxy.failures).toBe(0);
      });

      describe('removing removes', () => {
        test.each([
          { how: 'kill', args: ['kill', 'demo.gone-kill', '--force', '--unreachable'] },
          { how: 'rm', args: ['rm', 'demo.gone-rm', '--force'] },
        ])('$how, also what has no task at the moment and is under way for ever', async ({ how, args }) => {
          const path = stage.write(`gone-${how}.yml`, `cluster: gone-${how}\nimage: none/none:1\n${NEVER_HEALTHY}`);
          await stage.ocho('deploy', path, '-n', 'demo', '-t', '2s');
          expect(await change('scale', `demo.gone-${how}`, '-f', '@2')).toMatchObject({
            code: 4,
            said: expect.stringMatching(/is locked by deployment \S+, which cannot end: /),
          });

          expect(await change(...args)).toMatchObject({ code: 0 });
          const { apps } = await stage.api('GET', '/v2/apps');
          expect(apps.filter(({ id }: { id: string }) => id.includes(`gone-${how}`))).toEqual([]);
        });
      });
    });

    if (later)
      test('a minute later all that was said to run does so still', async () => {
        await delay(LATER_MS);

        const clusters = await stage.json('ls');
        const fewer = [...promised].filter(([name, running]) => !(clusters[name]?.running >= running));
        expect(fewer).toEqual([]);
      });
  });
}
