// Where things lie on a node, below the home of the user that logs in. A home may be shared by all nodes (NFS), so a run's
// folder carries the name of the node; programs are kept by their hash and can be shared.

/** Relative to the home; `--spool` puts another folder in its place. */
export const defaultSpool = '~/.cache/heorot-memtest';

export function runFolder(spool: string, run: string, node: string): string {
  return `${spool}/runs/${run}/${node}`;
}

/** sh: makes the path in `$1` absolute, `~/` being the home on the node; sets `absolute`. */
export const absolutePath = `absolute_path() {
  case $1 in
    '~/'*) absolute=$HOME/\${1#'~/'} ;;
    *) absolute=$1 ;;
  esac
}`;
