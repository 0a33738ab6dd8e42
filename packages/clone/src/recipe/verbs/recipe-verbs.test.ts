import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CloneResult, runClone } from '../../testing/run-clone.ts';

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'heorot-recipes-'));
  await writeFile(join(cwd, 'cluster.yaml'), 'cluster: x\nnodes:\n  n[1-2]: {address: "10.0.0.[1-2]"}\n');
  await writeFile(join(cwd, 'node.ks'), 'network --hostname=@{name}\n%include accounts.ks\n');
  await writeFile(join(cwd, 'accounts.ks'), 'rootpw --lock\n');
  await writeFile(join(cwd, 'bad.ks'), 'part / --size=big\n%include absent.ks\n');
});
afterAll(() => rm(cwd, { recursive: true }));

const clone = (...argv: string[]): Promise<CloneResult> => runClone(argv, { cwd, env: { NO_COLOR: '1' } });

describe('recipe check', () => {
  it('accepts with 0, rejects with 3, and goes on after a file that is not there', async () => {
    expect(await clone('recipe', 'check', 'node.ks')).toMatchObject({
      code: 0,
      stdout: 'node.ks: accepted as RHEL9\n',
    });
    const { code, stdout } = await clone('recipe', 'check', 'absent', 'bad.ks', 'node.ks', '--syntax', 'F41');
    expect(code).toBe(3);
    expect(stdout).toContain("bad.ks:1:8: error: --size takes a whole number, not 'big' [option-value]");
    expect(stdout).toContain("bad.ks:2:1: error: no file 'absent.ks' to include");
    expect(stdout).toMatch(/^absent: rejected: 1 error$/m);
    expect(stdout).toMatch(/node\.ks: accepted as F41\n$/);
  });

  it('says on request what an image deployment makes of it', async () => {
    await writeFile(join(cwd, 'url.ks'), 'url --url=http://mirror/\n');
    expect((await clone('recipe', 'check', 'url.ks')).code).toBe(0);
    expect((await clone('recipe', 'check', 'url.ks', '--image')).code).toBe(3);
  });

  it('gives findings as JSON, and reads standard input', async () => {
    const { code, stdout } = await clone('recipe', 'check', '-', 'bad.ks', '--json');
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject([
      { file: '<stdin>', accepted: true, findings: [] },
      { file: 'bad.ks', syntax: 'RHEL9', accepted: false, findings: [{ line: 1, column: 8 }, { line: 2 }] },
    ]);
  });
});

describe('recipe render and flatten', () => {
  it('fill in what the inventory says of the node', async () => {
    const { stdout } = await clone('recipe', 'render', 'node.ks', 'n2');
    expect(stdout).toBe('network --hostname=n2\nrootpw --lock\n');
    const preseed = await clone('recipe', 'render', 'node.ks', 'n2', '--to', 'preseed');
    expect(preseed.stdout).toContain('d-i netcfg/hostname string n2');
  });

  it('leave variables alone where no node is named', async () => {
    expect((await clone('recipe', 'flatten', 'node.ks')).stdout).toContain('--hostname=@{name}');
    expect((await clone('recipe', 'flatten', 'node.ks', '--node', 'n1')).stdout).toContain('--hostname=n1');
  });

  it('write nothing of a recipe with errors', async () => {
    expect(await clone('recipe', 'flatten', 'bad.ks')).toMatchObject({ code: 3, stdout: '' });
    expect(await clone('recipe', 'render', 'bad.ks', 'n1')).toMatchObject({ code: 3, stdout: '' });
    expect((await clone('recipe', 'render', 'node.ks', 'n[1-2]')).code).toBe(2);
  });
});
