import { fakePod } from 'ochopod-fleet/testing';
import { beforeEach, describe, expect, test } from 'vitest';

import { type Fleet, fleet } from '../support/fleet.ts';
import { ocho, words } from '../support/ocho.ts';

const OLD = 'ochopod.demo.web-2025-01-01-00-00-00';
const NEW = 'ochopod.demo.web-1970-01-01-00-00-00';

const pods = () => [
  ...['demo.web #1', 'demo.web #2'].map((label) => fakePod(label)),
  fakePod('demo.db #7', { habit: 'refuses' }),
];

describe('without a flag that says whom, on a terminal', () => {
  test.each([
    { line: 'on demo.web', question: 'Start the process of 2 pods of demo.web?', told: 'on demo.web #1' },
    { line: 'off demo.web', question: 'Stop the process of 2 pods of demo.web?', told: 'off demo.web #1' },
    {
      line: 'reset demo.web',
      question: 'Stop the process of 2 pods of demo.web, and start it again?',
      told: 'off demo.web #1',
    },
    {
      line: 'reset demo.web --registration',
      question: 'Register 2 pods of demo.web again?',
      told: 'reset demo.web #1',
    },
    { line: 'signal demo.web', question: 'Send a message to 2 pods of demo.web?', told: 'signal demo.web #1' },
    { line: 'exec demo.web shell ls', question: 'Run shell ls on 2 pods of demo.web?', told: 'exec demo.web #1' },
    { line: 'kill demo.web', question: 'Shut down 2 pods of demo.web for good?', told: 'kill demo.web #1' },
  ])('ocho $line asks before it is done', async ({ line, question, told }) => {
    const agreed = await ocho(words(line), { pods: pods() }, { answers: 'yes' });
    expect(agreed).toMatchObject({ questions: [question], code: 0 });
    expect(agreed.err).toContain('  demo.web: 2 pods, #1 #2\n');
    expect(agreed.pods.asked.some((each) => each.startsWith(told))).toBe(true);

    const declined = await ocho(words(line), { pods: pods() }, { answers: 'no' });
    expect(declined).toMatchObject({ questions: [question], out: '', code: 2 });
    expect(declined.err).toContain('error: the answer was no: nothing was changed\n');
    expect(declined.pods.asked).toEqual([]);
  });

  test('all clusters are named, and exactly the pods that were named are told', async () => {
    const world = { pods: pods() };
    const onWrite = (text: string) => {
      if (text.includes('demo.web: 2 pods')) world.pods.push(fakePod('demo.web #9')); // while it is thought about
    };
    const { err, questions, pods: told } = await ocho(words('off demo.*'), world, { answers: 'yes', onWrite });

    expect(questions).toEqual(['Stop the process of 3 pods of 2 clusters?']);
    expect(err).toContain('  demo.web: 2 pods, #1 #2\n  demo.db: 1 pod, #7\n');
    expect(told.asked).toEqual(['off demo.web #1', 'off demo.web #2', 'off demo.db #7']);
  });

  test('of very many some are named, and the others counted', async () => {
    const clusters = Array.from({ length: 20 }, (_, at) => fakePod(`demo.c${at} #0`));
    const many = Array.from({ length: 30 }, (_, seq) => fakePod(`demo.a #${seq}`));
    const { err, questions } = await ocho(words('off demo.*'), { pods: [...many, ...clusters] }, { answers: 'no' });

    expect(err.split('\n').filter((line) => line.startsWith('  '))).toHaveLength(12);
    expect(err).toContain('demo.a: 30 pods, #0 #1 #2 #3 #4 #5 #6 #7 #8 #9 and 20 more\n');
    expect(err).toContain('  and 10 more\n');
    expect(questions).toEqual(['Stop the process of 50 pods of 21 clusters?']);
  });

  test('Ctrl-C is a no that ends with 130', async () => {
    const { err, code, pods: told } = await ocho(words('off demo.web'), { pods: pods() }, { answers: 'Ctrl-C' });

    expect(err).toContain('error: interrupted: nothing was changed\n');
    expect({ code, asked: told.asked }).toEqual({ code: 130, asked: [] });
  });

  test('nobody is waited for without end', async () => {
    const ran = await ocho(words('off demo.web -t 20s'), { pods: pods() }, { answers: 'silence' });

    expect(ran.err).toContain('error: nobody answered in time: nothing was changed\n');
    expect({ code: ran.code, asked: ran.pods.asked }).toEqual({ code: 6, asked: [] });
  });

  test.each(['off demo.web --force', 'off demo.web -i 1'])('nothing is asked with one: ocho %s', async (line) => {
    expect(await ocho(words(line), { pods: pods() }, { answers: 'no' })).toMatchObject({ questions: [], code: 0 });
  });

  test('nothing is asked where nothing is there', async () => {
    expect(await ocho(words('off no.*'), { pods: pods() }, { answers: 'yes' })).toMatchObject({
      questions: [],
      code: 3,
    });
  });

  test('what others wrote is shown as nothing that a terminal would obey', async () => {
    const evil = fakePod('demo.web #1');
    const name = { namespace: 'demo', cluster: 'a\u001B[2J\u202Eb' };
    const { err } = await ocho(words('off *.*'), { pods: [{ ...evil, name }] }, { answers: 'no' });

    expect(err).toContain('demo.a\\x1b[2J\\u202eb: 1 pod, #1\n');
  });
});

describe('where nobody can be asked', () => {
  test.each(['on', 'off', 'reset', 'kill', 'signal'])('ocho %s refuses, and looks nothing up', async (verb) => {
    const elsewhere = await ocho([verb, 'demo.web'], { pods: pods() });
    expect(elsewhere.err).toBe(
      'error: no pod chosen\nhint: Pass -i with the sequence numbers, or --force for every matching pod.\n',
    );

    const json = await ocho([verb, 'demo.web', '-j'], { pods: pods() }, { answers: 'yes' });
    expect(JSON.parse(json.out)).toMatchObject({ error: { code: 'INVALID_INPUT', message: 'no pod chosen' } });
    expect([elsewhere.code, json.code, json.questions]).toEqual([2, 2, []]);
  });
});

describe('with applications', () => {
  let world: Fleet;

  beforeEach(async () => {
    world = await fleet([{ id: OLD, instances: 3 }]);
  });

  const run = (line: string, answers?: 'yes' | 'no') =>
    ocho(words(`${line} --marathon fake`), world, answers === undefined ? {} : { answers });

  test('kill asks about the pods, and about what has none only when that is meant', async () => {
    const plain = await run('kill demo.web', 'no');
    expect(plain.questions).toEqual([
      'Shut down 3 pods of demo.web for good, and take their tasks from the scheduler?',
    ]);
    expect(plain.err).not.toContain(OLD);

    expect((await run('kill demo.web --unreachable', 'no')).err).toContain(`  ${OLD}: also what has no pod\n`);
    expect(world.told()).toEqual([]);
    expect((await run('kill demo.web', 'yes')).code).toBe(0);
    expect(world.told()).toEqual([`delete ${OLD}`]);
  });

  test('rm asks when a cluster is given, and not when an id is', async () => {
    const declined = await run('rm demo.web', 'no');
    expect(declined).toMatchObject({ questions: ['Remove 1 application with 3 tasks for good?'], code: 2 });
    expect(declined.err).toContain(`  ${OLD}: 3 tasks, of demo.web\n`);
    expect(world.told()).toEqual([]);
    expect(await run('rm demo.web')).toMatchObject({ code: 2, err: expect.stringContaining('more than one') });

    expect(await run('rm demo.web', 'yes')).toMatchObject({ code: 0 });
    expect(world.told()).toEqual([`delete ${OLD}`]);
    world = await fleet([{ id: OLD, instances: 1 }]);
    expect(await run(`rm ${OLD}`, 'no')).toMatchObject({ questions: [], code: 0 });
  });

  test('scale asks before it leaves nothing, and only then', async () => {
    const declined = await run('scale demo.web -f @0', 'no');
    expect(declined).toMatchObject({ questions: ['Leave none of 3 pods of demo.web?'], code: 2 });
    expect(world.told()).toEqual([]);

    expect(await run('scale demo.web -f @2', 'no')).toMatchObject({ questions: [], code: 0 });
    expect(await run('scale demo.web -f @0 --force', 'no')).toMatchObject({ questions: [], code: 0 });
    world = await fleet([{ id: OLD, instances: 3 }]);
    expect(await run('scale demo.web -f @0', 'yes')).toMatchObject({ code: 0, out: 'demo.web\t3 to 0\t\t#0 #1 #2\n' });
  });

  test('bump --abort asks, in a pipeline it goes back at once', async () => {
    await run('bump demo.web -v 2 --canary 1');
    const before = world.told();
    const declined = await run('bump demo.web --abort', 'no');
    expect(declined).toMatchObject({ questions: ['Undo the bump of demo.web?'], code: 2 });
    expect(declined.err).toContain(`  demo.web: 3 pods of ${OLD} again; ${NEW} (acme/web:2, 1 task) goes\n`);
    expect(world.told()).toEqual(before);

    expect(await run('bump demo.web --abort', 'yes')).toMatchObject({ code: 0 });
    expect(world.told().at(-1)).toBe(`delete ${NEW}`);
  });

  test.each(['--abort --force', '--abort'])(
    'bump is asked nothing where nobody is, or with --force: %s',
    async (line) => {
      await run('bump demo.web -v 2 --canary 1');

      const answers = line.includes('--force') ? 'no' : undefined;
      expect(await run(`bump demo.web ${line}`, answers)).toMatchObject({ questions: [], code: 0 });
    },
  );

  test('other bumps ask nothing', async () => {
    expect(await run('bump demo.web -v 2', 'no')).toMatchObject({ questions: [], code: 0 });
  });

  test('who thinks about it for long takes no time from the pods', async () => {
    const ran = await ocho(words('kill demo.web --marathon fake -t 30s'), world, {
      answers: 'yes',
      thinksMs: 29_000,
    });
    expect(ran).toMatchObject({ code: 0 });
  });
});
