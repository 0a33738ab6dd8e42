// What the modes that run nothing write with --json is what docs/reference/dsh.schema.json says.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { schemaFaults } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDsh } from '../testing/run-dsh.ts';

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../docs/reference/dsh.schema.json'), 'utf8'),
);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-dsh-documents-'));
  await writeFile(join(folder, 'cluster.yaml'), 'nodes: {here: {transport: local}}\n', { mode: 0o600 });
  await writeFile(join(folder, 'greet.sh'), 'exit 3\n');
  await dsh('-a', '--env', 'A=1', '--cwd', '/', '--expand', '-f', '3', '--', 'exit', '3');
  await dsh('--retry', '--env', 'A=1');
  await dsh('-a', '--script', 'greet.sh', 'now');
  await dsh('-a', '--copy', 'greet.sh', '--dest', join(folder, 'there'));
});
afterAll(() => rm(folder, { recursive: true }));

const dsh = (...argv: readonly string[]) => runDsh(argv, { cwd: folder, env: { XDG_STATE_HOME: folder } });
const faults = (value: unknown, definition: string): readonly string[] => [
  ...schemaFaults(value, schema),
  ...schemaFaults(value, { $ref: `#/$defs/${definition}` }, schema),
];

describe('the JSON schema of dsh', () => {
  it('describes the history, as one document and line by line', async () => {
    const { stdout } = await dsh('--history', '--json');
    const document = JSON.parse(stdout);
    expect(faults(document, 'history')).toEqual([]);
    expect(document.runs).toMatchObject([
      { command: 'exit 3', good: 0, recipe: { environment: ['A'], expand: true } },
      { command: 'exit 3', retryOf: 1 },
      { command: `--script ${join(folder, 'greet.sh')} now` },
      { recipe: { kind: 'copy', destination: join(folder, 'there') }, good: 1 },
    ]);
    const lines = (await dsh('--history', '--ndjson')).stdout.trimEnd().split('\n');
    expect(lines.flatMap((line) => faults(JSON.parse(line), 'recorded'))).toEqual([]);
    expect(lines.length).toBe(4);
  });

  it.each([
    ['a run of the history', ['--show', '1', '--json'], 'run'],
    ['how nodes would be reached', ['-a', '--explain', '--json'], 'explanation'],
    ['what would be run', ['-a', '--dry-run', '--json', 'true'], 'plan'],
    ['that nothing is held', ['holder', 'status', '--json'], 'held'],
  ])('describes %s', async (_, argv, definition) => {
    const { code, stdout } = await dsh(...argv);
    expect({ code, faults: faults(JSON.parse(stdout), definition) }).toEqual({ code: 0, faults: [] });
  });
});
