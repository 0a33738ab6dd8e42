// The flags that decide what a plan is: the same for `clone plan` and `clone deploy`, or the digest would not agree.
import { defineFlags, selectionFlags } from '@heorot/cli';

export const planFlags = defineFlags({
  ...selectionFlags,
  recipe: {
    kind: 'text',
    value: 'FILE',
    complete: 'files',
    summary: 'a kickstart file; without one the storage of the golden node, else the whole disk',
    description:
      'Disks, accounts, network, services and scripts of the nodes. @{name}, @{address}, @{rack} and labels of the node are filled in.',
    group: 'Plan',
    example: 'clone plan base -w n[1-4] --recipe node.ks',
  },
  'authorized-keys': {
    kind: 'text',
    value: 'FILE',
    complete: 'files',
    summary: 'public keys that may log in; without it ~/.ssh/*.pub',
    group: 'Plan',
    example: 'clone plan base -w n1 --authorized-keys key.pub',
  },
  'erase-members': {
    kind: 'switch',
    summary: 'members of md, LVM, ZFS or multipath may be erased',
    group: 'Plan',
    example: 'clone plan base -w n1 --erase-members',
  },
  power: {
    kind: 'choice',
    choices: ['auto', 'ipmi', 'redfish', 'command', 'none'],
    default: 'auto',
    value: 'DRIVER',
    summary: 'how the nodes are powered; auto is ipmi where the cluster file names a bmc',
    group: 'Plan',
    example: 'clone plan base -w n1 --power none',
  },
});
