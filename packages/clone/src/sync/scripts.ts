// What sync runs on a node: POSIX sh with GNU find and tar. Files are laid beside their ends, then renamed one by one.
import { quoteForSh } from '@heorot/fanout';

/** Staged files have this in their names; whatever an interrupted sync has left goes at the next one. */
export const stagedPrefix = '.heorot-sync-';

/** `IMAGE\0`, `zstd|gzip\0`, then of each file its facts, path and target, each ended by NUL; packed. */
export function stateScript(root: string, folders: readonly string[]): string {
  const finds = folders.map((folder) => {
    const prefix = folder === '' ? '' : `${folder.replaceAll('\\', '\\\\').replaceAll('%', '%%')}/`;
    const start = quoteForSh(folder === '' ? '.' : `./${folder}`);
    return `find ${start} -xdev -printf ${quoteForSh(String.raw`%y %m %U %G %s %Ts\0${prefix}%P\0%l\0`)}`;
  });
  return `cd -- ${quoteForSh(root)} && export LC_ALL=C && {
  cat etc/heorot/image 2>/dev/null | head -n 1 | tr -d '\\n'; printf '\\0'
  if command -v zstd >/dev/null; then printf 'zstd\\0'; else printf 'gzip\\0'; fi
  ${finds.join('; ')}
} | gzip -c`;
}

export function hashScript(root: string): string {
  return `cd -- ${quoteForSh(root)} && export LC_ALL=C && xargs -0 -r sha256sum -z -- | gzip -c`;
}

export function stageScript(root: string, packing: 'zstd' | 'gzip'): string {
  const unpack = packing === 'zstd' ? 'zstd -q -dc' : 'gzip -dc';
  return `cd -- ${quoteForSh(root)} && export LC_ALL=C && ${unpack} | tar --extract --file=- --preserve-permissions --numeric-owner --acls --selinux --xattrs '--xattrs-include=*' --no-overwrite-dir`;
}

/** Operations of three words each, ended by NUL. The first that fails ends it. */
export function applyScript(root: string): string {
  const loop = `while [ $# -gt 0 ]; do
  case $1 in
    move) mv -fT -- "$2" "$3" ;;
    mode) chmod -- "$2" "$3" ;;
    owner) chown -h -- "$2" "$3" ;;
    time) touch -h -d "@$2" -- "$3" ;;
    remove) case $3 in */${stagedPrefix}blobs) rm -rf -- "$3" ;; esac
      if [ -d "$3" ] && [ ! -L "$3" ]; then rmdir -- "$3" 2>/dev/null || :; else rm -f -- "$3"; fi ;;
    image) mkdir -p etc/heorot && printf '%s\\n' "$2" >etc/heorot/${stagedPrefix}image && mv -f etc/heorot/${stagedPrefix}image etc/heorot/image ;;
  esac || exit 255
  shift 3
done`;
  return `cd -- ${quoteForSh(root)} && export LC_ALL=C && xargs -0 -r -n 300 sh -c ${quoteForSh(loop)} sh && sync`;
}
