// The umbrella: the tour, the lab, installation; `heorot dsh ...` and `heorot nodes ...` are the tools themselves.
import type { Tool } from '@heorot/cli';
import { demoVerb } from './demo/demo-verb.ts';
import { installVerb } from './install/install-verb.ts';
import { labVerbs } from './lab/lab-verbs.ts';

export const tool: Tool = {
  name: 'heorot',
  summary: 'cluster admin tools: dsh, nodes and a rehearsal cluster',
  description:
    'heorot TOOL ... is the same as TOOL ...: dsh runs commands on nodegroups, nodes answers questions about node sets and groups, heorot lab is a rehearsal cluster on this machine.',
  verbs: { demo: demoVerb, ...labVerbs, install: installVerb },
  seeAlso: ['dsh(1)', 'nodes(1)'],
};
