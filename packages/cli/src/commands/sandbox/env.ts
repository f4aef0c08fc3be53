import { environmentOf, exportLines } from '../../render/sandbox.ts';
import { runningSandbox } from '../../sandbox/find-sandbox.ts';
import { NAME_FLAG, SandboxCommand } from '../../sandbox-command.ts';

export default class SandboxEnv extends SandboxCommand {
  static override summary = 'print the environment by which a sandbox is found';
  static override description = 'What `<%= config.bin %> sandbox up` printed, for another shell.';
  static override examples = [{ command: 'eval "$(<%= config.bin %> sandbox env)"', description: 'in this shell' }];
  static override flags = { name: NAME_FLAG };

  async run(): Promise<Readonly<Record<string, string>>> {
    const { flags } = await this.parse(SandboxEnv);
    const { state } = await runningSandbox(this.context.sandboxes, flags.name);
    for (const line of exportLines(state)) this.show(line);
    return environmentOf(state);
  }
}
