// clone as the command line sees it: recipes, images, the boot service, deployments.
import type { Tool } from '@heorot/cli';

export const tool: Tool = {
  name: 'clone',
  summary: 'turns bare machines into nodes of the cluster',
  description:
    'Captures a golden node as an image, or takes a kickstart recipe, and gives back nodes that boot from their own disks, each with its own identity.',
  verbs: {},
  exitCodes: [
    { code: '0', summary: 'all asked for was done and found good' },
    { code: '1', summary: 'a deployment failed, or an image or recipe is bad' },
    { code: '2', summary: 'usage' },
    { code: '3', summary: 'inventory or configuration' },
    { code: '4', summary: 'a node could not be reached or timed out' },
    { code: '130', summary: 'interrupted' },
  ],
  seeAlso: ['dsh(1)', 'nodes(1)', 'heorot(1)'],
};
