/**
 * The first half of a pair: a cluster of small HTTP servers. `web.js` finds them.
 *
 * Each pod answers on a port of its own, which it exposes by mapping container port 9000 to it (`PORT_9000`), as
 * Marathon does. On a workstation it listens there itself.
 *
 *   ochopod_local=true ochopod_cluster=backend ochopod_port=8081 PORT_8081=8081 PORT_9000=9001 \
 *     npx ochopod run examples/backend.js
 */
import process from 'node:process';
import { definePod } from 'ochopod-agent';

const SERVER = `require('node:http')
  .createServer((request, response) => response.end('backend ' + process.env.SEQ + ' of ' + process.env.SIZE))
  .listen(Number(process.env.PORT), '127.0.0.1')`;

export default definePod({
  configure: (cluster) => ({
    command: [process.execPath, '-e', SERVER],
    env: { SEQ: cluster.seq, SIZE: cluster.size, PORT: cluster.listenPort(9000) },
  }),
  probe: (cluster) => `${cluster.size} backends`,
});
