// Ends a run on a node: the engines get the time to say what they did not test, then the supervisor writes how it ended. A run that
// waits for its job never begins: whoever makes `started` first has it.

/** For `script FOLDER [OUTCOME]`: OUTCOME only for a run that never began; `stopped`. Answers `stopped`, `over` (it had ended), `no-run`, or `still-running` after its patience. */
export const stopScript = `#!/bin/sh
export LC_ALL=C
say() { printf '\\nheorot-stop %s\\n' "$1"; exit 0; }
cd "$1" 2>/dev/null || say no-run
[ -s rc ] && say over
if [ -e queued ] && mkdir started 2>/dev/null; then
  echo "\${2:-stopped}" > rc
  say stopped
fi
works() {
  read -r run pid ticks at _ 2>/dev/null < state || return 1
  IFS= read -r boot < /proc/sys/kernel/random/boot_id
  [ "$at" = "boot=$boot" ] || return 1
  IFS= read -r stat 2>/dev/null < "/proc/\${pid#pid=}/stat" || return 1
  set -- \${stat##*) }
  shift 19
  [ "$1" = "\${ticks#ticks=}" ]
}
{ printf '' > stop; } 2>/dev/null
works || say over
kill -TERM "\${pid#pid=}" 2>/dev/null
tries=0
while [ $tries -lt 40 ]; do
  [ -s rc ] && say stopped
  works || say stopped
  tries=$((tries + 1))
  [ $tries -lt 10 ] && sleep 0.2 2>/dev/null || sleep 1
done
say still-running
`;

export type StopAnswer = 'stopped' | 'over' | 'no-run' | 'still-running';

const answers: readonly StopAnswer[] = ['stopped', 'over', 'no-run', 'still-running'];

export function parseStopAnswer(text: string): StopAnswer | null {
  const word = /^heorot-stop (\S+)$/m.exec(text)?.[1];
  return answers.find((answer) => answer === word) ?? null;
}
