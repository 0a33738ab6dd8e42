// What `netmon agent` runs on a node: POSIX sh that leaves the agent there, looks after it, or takes it away. All of it lies in
// one folder below HOME; nothing else is touched but a systemd unit where root has one.
import { samplerScript } from '../../sampler/sampler-script.ts';
import { perlPusher } from './perl-pusher.ts';
import { pythonPusher } from './python-pusher.ts';

/** Below the HOME of the user that the agent runs as. */
export const agentFolder = '.heorot-netmon';
const agentUnit = 'heorot-netmon.service';

/** Arguments: `install NODE HOST|- PORT SECONDS auto|systemd|process` with the key on standard input, `status`, `remove`. */
export function agentScript(): string {
  return `#!/bin/sh
umask 077
folder=\${HOME:?no HOME on this node}/${agentFolder}
unit=/etc/systemd/system/${agentUnit}
PATH=$PATH:/usr/sbin:/sbin
${lookingAfter}
install() {
  node=$1 host=$2 port=$3 interval=$4 manner=$5
  if [ "$host" = - ]; then host=\${SSH_CONNECTION%% *}; fi
  [ -n "$host" ] || refuse 'sshd does not say where the head is: say --to ADDRESS:PORT'
  choose_pusher
  choose_manner
  end_agent
  mkdir -p "$folder" || exit 1
  cat > "$folder/key" || exit 1
  cat > "$folder/sampler.sh" <<'heorot-end-of-file'
${samplerScript()}heorot-end-of-file
  cat > "$folder/push.pl" <<'heorot-end-of-file'
${perlPusher}heorot-end-of-file
  cat > "$folder/push.py" <<'heorot-end-of-file'
${pythonPusher}heorot-end-of-file
  printf '%s\\n' "pusher=$interpreter manner=$manner to=$host:$port interval=$interval node=$node" > "$folder/settings"
  begin_agent
  sleep 1
  running || { tail -n 3 "$folder/log" >&2; refuse 'the agent ended at once'; }
  told
}
case $1 in
  install) shift; install "$@" ;;
  status) told ;;
  remove)
    [ -d "$folder" ] || { echo 'state=absent'; exit 0; }
    end_agent
    rm -rf "$folder"
    echo 'state=removed' ;;
esac
`;
}

/** `told` prints one line of `key=value` words, then one `nic` line for each network card. */
const lookingAfter = `refuse() { printf '%s\\n' "$1" >&2; exit 1; }
choose_pusher() {
  if perl -MDigest::SHA -MTime::HiRes=clock_gettime,CLOCK_MONOTONIC -MSocket=getaddrinfo -e 'clock_gettime(CLOCK_MONOTONIC)' 2>/dev/null; then
    interpreter=$(command -v perl) program=push.pl
    return
  fi
  for python in python3 /usr/libexec/platform-python; do
    "$python" -c 'import hashlib, hmac, socket, subprocess, sys; sys.exit(sys.version_info < (3, 6))' 2>/dev/null || continue
    interpreter=$(command -v "$python") program=push.py
    return
  done
  refuse 'neither perl with Digest::SHA and Time::HiRes nor python3 on this node: install perl, or watch it with --source ssh'
}
choose_manner() {
  has_systemd=; [ -d /run/systemd/system ] && [ "$(id -u)" = 0 ] && has_systemd=1
  case $manner in
    auto) if [ "$has_systemd" ]; then manner=systemd; else manner=process; fi ;;
    systemd) [ "$has_systemd" ] || refuse 'systemd does not run here, or you are not root: leave --as away' ;;
  esac
}
begin_agent() {
  set -- "$interpreter" "$folder/$program" "$folder" "$node" "$host" "$port" "$interval"
  if [ "$manner" = systemd ]; then
    cat > "$unit" <<unit-end
[Unit]
Description=heorot netmon agent
After=network-online.target
[Service]
ExecStart=$*
Restart=always
RestartSec=5
Nice=5
NoNewPrivileges=yes
[Install]
WantedBy=multi-user.target
unit-end
    chmod 644 "$unit"
    systemctl daemon-reload && systemctl enable --now --quiet ${agentUnit} || exit 1
    return
  fi
  : > "$folder/log"
  if command -v setsid >/dev/null 2>&1; then setsid "$@" </dev/null >>"$folder/log" 2>&1 &
  else nohup "$@" </dev/null >>"$folder/log" 2>&1 &
  fi
}
# A number may have been given to another process since: the command line says whose it is.
running() {
  pid=$(cat "$folder/pid" 2>/dev/null)
  [ -n "$pid" ] && tr '\\0' ' ' < "/proc/$pid/cmdline" 2>/dev/null | grep -qF "$folder/push." || { pid=; return 1; }
}
end_agent() {
  if [ -e "$unit" ] && [ "$(id -u)" = 0 ] && grep -qF "$folder/" "$unit"; then
    systemctl disable --now --quiet ${agentUnit} 2>/dev/null
    rm -f "$unit"
    systemctl daemon-reload 2>/dev/null
  fi
  running && kill "$pid" 2>/dev/null
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    running || return 0
    sleep 0.2
  done
  kill -9 "$pid" 2>/dev/null
}
told() {
  [ -r "$folder/settings" ] || { echo 'state=absent'; return; }
  state=stopped since=
  running && state=running since=$(stat -c %Y "$folder/pid" 2>/dev/null)
  echo "state=$state pid=$pid since=$since $(cat "$folder/settings")"
  [ "$state" = running ] || tail -n 1 "$folder/log" 2>/dev/null | sed 's/^/log /'
  for card in /sys/class/net/*/device; do
    card=\${card%/device}
    [ -e "$card/device" ] || continue
    address=$(readlink -f "$card/device") address=\${address##*/}
    driver=$(readlink -f "$card/device/driver") driver=\${driver##*/}
    model=$(lspci -s "$address" 2>/dev/null | sed 's/^[^ ]* [^:]*: //' | head -n 1)
    printf 'nic\\t%s\\t%s\\t%s\\t%s\\n' "\${card##*/}" "$driver" "$(cat "$card/speed" 2>/dev/null)" "$model"
  done
}`;
