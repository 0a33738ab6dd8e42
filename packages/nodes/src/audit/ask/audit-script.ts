// What an audit asks of a node: one POSIX sh script for the standard input of `sh`, which reads and never writes. Each line of
// its answer is KEY<TAB>FIELD...; parse-answer.ts reads it, and all judging is done on the head. It needs nothing that busybox
// lacks. Names of files are always the last field, so that none can pass for another line or field.
import type { CheckName } from '../finding.ts';
import { hmacPads } from './password-tags.ts';

/** Printed first, so that noise of start-up files can be told apart. */
export const auditMarker = 'heorot-audit 1';

/**
 * @param key 32 random bytes of this audit alone: password hashes are reported as HMAC-SHA-256 under it, so that equal ones are
 * seen, and none travels
 */
export function auditScript(checks: readonly CheckName[], key: Uint8Array): string {
  const { inner, outer } = hmacPads(key);
  // One function: nothing runs before the script has arrived whole, and no program takes the script for its input.
  return [
    prelude,
    `inner='${inner}'`,
    `outer='${outer}'`,
    'audit() {',
    ...checks.map((check) => sections[check]),
    ':',
    '}',
    `printf '%s\\nclock\\t%s\\n' '${auditMarker}' "$(date +%s.%N)"`,
    `printf 'root\\t%s\\n' "$(id -u)"`,
    `printf 'boot\\t%s\\n' "$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)"`,
    'audit </dev/null 2>/dev/null',
    'echo end',
    '',
  ].join('\n');
}

const prelude = String.raw`
export LC_ALL=C
asked_path=$PATH
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
t=$(printf '\t')
unseen() { printf 'unseen\t%s\n' "$*"; }
# Mode, owner and group of a file, links followed.
look() {
  printf 'file\t%s\t%s\t%s\n' "$1" "$(ls -ldLn "$2" | awk 'NR == 1 { print $1 "\t" $3 "\t" $4 }')" \
    "$(printf '%s' "$2" | tr '\n\t' '??')"
}
# Accounts that can log in, NAME:UID:HOME. Those of LDAP or NIS are not in this file, and are not looked at.
people() {
  awk -F: '$7 !~ /(nologin|false|sync|shutdown|halt)$/ && $6 ~ /^\/./ { print $1 ":" $3 ":" $6 }' /etc/passwd | head -n 500
}
automounted=$(awk '$3 == "autofs" { printf "%s ", $2 }' /proc/mounts 2>/dev/null)
# A home that the automounter would only now mount is left alone.
home_is_here() {
  case " $automounted" in
    *" $(dirname "$1") "*) grep -q " $1 " /proc/mounts || return 1 ;;
  esac
  [ -d "$1" ]
}
`;

const sections: Readonly<Record<CheckName, string>> = {
  // /proc/net has all sockets, with or without ss(8); who holds which is in /proc/PID/fd, for root.
  listening: String.raw`
ls -l /proc/[0-9]*/fd | awk '
  /^\/proc\// { split($1, part, "/"); pid = part[3] }
  /socket:\[/ { inode = $NF; gsub(/[^0-9]/, "", inode); print "holder", inode, pid }' | awk '
  $1 == "holder" { if (!($2 in holder)) holder[$2] = $3; next }
  FNR == 1 { n = split(FILENAME, part, "/"); protocol = part[n]; next }
  (protocol ~ /^tcp/ && $4 == "0A") || (protocol ~ /^udp/ && $4 == "07" && $3 ~ /:0000$/) {
    name = ""
    if ($10 in holder) { file = "/proc/" holder[$10] "/comm"; getline name < file; close(file) }
    gsub(/\t/, " ", name)
    print "socket\t" protocol "\t" $2 "\t" $8 "\t" name
  }' - $(for p in tcp tcp6 udp udp6; do [ -r /proc/net/$p ] && echo /proc/net/$p; done)
[ "$(id -u)" = 0 ] || unseen 'which processes of others hold the sockets'
for file in /etc/slurm/slurm.conf /etc/slurm-llnl/slurm.conf; do
  [ -r $file ] && sed -n "s|^[[:space:]]*[Aa]uth[Tt]ype[[:space:]]*=[[:space:]]*|slurmauth$t|p" $file
done
`,
  sshd: String.raw`
config() {
  while read -r word rest; do
    case $word in
      [Ii]nclude)
        [ "$2" ] && continue
        for included in $rest; do
          case $included in /*) ;; *) included=/etc/ssh/$included ;; esac
          for one in $included; do [ -r "$one" ] && config "$one" nested; done
        done ;;
      [Mm]atch) return ;;
      '#'* | '') ;;
      *) printf 'sshd\t%s\t%s\n' "$word" "$rest" ;;
    esac
  done < "$1"
}
wanted='permitrootlogin|passwordauthentication|kbdinteractiveauthentication|permitemptypasswords|x11forwarding'
wanted="^($wanted|ciphers|macs|kexalgorithms|hostbasedauthentication|ignorerhosts|strictmodes) "
effective=
[ "$(id -u)" = 0 ] && effective=$(sshd -T | grep -E "$wanted")
if [ "$effective" ]; then
  printf 'sshdsource\teffective\n'
  printf '%s\n' "$effective" | sed "s/ /$t/; s/^/sshd$t/"
elif [ -r /etc/ssh/sshd_config ]; then
  printf 'sshdsource\tfile\n'
  config /etc/ssh/sshd_config
  unseen 'what sshd makes of its configuration (sshd -T)'
else
  unseen 'the configuration of sshd'
fi
for file in /etc/hosts.equiv /etc/ssh/shosts.equiv; do [ -s $file ] && look rhosts $file; done
people | while IFS=: read -r name uid home; do
  home_is_here "$home" || continue
  for file in "$home/.rhosts" "$home/.shosts"; do [ -f "$file" ] && look rhosts "$file"; done
done
`,
  accounts: String.raw`
awk -F: '$3 == 0 && $1 != "root" { print "uid0\t" $1 }
  $2 == "" && $1 !~ /^[+-]/ { print "nopassword\t" $1 "\t" $7 }' /etc/passwd
digest() { sha256sum | cut -c 1-64; }
bytes() { for pair in $(printf '%s' "$1" | sed 's/../& /g'); do printf "\\$(printf %03o "0x$pair")"; done; }
tag() { { printf "$outer"; bytes "$({ printf "$inner"; printf '%s' "$1"; } | digest)"; } | digest; }
if [ -r /etc/shadow ]; then
  command -v sha256sum >/dev/null || unseen 'which accounts share a password (no sha256sum)'
  while IFS=: read -r name hash rest; do
    case $hash in
      '') printf 'nopassword\t%s\t%s\n' "$name" "$(awk -F: -v name="$name" '$1 == name { print $7 }' /etc/passwd)" ;;
      '$'*'$'*) command -v sha256sum >/dev/null && printf 'password\t%s\t%s\n' "$name" "$(tag "$hash")" ;;
    esac
  done < /etc/shadow
else
  unseen 'empty and shared passwords (/etc/shadow)'
fi
`,
  keys: String.raw`
printf 'sshkeysgroup\t%s\n' "$(awk -F: '$1 == "ssh_keys" { print $3 }' /etc/group)"
for file in /etc/ssh/ssh_host_*_key; do [ -f "$file" ] && look hostkey "$file"; done
people | while IFS=: read -r name uid home; do
  home_is_here "$home" || continue
  printf 'home\t%s\t%s\t%s\n' "$name" "$uid" "$home"
  look home "$home"
  [ -d "$home/.ssh" ] || continue
  look ssh "$home/.ssh"
  for file in "$home/.ssh/authorized_keys" "$home/.ssh/authorized_keys2"; do [ -f "$file" ] && look authorized "$file"; done
  for file in "$home"/.ssh/id_*; do
    case $file in *.pub) continue ;; esac
    [ -f "$file" ] && look key "$file"
  done
done
[ "$(id -u)" = 0 ] || unseen 'keys in homes that are closed to this user'
`,
  writable: String.raw`
printf '%s:\n' "$asked_path" | tr ':' '\n' | sed '$d' | while IFS= read -r dir; do
  case $dir in /*) ;; *) [ "$(id -u)" = 0 ] && printf 'rootpath\t%s\n' "$dir" ;; esac
done
printf '%s\n' "$asked_path:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" | tr ':' '\n' | grep '^/' |
  sort -u | while IFS= read -r dir; do
  # The real folder once: /bin is often a link to /usr/bin.
  [ -d "$dir" ] && [ ! -L "$dir" ] && find "$dir" -maxdepth 1 ! -type l -perm -002 | head -n 50 | sed "s|^|writable$t""path$t|"
done
for place in /etc/crontab /etc/cron.d /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly /var/spool/cron; do
  [ -e $place ] && find $place -maxdepth 2 ! -type l -perm -002 | head -n 50 | sed "s|^|writable$t""cron$t|"
done
[ "$(id -u)" = 0 ] || unseen 'the crontabs of users'
`,
  identity: String.raw`
printf 'machineid\t%s\n' "$(cat /etc/machine-id)"
for file in /etc/ssh/ssh_host_*_key.pub; do
  [ -r "$file" ] && read -r type key rest < "$file" && printf 'hostkey\t%s\t%s\n' "$type" "$key"
done
`,
  exports: String.raw`
for file in /etc/exports /etc/exports.d/*.exports; do
  [ -r "$file" ] && sed "s|^|export$t$file$t|" "$file"
done
[ -r /proc/fs/nfs/exports ] && sed "s|^|export$t/proc/fs/nfs/exports$t|" /proc/fs/nfs/exports
`,
  age: String.raw`
printf 'kernel\t%s\n' "$(uname -r)"
printf 'build\t%s\n' "$(uname -v)"
ls /boot | sed -n "s/^vmlinuz-/installed$t/p" | head -n 50
for file in /run/reboot-required /var/run/reboot-required; do [ -e $file ] && { echo rebootrequired; break; }; done
( . /etc/os-release; printf 'os\t%s\t%s\t%s\n' "$ID" "$VERSION_ID" "$PRETTY_NAME" )
# Before 9.3 sshd has no -V, and says its version in the complaint.
printf 'openssh\t%s\n' "$( { sshd -V || ssh -V; } 2>&1 | sed -n 's/^\(OpenSSH_[^ ,]*\).*/\1/p' | head -n 1)"
package=$(dpkg-query -W -f '${'$'}{Version}' openssh-server || rpm -q --qf '%{VERSION}-%{RELEASE}' openssh-server)
case $package in [0-9]*) printf 'opensshpackage\t%s\n' "$package" ;; esac
`,
  clock: '',
};
