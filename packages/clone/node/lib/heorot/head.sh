# Requests to the head. To be sourced; needs $head, and $session once there is one.
# shellcheck shell=dash disable=SC2034,SC2154 # $run, $head: console.sh and agent

# How long one request may take; a head that restarts is waited for without end, see ask.
patience=60

# http METHOD PATH FILE [BODY]: the answer in FILE. Returns 1 when it failed on the way, 2 when the head refused.
http() {
  method=$1 path=$2 file=$3 body=${4:-$run/empty}
  set -- -q -O "$file"
  [ -z "${session:-}" ] || set -- "$@" --header "Authorization: Bearer $session"
  if [ "$method" = POST ]; then
    : >>"$run/empty"
    set -- "$@" --header 'Content-Type: text/plain' --post-file "$body"
  fi
  timeout "$patience" wget "$@" "$head$path" 2>"$run/http.error" && return 0
  # 5xx is a head in trouble, which may pass.
  ! grep -q 'server returned error: HTTP/1.. 4' "$run/http.error" || return 2
  return 1
}

# ask METHOD PATH FILE [BODY]: until the head has answered; `wait` is waited for. The first word of the answer: $reply, the rest
# of its line: $reply_rest. Returns 1 when the head refused.
ask() {
  pause=1
  while :; do
    http "$@"
    case $? in
      0)
        reply='' reply_rest=''
        read -r reply reply_rest <"$3"
        [ "$reply" = wait ] || return 0
        sleep "$(number "$reply_rest" 5)"
        pause=1
        continue
        ;;
      2)
        say "the head refuses $2: $(sed 's/.*error: //' "$run/http.error" | head -n 1)"
        return 1
        ;;
    esac
    [ "$pause" -lt 8 ] || say "the head does not answer $2; trying again"
    sleep "$pause"
    pause=$((pause * 2))
    [ "$pause" -le 15 ] || pause=15
  done
}

# number TEXT DEFAULT: TEXT when it is a number of a few digits
number() {
  case $1 in
    '' | *[!0-9]* | ??????*) echo "$2" ;;
    *) echo "$1" ;;
  esac
}

# fetch_file PATH FILE SHA256 SIZE: goes on where it was interrupted; FILE is there only when length and hash agree.
fetch_file() {
  tries=0
  rm -f "$2" "$2.part"
  while [ "$tries" -lt 20 ]; do
    tries=$((tries + 1))
    timeout 600 wget -c -q -O "$2.part" --header "Authorization: Bearer ${session:-}" "$head$1" 2>"$run/http.error"
    if [ "$(size_of "$2.part")" -ge "$4" ]; then
      [ "$(sha256_of <"$2.part")" = "$3" ] && [ "$(size_of "$2.part")" = "$4" ] || break
      mv "$2.part" "$2"
      return 0
    fi
    sleep 1
  done
  rm -f "$2.part"
  return 1
}

size_of() {
  stat -c %s "$1" 2>/dev/null || echo 0
}

# http_range PATH OFFSET [LAST]: the body alone, and nothing at all unless the head answers with just that range. busybox's wget cannot
# ask for a part, so this speaks HTTP itself.
http_range() {
  authority=${head#http://}
  host=${authority%%:*}
  port=${authority#"$host"}
  port=${port#:}
  [ -p "$run/request" ] || mkfifo "$run/request"
  # Opened for writing as well, so that nc sees no end of it and does not hang up before the answer is whole.
  {
    printf 'GET %s HTTP/1.1\r\nHost: %s\r\nRange: bytes=%s-%s\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n' \
      "$1" "$authority" "$2" "${3:-}" "${session:-}" >&3
    nc "$host" "${port:-80}" <&3 | range_body
  } 3<>"$run/request"
}

range_body() {
  read -r _ status _ || return 1
  case $status in
    206) ;;
    *) return 1 ;;
  esac
  return_key=$(printf '\r')
  while read -r header && [ -n "$header" ] && [ "$header" != "$return_key" ]; do :; done
  cat
}
