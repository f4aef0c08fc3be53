/**
 * Tools: what operators may run in the pod through `ocho exec`. A pod carries none unless its script says so; `shell`
 * is shipped, and lets whoever reaches the control port run anything.
 *
 *   ochopod_local=true ochopod_cluster=tool ochopod_port=8081 npx ochopod run examples/tool.js
 *   npx ocho exec marathon.tool --force -- greet --name Ann --loud
 *   npx ocho exec marathon.tool --force count @README.md
 *   npx ocho exec marathon.tool --force shell 'ps -o pid,args'
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { definePod, shell } from 'ochopod-agent';

export default definePod({
  configure: () => ({ command: ['sleep', '100000'] }),
  tools: {
    shell,
    greet: {
      help: 'greet --name NAME [--loud]\n\nSays hello.',
      options: { name: { type: 'string' }, loud: { type: 'boolean' } },
      maxPositionals: 0,
      run: ({ values: { name = 'you', loud } }) => {
        const greeting = `hello, ${name}`;
        return { code: 0, lines: [loud ? greeting.toUpperCase() : greeting] };
      },
    },
    count: {
      help: 'count FILE...\n\nCounts the lines of uploaded files.',
      run: ({ directory }) => {
        const lines = readdirSync(directory).map(
          (file) => `${readFileSync(join(directory, file), 'utf8').split('\n').length - 1} ${file}`,
        );
        return { code: 0, lines };
      },
    },
  },
});
