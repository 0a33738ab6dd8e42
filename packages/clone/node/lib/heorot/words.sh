# Words of the protocol (packages/clone/src/protocol/README.md). To be sourced.
# shellcheck shell=dash

# decode WORD: the text; a word of the protocol never means a NUL.
decode() {
  case $1 in
    -) ;;
    *%*) printf '%b' "$(printf %s "$1" | sed 's/\\/\\\\/g;s/%/\\x/g')" ;;
    *) printf %s "$1" ;;
  esac
}

# encode TEXT: one word; letters and digits stay readable, more is escaped than must be.
encode() {
  case $1 in
    '') printf -- - ;;
    -) printf %%2d ;;
    *[!A-Za-z0-9._:/=,+@~-]*)
      printf %s "$1" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g' |
        sed 's/%2d/-/g;s/%2e/./g;s/%2f/\//g;s/%5f/_/g;s/%3\([0-9]\)/\1/g'
      ;;
    *) printf %s "$1" ;;
  esac
}

# words TEXT...: a line of encoded words, without its end.
words() {
  blank=
  for each in "$@"; do
    printf '%s%s' "$blank" "$(encode "$each")"
    blank=' '
  done
}

# base64_of FILE, on one line
base64_of() {
  base64 -w 0 "$1"
}

# sha256_of: hex digits of what comes on stdin; openssl uses the instructions of the processor where there are any.
sha256_of() {
  openssl dgst -sha256 -r | cut -c1-64
}
