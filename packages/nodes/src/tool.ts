// The tool `nodes`: one verb a question.
import type { Tool } from '@heorot/cli';
import { audit } from './commands/audit.ts';
import { check } from './commands/check.ts';
import { count } from './commands/count.ts';
import { discover } from './commands/discover.ts';
import { expand } from './commands/expand.ts';
import { exportVerb } from './commands/export.ts';
import { fold } from './commands/fold.ts';
import { groups } from './commands/groups.ts';
import { importVerb } from './commands/import.ts';
import { list } from './commands/list.ts';
import { nodeset } from './commands/nodeset.ts';
import { pick } from './commands/pick.ts';
import { show } from './commands/show.ts';
import { trust } from './commands/trust.ts';

export const tool: Tool = {
  name: 'nodes',
  summary: 'answers every question about node sets and groups',
  description:
    'Folds, expands, counts and computes node sets; lists groups of every source; shows, checks, imports and exports the inventory; records host keys; asks nodes what they are made of, and what is open on them; names the least loaded.',
  verbs: {
    '': nodeset,
    expand,
    fold,
    count,
    list,
    groups,
    show,
    check,
    import: importVerb,
    export: exportVerb,
    trust,
    discover,
    audit,
    pick,
  },
  exitCodes: [
    { code: '0', summary: 'all asked for was done and found good' },
    { code: '1', summary: 'something a node showed is bad: a changed host key, a finding of an audit' },
    { code: '2', summary: 'usage' },
    { code: '3', summary: 'inventory or configuration, a malformed node set, an unknown group' },
    { code: '4', summary: 'a node could not be reached or timed out' },
    { code: '130', summary: 'interrupted' },
  ],
  seeAlso: ['dsh(1)', 'heorot(1)'],
};
