// All that a file system knows of a tree, as text: two trees with the same text are the same.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Times to the second, as an archive of the usual kind keeps them for folders. */
export async function describedTree(tree: string): Promise<string> {
  // Files of several names: the first name of each stands for all.
  const script = String.raw`cd "$1"; export LC_ALL=C; find . -printf '%P\001%y %m %U:%G %s %n %Ts %l\0' | sort -z
find . \( -type c -o -type b \) -exec stat -c '%N %t:%T' {} + | sort
find . -type f -links +1 -printf '%i %P\0' | sort -z | awk -v RS='\0' '{ if ($1 != last) { printf "\n"; last = $1 } sub("^[^ ]* ", ""); printf "[%s]", $0 }' | sort
find . -type f -exec sha256sum {} + | sort; getfattr -R -h -d -m - -e hex --absolute-names . ; getfacl -R -n -p . ; find . -type f -exec getcap {} +`;
  return (await run('sh', ['-c', script, 'sh', tree], { encoding: 'latin1', maxBuffer: 1e8 })).stdout;
}

/** As the node unpacks a layer. */
export async function unpackTree(archive: string, tree: string): Promise<void> {
  const attributes = ['--acls', '--xattrs', '--xattrs-include=*'];
  await run('tar', ['-x', '-p', '--numeric-owner', '--same-owner', ...attributes, '-C', tree, '-f', archive]);
}
