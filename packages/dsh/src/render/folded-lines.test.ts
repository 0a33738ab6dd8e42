import { describe, expect, it } from 'vitest';
import { FoldedLines } from './folded-lines.ts';

function lines(each = false) {
  const said: string[] = [];
  return { said, folded: new FoldedLines({ each, say: (nodes, text) => said.push(`${nodes}: ${text}`) }) };
}
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('lines about nodes', () => {
  it('are said as they come where they are few, and nothing again at the end', () => {
    const { said, folded } = lines();
    for (const i of range(1, 8)) folded.add(`n${i}`, 'exit 1');
    folded.add('n9', 'exit 2');
    expect(said.length).toBe(9);
    folded.end();
    expect(said.length).toBe(9);
  });

  it('are told together at the end where many are alike, every node by name', () => {
    const { said, folded } = lines();
    for (const i of range(1, 500)) folded.add(`n${i}`, 'exit 1');
    expect(said.length).toBe(9);
    expect(said[8]).toBe('n9: exit 1; more like this are told together at the end (-v: one by one)');
    folded.end();
    expect(said.slice(9)).toEqual(['n[1-500] (500): exit 1']);
  });

  it('are alike where only names, addresses and fingerprints differ; their reason stays whole', () => {
    const { said, folded } = lines();
    for (const i of range(1, 20)) {
      folded.add(`n${i}`, `unreachable: connection refused: 10.1.0.${i} port 22`);
      folded.add(`m${i}`, `host key of m${i} is not known: ssh-ed25519 SHA256:abc+/${i}`);
      folded.add(`o${i}`, `name not found: o${i}.cluster, o${i}`);
    }
    folded.end();
    expect(said.slice(-3)).toEqual([
      'n[1-20] (20): unreachable: connection refused: 10.1.0.[1-20] port 22',
      'm[1-20] (20): host key of m[1-20] is not known: ssh-ed25519 SHA256:...',
      'o[1-20] (20): name not found: o[1-20].cluster, o[1-20]',
    ]);
  });

  it('are not alike where a number differs', () => {
    const { said, folded } = lines();
    for (const i of range(1, 20)) folded.add(`n${i}`, `exit ${(i % 2) + 1}`);
    folded.end();
    expect(said.slice(-2)).toEqual([
      'n[1,3,5,7,9,11,13,15,17,19] (10): exit 2',
      expect.stringMatching(/exit 1$/),
    ]);
  });

  it('stay few however many reasons there are, and every node is named', () => {
    const { said, folded } = lines();
    for (const i of range(1, 1000)) folded.add(`n${i}`, `trouble ${i}`);
    folded.end();
    expect(said.length).toBe(21);
    expect(said.at(-1)).toBe('n[21-1000] (980): each for a reason of its own (-v tells them, and --json)');
  });

  it('begin anew after the end, as the prompt wants it', () => {
    const { said, folded } = lines();
    for (const _ of range(1, 2)) {
      for (const i of range(1, 10)) folded.add(`n${i}`, 'exit 1');
      folded.end();
    }
    expect(said.filter((line) => line === 'n[1-10] (10): exit 1').length).toBe(2);
  });

  it('are one line a node with -v', () => {
    const { said, folded } = lines(true);
    for (const i of range(1, 500)) folded.add(`n${i}`, 'exit 1');
    folded.end();
    expect(said.length).toBe(500);
  });

  it('are told of names that are no node names, as earlier output may have them', () => {
    const { said, folded } = lines();
    for (const i of range(1, 10)) folded.add(`-odd ${i}(`, 'exit 1');
    folded.end();
    expect(said.at(-1)).toMatch(/^-odd 1\(,.*\(10\): exit 1$/);
  });
});
