// `clone capture`: a running golden node becomes an image.
import { connectionFlags, defineFlags, defineVerb, outputFlags, selectionFlags } from '@heorot/cli';

const group = 'Image';
const golden = 'clone capture n1 --name base --root . --unprivileged';

export const captureFlags = defineFlags({
  name: {
    kind: 'text',
    value: 'NAME',
    summary: 'name of the image: base gets the next number (base@1), base@7 is that version',
    group,
    example: golden,
  },
  root: {
    kind: 'text',
    value: 'DIR',
    default: '/',
    complete: 'folders',
    summary: 'the folder on the node that is the root of the image',
    group,
    example: golden,
  },
  exclude: {
    kind: 'list',
    value: 'GLOB',
    summary: 'leave these out as well, from the root: opt/data/** (repeatable)',
    group,
    example: `${golden} --exclude 'scratch/**'`,
  },
  include: {
    kind: 'list',
    value: 'GLOB',
    summary: 'take these although a rule leaves them out (repeatable); clone image check names them',
    group,
    example: `${golden} --include 'var/log/**'`,
  },
  live: {
    kind: 'switch',
    summary: 'read files as they are while the node writes: no snapshot, nothing frozen',
    group,
    example: `${golden} --live`,
  },
  unprivileged: {
    kind: 'switch',
    summary: 'take what the remote user can read, without being root',
    group,
    example: golden,
  },
  cluster: selectionFlags.cluster,
  user: connectionFlags.user,
  'ssh-config': connectionFlags['ssh-config'],
  transport: connectionFlags.transport,
  color: outputFlags.color,
  json: outputFlags.json,
});

export const capture = defineVerb({
  summary: 'make an image of a running golden node',
  description:
    'Reads the files of the node over ssh as GNU tar hands them out, with owners, ACLs, extended attributes, capabilities, hard links and holes. Each file system is read from a snapshot where it lies on btrfs or LVM with room for one; else it is frozen where the node can do without writing to it, for ten minutes at most; else it is read live; the output and clone image show say which. Nothing of that stays on the node, not even when the connection breaks. Left out by rule: host keys, machine-id, leases, logs, random seeds, authorized keys, secrets (clone image show lists them). Recorded: kernel, firmware, file systems, packages, the answers given at installation, and files that changed while they were read. The image appears when it is complete, signed by this head. A capture that is interrupted leaves no image; the next one fetches what is still missing.',
  operands: { kind: 'any', name: 'NODE', summary: 'the golden node', complete: 'nodes' },
  flags: captureFlags,
  examples: [{ command: golden, summary: 'a folder of a node, as its user can read it' }],
  run: async ({ flags, operands }, context) =>
    (await import('../capture/capture-node.ts')).captureNode(operands, flags, context),
});
export type CaptureFlags = typeof captureFlags;
