import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loopbackBlock } from '../plan/loopback-block.ts';
import { planNodes } from '../plan/node-plan.ts';
import { clusterFileText } from './cluster-file.ts';
import { foldIndexes } from './fold-indexes.ts';

describe('the cluster file of a lab', () => {
  it('names groups and racks, and pairs names with addresses', () => {
    const nodes = planNodes(8, (index) => `198.18.7.${index}`);
    expect(parse(clusterFileText({ name: 'rehearsal', user: 'root', port: 22, nodes }))).toEqual({
      cluster: 'rehearsal',
      defaults: { user: 'root', port: 22, identity: 'keys/id_ed25519', knownHosts: 'known_hosts' },
      nodes: {
        'n[1-4]': { address: '198.18.7.[1-4]', rack: 'rack1', labels: { role: 'compute' } },
        n5: { address: '198.18.7.5', rack: 'rack2', labels: { role: 'compute' } },
        'n[6-7]': { address: '198.18.7.[6-7]', rack: 'rack2', labels: { role: 'storage' } },
        n8: { address: '198.18.7.8', rack: 'rack2', labels: { role: 'login' } },
      },
      groups: { compute: 'n[1-5]', storage: 'n[6-7]', login: 'n8', rack1: 'n[1-4]', rack2: 'n[5-8]' },
    });
  });

  it('begins a new entry where a network ends', () => {
    const nodes = planNodes(
      600,
      loopbackBlock(600, () => 0),
    );
    const entries = Object.keys(parse(clusterFileText({ name: 'x', user: 'root', port: 22, nodes })).nodes);
    expect(entries).toEqual(['n[1-254]', 'n[255-300]', 'n[301-449]', 'n[450-508]', 'n[509-599]', 'n600']);
  });
});

it.each([
  [[7], '7'],
  [[1, 2, 3], '[1-3]'],
  [[1, 3, 4, 9], '[1,3-4,9]'],
])('folds %j', (indexes, text) => {
  expect(foldIndexes(indexes)).toBe(text);
});
