// Puts a run into its folder on a node and starts it detached, once: whoever asks again is told that it runs already.
import { supervisorScript } from './supervisor-script.ts';

export interface StartFiles {
  /** Lines for the supervisor, without `node` and `base`, which each node adds for itself. */
  readonly spec: string;
  /** A POSIX sh program that prints one JSON line of readings. */
  readonly evidence: string;
}

const end = 'HEOROT-END-OF-FILE';

/**
 * For `script BASE FOLDER NODE STARTER`, all paths absolute. STARTER is `systemd-run`, `setsid`, or `slurm`: then everything is laid
 * out and marked `queued`, and a job will start it. Answers `started`, `already`, `refused WHY` or `failed WHY`.
 */
export function startScript({ spec, evidence }: StartFiles): string {
  return `#!/bin/sh
export LC_ALL=C
umask 077
base=$1 folder=$2 node=$3 starter=$4
say() { printf '\\nheorot-start %s\\n' "$*"; exit 0; }
mkdir -p "$folder" 2>/dev/null && cd "$folder" || say "failed the folder $folder cannot be made"
[ -d started ] && say already
find "$base/runs" -mindepth 2 -maxdepth 2 -name "$node" -mtime +30 -exec rm -rf {} + 2>/dev/null
cat > supervisor <<'${end}' || say 'failed no space for the run'
${supervisorScript}
${end}
cat > evidence <<'${end}' || say 'failed no space for the run'
${evidence}
${end}
{
  cat <<'${end}'
${spec}
${end}
  printf 'set base %s\\nset node %s\\n' "$base" "$node"
} > spec || say 'failed no space for the run'
[ -s supervisor ] && [ -s spec ] || say 'failed no space for the run'
if [ "$starter" = slurm ]; then
  printf '' > queued || say 'failed no space for the run'
  say started
fi
unit=heorot-memtest-$(basename "$(dirname "$folder")")
detached=
if [ "$starter" = systemd-run ]; then
  # An engine that is ended for want of memory must not take the supervisor with it, which is to tell of that.
  systemd-run --quiet --collect --unit="$unit" --property=OOMScoreAdjust=-900 --property=OOMPolicy=continue \\
    --property=KillMode=mixed --setenv=HOME="$HOME" --setenv=PATH="$PATH" sh "$folder/supervisor" "$folder" >/dev/null 2>&1 &&
    detached=1
fi
if [ -z "$detached" ]; then
  if command -v setsid >/dev/null 2>&1; then
    setsid sh "$folder/supervisor" "$folder" < /dev/null > /dev/null 2>&1 &
  else
    nohup sh "$folder/supervisor" "$folder" < /dev/null > /dev/null 2>&1 &
  fi
fi
tries=0
while [ $tries -lt 100 ]; do
  [ -s rc ] && break
  [ -s state ] && say started
  tries=$((tries + 1))
  sleep 0.1 2>/dev/null || sleep 1
done
[ -s rc ] || say 'failed it gave no sign of life'
read -r outcome < rc
[ "$outcome" = busy ] || say started
other=$(sed -n 's/.*"outcome":"busy","run":"\\([^"]*\\)".*/\\1/p' events.ndjson)
say "refused run $other is testing this node"
`;
}

export type StartAnswer =
  | { readonly kind: 'started' | 'already' }
  | { readonly kind: 'refused' | 'failed'; readonly why: string };

/** null: what the node said is no answer. */
export function parseStartAnswer(text: string): StartAnswer | null {
  const [, kind, why = ''] = /^heorot-start (\w+) ?(.*)$/m.exec(text) ?? [];
  if (kind === 'started' || kind === 'already') return { kind };
  return kind === 'refused' || kind === 'failed' ? { kind, why } : null;
}
