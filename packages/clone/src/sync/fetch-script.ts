// What a node runs to fetch new files itself, from any HTTP server that hands out the image store. What comes is held against the
// hashes of the signed manifest, which come over ssh; nothing is laid beside its end that does not fit.
import { quoteForSh } from '@heorot/fanout';
import type { Descriptor } from '../image/blob-store.ts';
import type { FileEntry } from '../image/file-entry.ts';
import { pathBytes } from '../image/path-text.ts';
import { stagedPrefix } from './scripts.ts';

type RegularFile = Extract<FileEntry, { type: 'file' }>;

/** A file, where it is laid, and the blob that holds its bytes. */
export interface FetchedFile {
  readonly entry: RegularFile;
  readonly at: string;
  readonly blob: Descriptor;
}

/** Below the root of the node while blobs are fetched. */
const fetchFolder = `${stagedPrefix}blobs`;

/** The exit code of a node that could not fetch all: what is missing comes over ssh. */
export const notFetched = 75;

/** Reads `DIGEST MODE OWNER TIME PATH` words, each ended by NUL. @param from `http://10.77.0.1:8080` */
export function fetchScript(root: string, from: string): string {
  const blobs = quoteForSh(`${from.replace(/\/$/, '')}/blobs/sha256/`);
  const lay = `while [ $# -gt 0 ]; do
  zstd -q -dc ${fetchFolder}/"$1" >"$5" && { [ "$3" = - ] || chown -- "$3" "$5"; } && chmod -- "$2" "$5" && touch -d "@$4" -- "$5" || exit 255
  shift 5
done`;
  return `cd -- ${quoteForSh(root)} && export LC_ALL=C || exit 1
command -v zstd >/dev/null || { echo 'there is no program zstd' >&2; exit ${notFetched}; }
rm -rf ${fetchFolder} && mkdir -m 700 ${fetchFolder} || exit 1
trap 'rm -rf ${fetchFolder}' EXIT
trap 'exit 1' HUP INT TERM
cat >${fetchFolder}/words || exit 1
tr '\\n\\0' ' \\n' <${fetchFolder}/words | awk 'NR % 5 == 1' | sort -u >${fetchFolder}/names
(
  cd ${fetchFolder} || exit 1
if command -v curl >/dev/null; then
  sed s,^,${blobs}, names | xargs -n 200 curl -fsS --retry 3 --connect-timeout 10 --remote-name-all
elif wget --version 2>/dev/null | grep -q GNU; then
  sed s,^,${blobs}, names | wget -q --tries=3 --timeout=20 -i -
elif command -v wget >/dev/null; then
  while read -r name; do wget -q -O "$name" ${blobs}"$name" || break; done <names
else
  echo 'there is neither curl nor wget' >&2
  false
fi >&2 && sed 's/.*/&  &/' names | sha256sum -c --status -
) || exit ${notFetched}
xargs -0 -r -n 1500 sh -c ${quoteForSh(lay)} sh <${fetchFolder}/words`;
}

/** What {@link fetchScript} reads. */
export function fetchWords(files: readonly FetchedFile[], owners: boolean): Buffer {
  return Buffer.concat(
    files.flatMap(({ entry: { mode, uid, gid, mtime }, at, blob }) => {
      const owner = owners ? `${uid}:${gid}` : '-';
      const words = [
        blob.digest.slice('sha256:'.length),
        mode.toString(8).padStart(4, '0'),
        owner,
        String(mtime),
      ];
      return [
        ...words.map((word) => Buffer.from(`${word}\0`)),
        Buffer.from('./'),
        pathBytes(at),
        Buffer.alloc(1),
      ];
    }),
  );
}
