// What runs on the nodes for a copy: small POSIX sh scripts over cat, tee, tar, find, xargs, stat and a digest tool,
// with the options that GNU and busybox share. Names travel on stdin, ended by NUL, and start with `./`.
import { directoryWord, quoteForSh } from '../engine/shell-quote.ts';
import { type ByteName, bytesOf, scriptText } from './byte-name.ts';

/**
 * Sets `$digest` to a SHA-256 tool that prints the digest first on its line; openssl is three times as fast as
 * Debian's sha256sum, which knows nothing of the processor's SHA instructions.
 */
const chooseDigest = `digest=
for tool in 'openssl dgst -sha256 -r' 'sha256sum' 'shasum -a 256'; do
  command -v "\${tool%% *}" >/dev/null 2>&1 && digest=$tool && break
done
[ -n "$digest" ] || { echo 'no sha256sum, shasum or openssl: the copy could not be verified' >&2; exit 1; }`;

const enter = (folder: string) => `cd -- ${folder} || exit 1`;

/**
 * Makes the destination, and tells the size, mode and time of the regular files named on stdin. One line of flags
 * (`f 0110`) for each lot of names, then one line for each that exists.
 */
export const probeScript = (destination: string) => `mkdir -p -- ${directoryWord(destination)} || exit 1
${enter(directoryWord(destination))}
exec xargs -0 sh -c ${quoteForSh(`flags=
for name do
  shift
  if [ -f "$name" ] && [ ! -L "$name" ]; then flags=\${flags}1; set -- "$@" "$name"; else flags=\${flags}0; fi
done
echo "f $flags"
[ $# -eq 0 ] || stat -c '%s %f %Y' "$@"`)} sh`;

/**
 * Looks for parts that an earlier run left, by the prefixes on stdin: for each a line with its size and the rest of
 * its name, or an empty line. Parts of this run belong to nodes that share the file system.
 */
export const findPartsScript = (destination: string, run: string) => `${enter(directoryWord(destination))}
exec xargs -0 sh -c ${quoteForSh(`run=$0
for prefix do
  found=
  for part in "$prefix".*.part; do
    case $part in *."$run"-*) continue ;; esac
    if [ -f "$part" ] && [ ! -L "$part" ]; then found="$(stat -c %s "$part") \${part##*.heorot-}"; break; fi
  done
  echo "$found"
done`)} ${run}`;

/** SHA-256 of the files named on stdin, one line each. */
export const digestScript = (folder: string) => `${enter(directoryWord(folder))}
${chooseDigest}
exec xargs -0 $digest`;

/** The same for one file whose name its tool would escape. */
export const digestOneScript = (folder: string, path: ByteName) => `${enter(directoryWord(folder))}
${chooseDigest}
exec $digest < ${word(path)}`;

/**
 * Unpacks an archive into a hidden folder beside the destination, compares digests, and moves each file into place.
 * The archive holds `t/…`, the files; `n`, their names; `s`, their digests; `d`, the folders.
 */
export const unpackScript = (destination: string, stage: string) => `${enter(directoryWord(destination))}
${chooseDigest}
stage=./${stage}
mkdir -m 700 "$stage" || exit 1
trap 'rm -rf "$stage"' EXIT
trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM
tar -xpof - -C "$stage" || exit 1
if [ -s "$stage/n" ]; then
  (cd "$stage/t" && xargs -0 $digest < ../n | cut -c 1-64) > "$stage/g"
  cmp -s "$stage/g" "$stage/s" || { echo 'the files that arrived are not those that were sent' >&2; exit 1; }
fi
xargs -0 sh -c ${quoteForSh(`stage=$0
for folder do
  mkdir -p "./$folder" || exit 255
  find "$stage/t/$folder" -maxdepth 1 ! -type d -exec sh -c 'folder=$0; exec mv -f "$@" "$folder/"' "./$folder" {} + || exit 255
done`)} "$stage" < "$stage/d"`;

/**
 * Appends stdin to a part and tells the digest of what came and the part's size. With `kept`, a part of an earlier
 * run is taken over first.
 */
export const receiveScript = (
  destination: string,
  part: ByteName,
  kept: ByteName | undefined,
) => `${enter(directoryWord(destination))}
${chooseDigest}
umask 077
part=${word(part)}
${kept === undefined ? '' : `mv -f ${word(kept)} "$part" || exit 1`}
{ tee -a "$part" || { rm -f "$part"; cat >/dev/null; }; } | $digest | cut -c 1-64
[ -f "$part" ] || exit 1
wc -c < "$part"`;

/** A whole part takes its name, in one step. */
export const commitScript = (
  destination: string,
  part: ByteName,
  file: { path: ByteName; mode: number; modifiedAt: number },
) => `${enter(directoryWord(destination))}
if [ -d ${word(file.path)} ]; then echo ${word(file.path)}': is a folder on the node' >&2; rm -f ${word(part)}; exit 1; fi
chmod ${file.mode.toString(8)} ${word(part)} && touch -d @${file.modifiedAt} ${word(part)} && mv -f ${word(part)} ${word(file.path)}`;

export const removeScript = (destination: string, path: ByteName) => `${enter(directoryWord(destination))}
rm -f ${word(path)}`;

/** Mode and time of folders, and of files that had the right content already: triples on stdin. */
export const settleScript = (destination: string) => `${enter(directoryWord(destination))}
exec xargs -0 -n 300 sh -c ${quoteForSh(`while [ $# -gt 2 ]; do
  chmod "$1" "$3" && touch -d "@$2" "$3" || exit 255
  shift 3
done`)} sh`;

/**
 * Lists a file or a folder: mode, size, time and path, each record ended by `//` and a line break, which no path can
 * hold. A link given as the source is followed.
 */
export const listScript = (parent: string, base: ByteName) => {
  const path = word(base);
  const format = `'%f %s %Y %n//'`;
  return `${enter(parent)}
stat -L -c ${format} ${path} || exit 1
[ ! -d ${path} ] || exec find -H ${path} -mindepth 1 -exec stat -c ${format} {} +`;
};

/** The files and links named on stdin as tar archives, one after the other. */
export const packScript = (parent: string) => `${enter(parent)}
exec xargs -0 tar -cf -`;

/** A file from an offset on. */
export const sendScript = (parent: string, path: ByteName, from: number) => `${enter(parent)}
${from === 0 ? `exec cat < ${word(path)}` : `exec tail -c +${from + 1} < ${word(path)}`}`;

const word = (path: ByteName) => quoteForSh(scriptText(`./${path}`));

/** Names for `xargs -0`. */
export function* nulEnded(paths: Iterable<ByteName>): Generator<Buffer> {
  let lot: string[] = [];
  for (const path of paths) {
    lot.push(`./${path}\0`);
    if (lot.length < 1000) continue;
    yield bytesOf(lot.join(''));
    lot = [];
  }
  if (lot.length > 0) yield bytesOf(lot.join(''));
}
