// Fixture trees of /proc and /sys: one text file each (`== path`, then the file), as a machine of that kind shows them.
// `@nic` is shorthand for the dozen files of one interface: name ifindex iflink type mtu operstate key=value….
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface FixtureTree extends AsyncDisposable {
  /** What stands for `/`. */
  readonly root: string;
  write(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
}

/** Unpacks `testing/NAME.tree` into a folder that is removed at the end. */
export async function openFixtureTree(name: string): Promise<FixtureTree> {
  return unpack(await readFile(join(import.meta.dirname, `${name}.tree`), 'utf8'));
}

export async function unpack(text: string): Promise<FixtureTree> {
  const root = await mkdtemp(join(tmpdir(), 'netmon-tree-'));
  const write = async (path: string, content: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  };
  const tree: FixtureTree = {
    root,
    write,
    remove: (path) => rm(join(root, path), { recursive: true, force: true }),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
  for (const part of text.split(/^(?===|@nic )/m)) {
    const [head = '', ...body] = part.split('\n');
    if (head.startsWith('== ')) await write(head.slice(3), body.join('\n'));
    if (head.startsWith('@nic ')) await writeInterface(tree, head);
  }
  return tree;
}

async function writeInterface(tree: FixtureTree, line: string): Promise<void> {
  const [, name = '', ifindex = '', iflink, type, mtu, operstate, ...pairs] = line.split(' ');
  const folder = `sys/class/net/${name}`;
  const more = Object.fromEntries(pairs.map((pair) => pair.split('=', 2)));
  const { carrier, speed, duplex, devtype, driver, physfn, master, bonding, bridge, tun } = more;
  const files = {
    ifindex,
    iflink,
    type,
    mtu,
    operstate,
    carrier,
    speed,
    duplex,
    carrier_changes: '2',
    uevent: `${devtype === undefined ? '' : `DEVTYPE=${devtype}\n`}INTERFACE=${name}\nIFINDEX=${ifindex}`,
    'device/uevent': driver === undefined ? undefined : `DRIVER=${driver}\nPCI_CLASS=20000`,
    'device/physfn/uevent': physfn === undefined ? undefined : `DRIVER=${driver}`,
    'bonding/mode': bonding,
    'bridge/bridge_id': bridge,
    tun_flags: tun,
  };
  for (const [file, value] of Object.entries(files)) {
    if (value !== undefined) await tree.write(`${folder}/${file}`, `${value}\n`);
  }
  if (master !== undefined) await symlink(`../${master}`, join(tree.root, folder, 'master'));
}
