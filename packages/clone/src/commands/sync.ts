// `clone sync`: nodes become what an image is, by the files that differ: those that run, and those in rescue.
import { connectionFlags, defineFlags, defineVerb, outputFlags, selectionFlags } from '@heorot/cli';

const group = 'Sync';
const example = 'clone sync base -w n[1-2] --root mirror --unprivileged';

const flags = defineFlags({
  ...selectionFlags,
  'dry-run': {
    kind: 'switch',
    summary: 'say what would change on each node, and stop',
    group: 'Consent',
    example: `${example} --dry-run`,
  },
  yes: { kind: 'switch', summary: 'do not ask', group: 'Consent', example: `${example} --yes` },
  overwrite: {
    kind: 'switch',
    summary: 'replace as well what was changed on the node itself; identity is never touched',
    group,
    example: `${example} --overwrite --yes`,
  },
  'exclude-path': {
    kind: 'list',
    value: 'GLOB',
    summary: 'leave these as they are, from the root: opt/data/** (repeatable)',
    group,
    example: `${example} --exclude-path 'usr/share/**' --dry-run`,
  },
  from: {
    kind: 'text',
    value: 'URL',
    summary:
      'nodes fetch new files there themselves: clone serve, or any HTTP server that hands out the image store; without it, and where that fails, over ssh',
    group,
    example: `${example} --from http://127.0.0.1:8080 --dry-run`,
  },
  root: {
    kind: 'text',
    value: 'DIR',
    default: '/',
    summary:
      'the folder on the nodes that is the root: a system that does not run and is mounted there, as in clone rescue; its own programs do the work',
    group,
    example: `${example} --dry-run`,
  },
  unprivileged: {
    kind: 'switch',
    summary:
      'without being root: owners are left as they are, and the programs of the node itself do the work',
    group,
    example: `${example} --dry-run`,
  },
  fanout: connectionFlags.fanout,
  user: connectionFlags.user,
  'ssh-config': connectionFlags['ssh-config'],
  transport: connectionFlags.transport,
  color: outputFlags.color,
  json: outputFlags.json,
});

export const sync = defineVerb({
  summary: 'bring nodes to an image: only files that differ move',
  description:
    'Three trees are compared: the node, the image it was made from (/etc/heorot/image), and the image it is to have. Files that are as the old image had them are replaced; what was changed on the node is kept and named; identity (host keys, machine-id, network, fstab, keys, grub.cfg) and what no image owns is never touched. New files are laid beside their ends first, then renamed one by one: folders, libraries, programs, the kernel last. A kernel that the new image no longer has stays. With --from, nodes fetch new files by HTTP, each held against its hash in the signed manifest; over ssh goes only what names them. With --root, nodes that no longer boot are brought there as well: from clone rescue, with the disk mounted. Interrupted, it says what became of each node; each file is the old or the new one.',
  operands: { kind: 'any', name: 'IMAGE', summary: 'the image: base, or base@2' },
  flags,
  examples: [
    { command: `${example} --dry-run`, summary: 'what would change?' },
    {
      command: 'clone sync base -w n1 --root /mnt --dry-run',
      summary: 'n1 is in clone rescue, its disk is mounted on /mnt',
    },
  ],
  run: async ({ flags: given, operands }, context) =>
    (await import('../sync/sync-nodes.ts')).syncNodes(operands, given, context),
});
export type SyncFlags = typeof flags;
