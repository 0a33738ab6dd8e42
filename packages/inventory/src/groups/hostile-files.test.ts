// Group files are read from places that others may influence: whatever stands in them, only host names come out.
import { describe, expect, it } from 'vitest';
import { openInventory } from '../cluster-file/open-inventory.ts';
import { scratchFolder } from '../cluster-file/scratch-folder.test.fixture.ts';
import { HeorotError } from '../error/heorot-error.ts';
import { isHostName } from '../host-name/host-name.ts';

const HOSTILE = [
  '-oProxyCommand=touch${IFS}ran',
  '-oProxyCommand=x',
  'root@-oProxyCommand=x',
  '--',
  '$(touch ran)',
  '`touch ran`',
  'a;touch ran',
  'a|b',
  '../../etc/passwd',
  '.ssh',
  'a\u202eb',
  'a\0b',
  'a\u001b[2Jb',
  'n１',
  '"n1"',
  "'n1'",
  '@$(touch ran)',
  'n[1-2]$(id)',
  '-n[1-2]',
];

const FILES: Readonly<Record<string, (entry: string) => string>> = {
  'dsh/group/g': (entry) => `${entry}\n`,
  genders: (entry) => `${entry} g\n`,
  'inventory.ini': (entry) => `[g]\n${entry}\n`,
  'inventory.yaml': (entry) => `g: {hosts: {${JSON.stringify(entry)}: }}\n`,
  'cs/groups.conf': () => '[Main]\nautodir: $CFGDIR\n',
  'cs/x.yaml': (entry) => `s: {g: ${JSON.stringify(entry)}}\n`,
  hosts: (entry) => `10.0.0.1 ${entry}\n`,
  machines: (entry) => `${entry}\n`,
  'groups/g': (entry) => `${entry}\n`,
};

const CLUSTER = `groups: {none: x}
sources:
  dsh: {type: dsh, folder: dsh}
  genders: {type: genders, file: genders}
  ini: {type: ansible, file: inventory.ini}
  yaml: {type: ansible, file: inventory.yaml}
  cs: {type: clustershell, file: cs/groups.conf}
  hosts: {type: hosts, file: hosts}
  mpi: {type: machine-file, file: machines}
  site: {type: command, map: "cat groups/$GROUP", all: "cat groups/g"}
`;

describe('a group file that holds a hostile entry', () => {
  it.each(HOSTILE)('%j gives host names or an error, in every format', async (entry) => {
    const files = Object.fromEntries(Object.entries(FILES).map(([path, text]) => [path, text(entry)]));
    await using folder = await scratchFolder({ ...files, 'cluster.yaml': CLUSTER });
    const inventory = await openInventory({
      env: { PATH: process.env.PATH, HOME: folder.path },
      cwd: folder.path,
    });
    const outcomes: (string | undefined)[] = [];
    for (const source of inventory.sources()) {
      for (const expression of [`@${source}:g`, `@${source}:*`]) {
        const answer = await inventory.resolve(expression).catch((error: unknown) => error);
        if (answer instanceof HeorotError) outcomes.push(answer.code);
        else if (answer instanceof Error) throw answer;
        else
          outcomes.push(
            ...[...Object(answer)].filter((name) => !isHostName(name)).map((name) => `not a name: ${name}`),
          );
      }
    }
    expect(outcomes.filter((outcome) => outcome?.startsWith('not a name'))).toEqual([]);
    expect(outcomes.length).toBeGreaterThan(8);
  });
});
