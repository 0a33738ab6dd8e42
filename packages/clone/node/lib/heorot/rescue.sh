# A shell in the boot environment that dsh reaches: its host key comes with the secrets, authorized keys with the bundle. To be sourced.
# shellcheck shell=dash disable=SC2154

rescue() {
  lay_over "$run/secrets" /
  for folder in "$run"/bundle-*; do lay_over "$folder" /; done
  hostname "$(decode "$(field node)")"
  mkdir -p /etc/dropbear /root/.ssh
  chmod 700 /root /root/.ssh
  set --
  for type in ed25519 ecdsa rsa; do
    key=/etc/ssh/ssh_host_${type}_key
    [ -f "$key" ] || continue
    /bin/dropbearconvert openssh dropbear "$key" "/etc/dropbear/$type" >>"$run/log" 2>&1 && set -- "$@" -r "/etc/dropbear/$type"
  done
  [ $# -gt 0 ] || give_up 'the head sent no host key'
  /bin/dropbear -s -j -k "$@" 2>>"$run/log"
  # Nothing more is wanted of the head; refused: an earlier report arrived and its answer was lost.
  ask POST /v1/done "$run/reply" || :
  mark rescue
  say "rescue: $(field node) answers ssh"
  rescue_shell
}

# A shell on the console too, for who stands before it; ended, it begins anew.
rescue_shell() {
  while :; do
    setsid cttyhack sh </dev/console >/dev/console 2>&1
    sleep 1
  done
}
