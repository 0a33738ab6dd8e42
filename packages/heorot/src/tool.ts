// The umbrella: the tour, the lab, installation; `heorot dsh ...` is dsh itself, and so for every tool.
import type { Tool } from '@heorot/cli';
import { demoVerb } from './demo/demo-verb.ts';
import { installVerb } from './install/install-verb.ts';
import { labVerbs } from './lab/lab-verbs.ts';
import { toolSummaries } from './tool-summaries.ts';

export const tool: Tool = {
  name: 'heorot',
  summary: 'tools for the people who run Linux clusters, and a rehearsal cluster',
  description:
    'heorot TOOL ... is the same as TOOL ... for each of the tools below. heorot lab is a rehearsal cluster on this machine, on which all of them work at once; heorot demo is a tour of it.',
  tools: Object.entries(toolSummaries).map(([name, summary]) => ({ name, summary })),
  verbs: { demo: demoVerb, ...labVerbs, install: installVerb },
  seeAlso: Object.keys(toolSummaries).map((name) => `${name}(1)`),
};
