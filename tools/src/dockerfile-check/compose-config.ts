import { runCommand } from './run-command.js';

const TIMEOUT_MS = 60_000;
const TOOLS = [['docker-compose'], ['docker', 'compose']] as const;

/** The outcome of `config -q`: which tool checked the file, or why none did. */
export type ComposeCheck = { readonly tool: string; readonly problem: string | undefined } | { readonly tool: undefined };

/** Lets docker-compose, or else the compose plug-in of docker, check docker-compose.yml. Needs no Docker daemon. */
export async function checkCompose(root: string, env: Readonly<Record<string, string>>): Promise<ComposeCheck> {
  for (const [program, ...words] of TOOLS) {
    const run = (...args: string[]) => runCommand(program, [...words, ...args], { cwd: root, env, timeoutMs: TIMEOUT_MS }).catch(() => undefined);
    const version = await run('version');
    if (version === undefined || version.code !== 0) continue;
    const checked = await run('-f', 'docker-compose.yml', 'config', '-q');
    const failed = checked === undefined || checked.code !== 0;
    return { tool: [program, ...words].join(' '), problem: failed ? (checked?.output.trimEnd() ?? 'it could not be started') : undefined };
  }
  return { tool: undefined };
}
