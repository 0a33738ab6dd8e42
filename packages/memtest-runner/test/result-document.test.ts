// What a real run leaves behind: its JSON is that of the schema, every report can be made of it, and evidence came with it.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedLab } from '@heorot/lab';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../src/model/run-result.ts';
import { schemaFaults } from '../src/testing/schema-faults.ts';
import { headOf } from './head.fixture.ts';

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../docs/reference/memtest-runner.schema.json'), 'utf8'),
);
const head = headOf('heorot-result', (folder) => startEmbeddedLab({ folder, nodes: 2 }));
const type = (...argv: readonly string[]) => head.type(...argv).done;

describe('the result of a real run', () => {
  it('is what the schema says, with evidence and facts', async () => {
    const typed =
      'run -w n[1-2] --engines march --passes 1 --memory 32M --reserve 64M --name schema --wait --json';
    const { stdout, stderr } = await type(...typed.split(' '));
    expect(stderr).not.toMatch(/error/i);
    const result: RunResult = JSON.parse(stdout);
    expect(schemaFaults(result, schema)).toEqual([]);
    expect(result.nodes.map(({ node }) => node)).toEqual(['n1', 'n2']);
    for (const { engines, evidence, facts, bootIds } of result.nodes) {
      expect(engines.map(({ engine }) => engine)).toEqual(['march']);
      expect(evidence.readings).toBeGreaterThanOrEqual(2);
      expect(facts.memoryBytes).toBeGreaterThan(0);
      expect(bootIds).toHaveLength(1);
    }
  });

  it('is kept as it was told', async () => {
    const { stdout } = await type('report', 'schema', '--json');
    expect(schemaFaults(JSON.parse(stdout), schema)).toEqual([]);
    expect(JSON.parse(stdout).name).toBe('schema');
  });

  it('as JUnit is XML to a parser that is not ours: a case for each node and phase, and one for the node', async () => {
    const { stdout } = await type('report', 'schema', '--format', 'junit');
    const program = `import sys, xml.etree.ElementTree as tree
root = tree.parse(sys.stdin).getroot()
print(root.tag, root.get('tests'), len(root.findall('.//testcase')), len(root.findall('.//failure')))`;
    const said = execFileSync('python3', ['-c', program], { input: stdout, encoding: 'utf8' });
    expect(said.trim()).toBe('testsuites 4 4 0');
  });

  it.each(['html', 'junit', 'csv', 'terminal'])('can be told as %s', async (format) => {
    const { code, stdout } = await type('report', 'schema', '--format', format);
    expect(code).toBe(0);
    expect(stdout).toMatch(/n2|n\[1-2\]/);
  });
});
