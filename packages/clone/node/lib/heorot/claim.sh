# The claim: a key that lives as long as this boot, and what this machine is made of. To be sourced.
# shellcheck shell=dash disable=SC2154 # $run, $mac, $token: agent

make_claim_key() {
  (
    umask 077
    # Brought by ssh, with the kernel: the head made it and knows it.
    [ ! -s /etc/heorot/claim.pem ] || exec mv /etc/heorot/claim.pem "$run/claim.key"
    openssl genpkey -algorithm X25519 -out "$run/claim.key" 2>>"$run/log"
  ) && openssl pkey -in "$run/claim.key" -pubout -outform DER -out "$run/claim.der" 2>>"$run/log" || return 1
  fingerprint=$(sha256_of <"$run/claim.der" | cut -c1-32)
  nonce=$(od -An -v -N16 -tx1 /dev/urandom | tr -d ' \n')
}

# Whoever watches this console knows by this line that the key is this machine's.
show_claim() {
  on_consoles "heorot-claim $mac $fingerprint"
}

claim_lines() {
  echo 'heorot-claim 1'
  echo "token $token"
  echo "mac $mac"
  echo "nonce $nonce"
  echo "key $(base64_of "$run/claim.der")"
  if [ -d /sys/firmware/efi ]; then echo 'firmware uefi'; else echo 'firmware bios'; fi
  echo "memory $(($(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo) * 1024))"
  for fact in system-serial:product_serial system-uuid:product_uuid product:product_name; do
    words "${fact%%:*}" "$(cat "/sys/class/dmi/id/${fact##*:}" 2>/dev/null | trimmed)"
    echo
  done
  disk_lines
}
