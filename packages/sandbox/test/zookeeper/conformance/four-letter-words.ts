import { describe, expect, test } from 'vitest';

import { KIND } from '../support/protocol.ts';
import { askForText, RawConnection } from '../support/raw-connection.ts';
import { done, type ServerUnderTest, worldOf } from '../support/world.ts';

export function describeFourLetterWords(server: () => ServerUnderTest): void {
  describe('the four-letter word', () => {
    const world = worldOf(server);
    const ask = (word: string) => askForText(world.port, word);

    test('ruok is answered with imok, and the end of the connection', async () => {
      expect(await ask('ruok')).toBe('imok');
    });

    test('isro is answered with rw', async () => {
      expect(await ask('isro')).toBe('rw');
    });

    test('srvr describes the server', async () => {
      expect(shape(await ask('srvr'))).toEqual([
        'Zookeeper version: *',
        'Latency min/avg/max: *',
        'Received: *',
        'Sent: *',
        'Connections: *',
        'Outstanding: *',
        'Zxid: *',
        'Mode: *',
        'Node count: *',
      ]);
    });

    test('srvr counts connections and znodes, and knows the last transaction', async () => {
      const ann = await world.connect();
      const before = await ask('srvr');
      await world.connect();
      const { zxid } = await ann.create('/a');
      const after = await ask('srvr');

      expect(field(after, 'Mode')).toBe('standalone');
      expect(Number(field(after, 'Connections')) - Number(field(before, 'Connections'))).toBe(1);
      expect(Number(field(after, 'Node count')) - Number(field(before, 'Node count'))).toBe(1);
      expect(BigInt(field(after, 'Zxid'))).toBe(zxid);
    });

    test('stat describes the server and names its connections', async () => {
      const ann = await world.connect();
      await done(ann.exists('/'));
      const answer = await ask('stat');

      expect(answer).toMatch(/^Zookeeper version: .*\nClients:\n( \/127\.0\.0\.1:\d+\[[01]]\(.*\)\n)+\nLatency min/);
      expect(answer).toMatch(/\[1]\(queued=0,recved=\d+,sent=\d+\)\n/);
      expect(field(answer, 'Mode')).toBe('standalone');
    });

    test('cons describes each connection', async () => {
      const ann = await world.connect({ timeoutMs: 57_000 });
      await done(ann.exists('/'));
      const id = `0x${ann.sessionId.toString(16)}`;
      const line = (await ask('cons')).split('\n').find((each) => each.includes(`sid=${id},`));

      expect(line).toMatch(
        /^ \/127\.0\.0\.1:\d+\[1]\(queued=0,recved=\d+,sent=\d+,sid=0x[0-9a-f]+,lop=EXIS,est=\d+,to=57000,lcxid=0x[0-9a-f]+,lzxid=0x[0-9a-f]+,lresp=\d+,llat=\d+,minlat=\d+,avglat=\d+,maxlat=\d+\)$/,
      );
    });

    test('mntr tells facts by name', async () => {
      const facts = factsOf(await ask('mntr'));

      expect([...facts.keys()]).toEqual(expect.arrayContaining(FACTS));
      expect(facts.get('zk_server_state')).toBe('standalone');
      for (const name of FACTS.slice(2)) expect(facts.get(name), name).toMatch(/^-?\d+(\.\d+)?$/);
    });

    test('mntr counts znodes, ephemerals, watches and connections', async () => {
      const before = factsOf(await ask('mntr'));
      const ann = await world.connect();
      await done(ann.create('/a', { flags: KIND.ephemeral }));
      await done(ann.getData('/a', true));
      await done(ann.children('/', true));
      const after = factsOf(await ask('mntr'));
      const grown = (name: string) => Number(after.get(name)) - Number(before.get(name));

      expect([
        grown('zk_znode_count'),
        grown('zk_ephemerals_count'),
        grown('zk_watch_count'),
        grown('zk_num_alive_connections'),
      ]).toEqual([1, 1, 2, 1]);
    });

    test('conf names the settings', async () => {
      const names = (await ask('conf')).split('\n').map((line) => line.split('=')[0]);

      expect(names).toEqual(
        expect.arrayContaining([
          'clientPort',
          'dataDir',
          'dataLogDir',
          'tickTime',
          'maxClientCnxns',
          'minSessionTimeout',
          'maxSessionTimeout',
          'serverId',
        ]),
      );
      expect(await ask('conf')).toContain(`clientPort=${world.port}\n`);
    });

    test('wchs sums the watches up', async () => {
      const ann = await world.connect();
      await done(ann.getData('/', true));

      expect(await ask('wchs')).toMatch(/^\d+ connections watching \d+ paths\nTotal watches:\d+\n?$/);
    });

    test('envi describes the environment', async () => {
      const answer = await ask('envi');

      expect(answer).toMatch(/^Environment:\nzookeeper\.version=3\.\d+\.\d+/);
      expect(answer).toMatch(/\nhost\.name=/);
    });

    test('is one only at the beginning of a connection: in a session its bytes are a frame too large', async () => {
      const ann = await world.connect();
      ann.connection.send(Buffer.from('ruok'));

      await ann.connection.closed;
    });

    test('that there is not closes the connection', async () => {
      expect(await ask('what')).toBe('');
    });

    test('may come in pieces', async () => {
      const connection = await RawConnection.open(world.port);
      connection.send(Buffer.from('ru'));
      connection.send(Buffer.from('ok'));

      await connection.closed;
    });
  });
}

/** Facts that monitoring asks for; the first two are words, the others numbers. */
const FACTS = [
  'zk_version',
  'zk_server_state',
  'zk_avg_latency',
  'zk_max_latency',
  'zk_min_latency',
  'zk_packets_received',
  'zk_packets_sent',
  'zk_num_alive_connections',
  'zk_outstanding_requests',
  'zk_znode_count',
  'zk_watch_count',
  'zk_ephemerals_count',
  'zk_approximate_data_size',
  'zk_open_file_descriptor_count',
  'zk_max_file_descriptor_count',
];

function shape(answer: string): string[] {
  return answer
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/: .*/, ': *'));
}

function field(answer: string, name: string): string {
  return answer.match(new RegExp(`^${name}: (.*)$`, 'm'))?.[1] ?? `no ${name}`;
}

function factsOf(answer: string): Map<string, string> {
  const lines = answer.trimEnd().split('\n');
  return new Map(lines.map((line) => [line.split('\t')[0] ?? '', line.split('\t')[1] ?? '']));
}
