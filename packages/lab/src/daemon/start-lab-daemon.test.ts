import { readFileSync } from 'node:fs';
import { access, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runOn } from '../embedded/client.test.fixture.ts';
import { markedProcesses } from '../embedded/marked-processes.ts';
import { readRecord, recordPath, writeRecord } from './daemon-record.ts';
import { endLab } from './end-lab.ts';
import { openLab, type RunningLab } from './open-lab.ts';
import { socketPath } from './protocol.ts';
import { startLabDaemon } from './start-lab-daemon.ts';

let folder: string;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'heorot-lab-')), 'lab');
});

afterEach(async () => {
  await endLab(folder);
  await rm(join(folder, '..'), { recursive: true });
});

function up(kind: 'embedded' | 'namespaces' = 'embedded', nodes = 2): Promise<RunningLab> {
  const program = join(import.meta.dirname, 'daemon.test.fixture.ts');
  const command = [process.execPath, '--conditions=heorot-src', program] as const;
  return startLabDaemon({
    folder,
    kind,
    nodes,
    name: 'rehearsal',
    firmware: 'bios',
    builtIn: false,
    command: [...command],
  });
}

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

function programOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
}

async function crash(lab: RunningLab): Promise<void> {
  process.kill(lab.pid, 'SIGKILL');
  await expect
    .poll(() => openLab(folder).catch((error: { code: string }) => error.code))
    .toBe('lab-not-running');
}

describe('a lab in the background', () => {
  it('answers once it is started, and is private to its owner', async () => {
    const lab = await up();
    expect(String((await runOn(lab, 'n2', 'hostname')).stdout)).toBe('n2\n');
    expect(await modeOf(folder)).toBe('700');
    expect(await modeOf(socketPath(folder))).toBe('600');
  });

  it('takes faults from any process, and remembers them', async () => {
    await up();
    const lab = await openLab(folder);
    await lab.fault('n1', { kind: 'kill' });
    await lab.fault('n2', { kind: 'slow', delayMs: 1 });
    const conditions = (await openLab(folder)).nodes.map(({ name, condition }) => `${name} ${condition}`);
    expect(conditions).toEqual(['n1 killed', 'n2 slow']);
    await expect(lab.fault('n9', { kind: 'kill' })).rejects.toMatchObject({ code: 'lab-node-unknown' });
  });

  it('is not started twice', async () => {
    await up();
    await expect(up()).rejects.toMatchObject({ code: 'lab-running' });
  });

  it('tells why it cannot start, and leaves nothing behind', async () => {
    await expect(up('namespaces', 251)).rejects.toMatchObject({ code: 'lab-too-large' });
    await expect(access(folder)).rejects.toThrow('ENOENT');
  });

  it('goes with its processes and its folder', async () => {
    const lab = await up();
    const token = (await readRecord(folder))?.token;
    await runOn(lab, 'n1', 'setsid sleep 600 >/dev/null 2>&1 </dev/null &');
    await expect.poll(async () => (await markedProcesses(`${token}/`)).length, { timeout: 10_000 }).toBe(1);
    expect(await endLab(folder)).toBe('ended');
    expect(await markedProcesses(`${token}/`)).toEqual([]);
    await expect(access(folder)).rejects.toThrow('ENOENT');
    expect(await endLab(folder)).toBe('none');
  });
});

describe('what is left of a lab that crashed', () => {
  it('is noticed, and cleaned up by the next start', async () => {
    const lab = await up();
    const token = (await readRecord(folder))?.token;
    await runOn(lab, 'n1', 'setsid sleep 600 >/dev/null 2>&1 </dev/null &');
    // Not before it is what it will stay: a process has no environment to be known by while it becomes another program.
    const programs = async () => (await markedProcesses(`${token}/`)).map(programOf);
    await expect.poll(programs, { timeout: 10_000 }).toEqual(['sleep']);
    await crash(lab);
    const next = await up();
    expect(await markedProcesses(`${token}/`)).toEqual([]);
    expect((await runOn(next, 'n1', 'hostname')).code).toBe(0);
  });

  it('is cleaned up on demand', async () => {
    await crash(await up());
    expect(await endLab(folder)).toBe('cleaned');
  });

  it('never lets a stranger be ended that has the process id now', async () => {
    await up().then(crash);
    const { pid } = process;
    await writeRecord(folder, {
      pid,
      token: 'of-the-dead-lab',
      kind: 'embedded',
      startedAt: new Date(0).toISOString(),
    });
    expect(await endLab(folder)).toBe('cleaned');
    expect(process.kill(pid, 0)).toBe(true);
  });

  it('is nothing of ours without a record that can be read', async () => {
    await up().then(crash);
    await writeFile(recordPath(folder), '{"pid": 1}');
    expect(await endLab(folder)).toBe('none');
    await expect(access(folder)).resolves.toBeUndefined();
  });
});
