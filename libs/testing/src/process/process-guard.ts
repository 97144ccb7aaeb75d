import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';

/** How long what the dead parent leaves behind gets to end by itself, in tenths of a second. */
const GRACE_TENTHS = 100;

/**
 * Keeps a list of process groups, told on standard input as `+ <group>` and `- <group>`. The end of input means
 * that the parent is gone, however it went: then the groups are told to end, and killed if they do not.
 */
const WATCHER = `
groups=" "
while read -r sign group; do
  case "$sign" in
    +) groups="$groups$group " ;;
    -) case "$groups" in *" $group "*) groups="\${groups%% $group *} \${groups#* $group }" ;; esac ;;
  esac
done
for group in $groups; do kill -s TERM -- "-$group"; done
tenths=0
while [ "$tenths" -lt ${GRACE_TENTHS} ]; do
  left=
  for group in $groups; do kill -s 0 -- "-$group" && left=1; done
  [ -z "$left" ] && exit 0
  sleep 0.1
  tenths=$((tenths + 1))
done
for group in $groups; do kill -s KILL -- "-$group"; done
`;

const guarded = new Set<number>();
let watcher: ChildProcess | undefined;

/**
 * Makes sure that a process group does not outlive this process, even where this process is killed with SIGKILL:
 * a small shell that runs beside it ends the group (SIGTERM, SIGKILL ten seconds later). Returns the way to
 * let go of the group, to be called once it has ended. Needs a POSIX system.
 */
export function guardGroup(group: number): () => void {
  guarded.add(group);
  if (watcher === undefined) startWatcher();
  else tell(`+ ${group}`);
  return () => {
    if (guarded.delete(group)) tell(`- ${group}`);
  };
}

function startWatcher(): void {
  // A session of its own: a Ctrl-C or a closed terminal must not take the watcher first.
  const child = spawn('/bin/sh', ['-c', WATCHER], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  watcher = child;
  child.on('error', () => undefined);
  child.on('exit', () => {
    // Killed by hand: what is guarded next starts another one, which then guards all.
    if (watcher === child) watcher = undefined;
  });
  child.stdin.on('error', () => undefined);
  child.unref();
  // A pipe of Node's is a socket: neither it nor the watcher keeps this process up.
  if (child.stdin instanceof Socket) child.stdin.unref();
  for (const group of guarded) tell(`+ ${group}`);
}

function tell(line: string): void {
  watcher?.stdin?.write(`${line}\n`);
}
