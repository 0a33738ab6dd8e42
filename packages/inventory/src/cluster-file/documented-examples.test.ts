// The YAML that the documentation shows is what the tools accept.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { buildNodeTable } from './node-table.ts';
import { parseClusterFile } from './read-cluster-file.ts';

const docs = new URL('../../../../docs/', import.meta.url);

describe('each YAML example of', () => {
  it.each(['reference/cluster-file.md', 'howto/group-sources.md', 'guide/your-cluster.md'])(
    '%s is a cluster file',
    async (page) => {
      const text = await readFile(new URL(page, docs), 'utf8');
      const examples = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, example = '']) => example);
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) {
        const file = await parseClusterFile(example, page, '/home/me');
        expect(Object.keys(file.content).length).toBeGreaterThan(0);
        expect(buildNodeTable(file)).toBeInstanceOf(Map);
      }
    },
  );
});
