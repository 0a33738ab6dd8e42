// What `netmon agent` runs on a node: POSIX sh that leaves the agent there, looks after it, or takes it away. All of it lies in
// one folder, below HOME or, as a service of systemd, below /var/lib; nothing else is touched but that service's unit.
import { cardScript } from '../../facts/card-script.ts';
import { samplerScript } from '../../sampler/sampler-script.ts';
import { perlPusher } from './perl-pusher.ts';
import { pythonPusher } from './python-pusher.ts';
import { agentUnit, serviceName } from './systemd-unit.ts';

/** Below the HOME of the user that the agent runs as, where it is no service. */
export const agentFolder = '.heorot-netmon';

/** Arguments: `install NODE HOST|- PORT SECONDS auto|systemd|process` with the key on standard input, `status`, `remove`. */
export function agentScript(): string {
  return `#!/bin/sh
umask 077
own=\${HOME:?no HOME on this node}/${agentFolder}
unit=/etc/systemd/system/${serviceName}.service
# systemd gives both to the user that it makes up for the service (systemd.exec(5), DynamicUser=).
state=/var/lib/${serviceName} private=/var/lib/private/${serviceName}
PATH=$PATH:/usr/sbin:/sbin
${lookingAfter}
install() {
  node=$1 host=$2 port=$3 interval=$4 manner=$5
  if [ "$host" = - ]; then host=\${SSH_CONNECTION%% *}; fi
  [ -n "$host" ] || refuse 'sshd does not say where the head is: say --to ADDRESS:PORT'
  choose_pusher
  choose_manner
  # The next start must be later than this one, also where the clock was set back.
  started=$(cat "$folder/started" 2>/dev/null)
  end_agent
  case $manner in
    systemd) mkdir -p "$private" && ln -sfn "private/${serviceName}" "$state" || exit 1 ;;
    process) mkdir -p "$own" || exit 1 ;;
  esac
  find_agent
  cat > "$folder/key" || exit 1
  [ -z "$started" ] || echo "$started" > "$folder/started"
  cat > "$folder/sampler.sh" <<'heorot-end-of-file'
${samplerScript()}heorot-end-of-file
  cat > "$folder/push.pl" <<'heorot-end-of-file'
${perlPusher}heorot-end-of-file
  cat > "$folder/push.py" <<'heorot-end-of-file'
${pythonPusher}heorot-end-of-file
  printf '%s\\n' "pusher=$interpreter manner=$manner to=$host:$port interval=$interval node=$node" > "$folder/settings"
  begin_agent
  await_agent || { last_words >&2; refuse 'the agent ended at once, or did not begin in half a minute'; }
  told
}
find_agent
case $1 in
  install) shift; install "$@" ;;
  status) told ;;
  remove)
    [ -e "$folder" ] || { echo 'state=absent'; exit 0; }
    end_agent
    echo 'state=removed' ;;
esac
`;
}

/** `told` prints one line of `key=value` words, then one line for each network card. */
const lookingAfter = `refuse() { printf '%s\\n' "$1" >&2; exit 1; }
find_agent() {
  folder=$own
  if [ "$(id -u)" = 0 ] && [ -e "$state" ]; then folder=$state; fi
}
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
    # A percent sign begins a specifier of systemd; an IPv6 address of one link has one.
    command=$(printf '%s' "$*" | sed 's/%/%%/g')
    cat > "$unit" <<unit-end
${agentUnit('$command')}unit-end
    chmod 644 "$unit"
    systemctl daemon-reload && systemctl enable --now --quiet ${serviceName}.service && return
    end_agent
    exit 1
  fi
  : > "$folder/log"
  if command -v setsid >/dev/null 2>&1; then setsid "$@" </dev/null >>"$folder/log" 2>&1 &
  else nohup "$@" </dev/null >>"$folder/log" 2>&1 &
  fi
  begun=$!
}
# It writes its number once it has read its key, which takes a while on a node that is busy.
await_agent() {
  tries=60
  sleep 1
  until running; do
    if [ "$manner" = systemd ]; then [ "$(systemctl show --property=SubState ${serviceName}.service)" != SubState=auto-restart ] || return 1
    else kill -0 "$begun" 2>/dev/null || return 1
    fi
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    sleep 0.5
  done
}
# A number may have been given to another process since: the command line says whose it is.
running() {
  pid=$(cat "$folder/pid" 2>/dev/null)
  [ -n "$pid" ] && tr '\\0' ' ' < "/proc/$pid/cmdline" 2>/dev/null | grep -qF "$folder/push." || { pid=; return 1; }
}
last_words() {
  if [ "$folder" = "$state" ]; then journalctl _SYSTEMD_UNIT=${serviceName}.service --lines=3 --output=cat --quiet
  else tail -n 3 "$folder/log"
  fi 2>/dev/null
}
# Whichever of the two it is: install may change it.
end_agent() {
  if [ "$folder" = "$state" ]; then
    systemctl disable --now --quiet ${serviceName}.service 2>/dev/null
    rm -f "$unit"
    systemctl daemon-reload 2>/dev/null
    systemctl reset-failed ${serviceName}.service 2>/dev/null
    rm -rf "$state" "$private"
    folder=$own
  fi
  running && kill "$pid" 2>/dev/null
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    running || break
    sleep 0.2
  done
  [ -z "$pid" ] || kill -9 "$pid" 2>/dev/null
  rm -rf "$own"
}
told() {
  [ -r "$folder/settings" ] || { echo 'state=absent'; return; }
  status=stopped since=
  running && status=running since=$(stat -c %Y "$folder/pid" 2>/dev/null)
  echo "state=$status pid=$pid since=$since $(cat "$folder/settings")"
  # One that runs is not heard of either while it cannot send.
  case $status in running) last_words | tail -n 1 | sed -n 's/^cannot /log &/p' ;; *) last_words | tail -n 1 | sed 's/^/log /' ;; esac
  cards
}
root=
${cardScript}`;
