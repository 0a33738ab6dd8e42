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
  via: {
    kind: 'choice',
    choices: ['network', 'kexec'],
    default: 'network',
    value: 'WAY',
    summary: 'how nodes come into the boot environment; kexec: from the system that runs on them',
    description:
      'network: their firmware loads it. kexec: clone serve brings it to them over ssh, as root, and starts it there; no PXE, DHCP or power control is needed, and the ssh connection vouches for the machine (--trust is not asked for). Nodes that cannot are refused in the plan.',
    group: 'Plan',
    example: 'clone plan base -w n1 --via kexec',
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
