// The built dsh as its users meet it: in pipes, with a full disk, interrupted, flooded. Needs root for the full disk.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type EmbeddedLab, startEmbeddedLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const bin = join(import.meta.dirname, '../../heorot/dist/bin/dsh.js');
let folder: string;
let lab: EmbeddedLab;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-built-dsh-'));
  lab = await startEmbeddedLab({ folder: join(folder, 'lab'), nodes: 4 });
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function environment(state = join(folder, 'state')): NodeJS.ProcessEnv {
  return { ...process.env, HEOROT_CLUSTER: lab.clusterFile, XDG_STATE_HOME: state };
}

/** A shell line in which `dsh` is the built tool; the shell's exit code is that of the first part of the pipe. */
function shell(line: string, env = environment()): ChildProcess {
  const dsh = `'${process.execPath}' '${bin}'`;
  const script = `set -o pipefail; dsh() { ${dsh} "$@"; }; ${line}`;
  return spawn('bash', ['-c', script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function run(
  line: string,
  env?: NodeJS.ProcessEnv,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = shell(line, env);
  const ended = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)));
  const { stdout: out, stderr: err } = child;
  if (out === null || err === null) throw new Error('no pipes');
  const [stdout, stderr, code] = await Promise.all([text(out), text(err), ended]);
  return { code, stdout, stderr };
}

/** Processes on this machine (the embedded nodes are here) whose command line holds the marker. */
function running(marker: string): number {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(marker);
      } catch {
        return false;
      }
    }).length;
}

async function until(holds: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 300 && !holds(); tries++)
    await new Promise((resolve) => setTimeout(resolve, 50));
  return holds();
}

describe('the built dsh', () => {
  it('ends quietly, the nodes too, when its reader has seen enough', async () => {
    const { code, stdout, stderr } = await run("dsh -q -a 'yes head-marker-4711' | head -2");
    expect(stdout.split('\n').filter((line) => line.includes(': head-marker-4711'))).toHaveLength(2);
    expect({ code, stderr }).toEqual({ code: 141, stderr: '' });
    expect(await until(() => running('yes head-marker-4711') === 0)).toBe(true);
  });

  it('passes a hundred megabytes through a pipe, byte for byte', async () => {
    const flood = 'yes "a line of text" | head -c 100000000';
    const expected = createHash('sha256')
      .update(execFileSync('sh', ['-c', flood], { maxBuffer: 2e8 }))
      .digest('hex');
    const { code, stdout } = await run(`dsh -q -n -N -w n1 '${flood}' | sha256sum`);
    expect({ code, digest: stdout.split(' ')[0] }).toEqual({ code: 0, digest: expected });
  });

  it('ends what runs on the nodes when it is interrupted', async () => {
    const child = shell(
      "exec '" + process.execPath + "' '" + bin + "' -n -a 'echo up; sleep 4712; echo never'",
    );
    let up = 0;
    child.stdout?.on('data', (data: Buffer) => (up += data.toString().split('up').length - 1));
    expect(await until(() => up === 4)).toBe(true);
    const ended = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)));
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(await until(() => running('sleep 4712') === 0)).toBe(true);
  });

  it('says so when the disk is full, and does not lose the run to a full history', async () => {
    const full = join(folder, 'full');
    mkdirSync(full);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', full]);
    try {
      const kept = await run(`dsh -n -a --out-dir '${full}' 'yes | head -c 1000000'`);
      expect(kept.code).toBe(3);
      expect(kept.stderr).toMatch(/cannot keep the output of n\d: .*ENOSPC.*\n.*check the free space/);
      const ran = await run('dsh -n -w n1 hostname', environment(join(full, 'state')));
      expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 0, stdout: 'n1: n1\n' });
      expect(ran.stderr).toContain('this run is not in the history');
    } finally {
      execFileSync('umount', [full]);
    }
  });

  it('serves a loop that reads its own input', async () => {
    const { stdout } = await run(
      "printf 'n1\\nn2\\nn3\\n' | while read -r node; do dsh -q -n -w $node hostname; done",
    );
    expect(stdout).toBe('n1: n1\nn2: n2\nn3: n3\n');
  });
});
