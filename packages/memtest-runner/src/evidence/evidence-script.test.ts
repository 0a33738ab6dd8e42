// The script that nodes run, in every shell that this machine has, over trees that stand for machines.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type MachineTree, machineTree, twoSocketServer } from '../testing/machine-tree.ts';
import { readEcc } from './edac.ts';
import { type EvidenceReading, parseEvidence } from './evidence-reading.ts';
import { evidenceScript } from './evidence-script.ts';
import { factsOf } from './facts-of.ts';
import { readOomKills, readPressureSeconds, readStealSeconds } from './kernel-counters.ts';
import { textAt } from './system-tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'heorot-evidence-'));
const script = join(folder, 'evidence.sh');
writeFileSync(script, evidenceScript());
afterAll(() => rmSync(folder, { recursive: true }));

const shells = [['sh'], ['dash'], ['bash', '--posix'], ['busybox', 'sh']].filter(
  ([program = '']) => spawnSync(program, ['-c', 'true']).status === 0,
);

function told(shell: readonly string[], tree: MachineTree, mode = 'full', keep = true): EvidenceReading {
  const [program = '', ...args] = shell;
  const env = { PATH: process.env['PATH'], root: tree.root, ...(keep ? { keep: tree.keep } : {}) };
  const { status, stdout, stderr } = spawnSync(program, [...args, script, mode], { env, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.split('\n')).toHaveLength(2);
  const reading = parseEvidence(stdout);
  if (reading === null) throw new Error(`not evidence: ${stdout}`);
  return reading;
}

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))(
  'in %s the evidence script',
  (_, shell) => {
    it('tells what a server is and what it counts, in one line', async () => {
      await using tree = await machineTree(twoSocketServer);
      const reading = told(shell, tree);
      expect(factsOf(reading)).toEqual({
        serial: 'S291234X8A00001',
        product: 'Supermicro SYS-6029P-TRT',
        bios: '3.4 10/30/2020',
        cpuModel: 'Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz',
        cpus: 8,
        sockets: 2,
        microcode: '0x5003604',
        kernel: '6.1.0-18-amd64',
        memoryBytes: 263841234 * 1024,
        virtual: false,
        dimms: null,
      });
      expect(readEcc(reading.files)?.dimms).toMatchObject([{ corrected: 4 }, { corrected: 0 }]);
      expect(reading).toMatchObject({
        uptimeSeconds: 1000.5,
        mhz: { lowest: 2100, mean: 2450, highest: 2800 },
        temperatures: [{ sensor: 'coretemp (hwmon1)', highestCelsius: 61 }],
      });
      expect(readOomKills(reading.files)).toBe(3);
      expect(readStealSeconds(reading.files)).toBe(8);
      expect(readPressureSeconds(reading.files, 'cpu')).toBe(5);
    });

    it('counts throttling once a core and once a package', async () => {
      await using tree = await machineTree(twoSocketServer);
      expect(told(shell, tree).throttle).toEqual({ events: 4 * 5 + 2 * 7, milliseconds: 4 * 10 });
    });

    it('brings the DMI table byte by byte', async () => {
      const table = Uint8Array.from({ length: 700 }, (_, at) => at % 256);
      await using tree = await machineTree({ '/sys/firmware/dmi/tables/DMI': table });
      expect([...(told(shell, tree).files.get('/sys/firmware/dmi/tables/DMI') ?? [])]).toEqual([...table]);
    });

    it('tells in brief only what has changed', async () => {
      await using tree = await machineTree(twoSocketServer);
      told(shell, tree);
      const counter = '/sys/devices/system/edac/mc/mc0/dimm3/dimm_ce_count';
      await tree.write({ [counter]: 9 });
      expect([...told(shell, tree, 'brief').files.keys()]).toEqual([counter]);
      expect([...told(shell, tree, 'brief').files.keys()]).toEqual([]);
    });

    it('tells each line of the kernel log once, and none from before the run', async () => {
      await using tree = await machineTree(twoSocketServer);
      const lines = () => told(shell, tree, 'brief').kernelLog?.lines.map(({ text }) => text);
      expect(lines()).toEqual([]);
      await tree.write({
        '/dev/kmsg':
          '4,101,2000000,-;EDAC MC0: 1 CE before the run\n6,102,3000000,-;eth0: link up\n4,103,4000000,-;EDAC MC0: 1 CE; "quoted"; \\x1b\n SUBSYSTEM=edac',
      });
      expect(lines()).toEqual(['EDAC MC0: 1 CE; "quoted"; \\x1b']);
      expect(lines()).toEqual([]);
    });

    it('says that lines are missing when the ring has moved on', async () => {
      await using tree = await machineTree(twoSocketServer);
      expect(told(shell, tree).kernelLog).toMatchObject({ lastSequence: 101, gap: false });
      await tree.write({ '/dev/kmsg': '4,900,2000000,-;mce: [Hardware Error]: Machine check events logged' });
      expect(told(shell, tree).kernelLog).toMatchObject({ lastSequence: 900, gap: true, count: 1 });
    });

    it('tells the whole log of another boot', async () => {
      await using tree = await machineTree(twoSocketServer);
      told(shell, tree);
      await tree.write({
        '/proc/sys/kernel/random/boot_id': 'another',
        '/dev/kmsg': '4,3,1000,-;EDAC MC0: early',
      });
      expect(told(shell, tree).kernelLog?.lines).toMatchObject([{ sequence: 3, text: 'EDAC MC0: early' }]);
    });

    it('cuts a flood of lines and goes on counting', async () => {
      await using tree = await machineTree(twoSocketServer);
      told(shell, tree);
      const flood = Array.from(
        { length: 500 },
        (_, at) => `4,${200 + at},1,-;EDAC MC0: ${'x'.repeat(900)}`,
      ).join('\n');
      await tree.write({ '/dev/kmsg': flood });
      const log = told(shell, tree).kernelLog;
      expect(log).toMatchObject({ count: 500, lastSequence: 699 });
      expect(log?.lines).toHaveLength(100);
      expect(log?.lines[0]?.text).toHaveLength(300);
    });

    it('prints JSON whatever a board calls its slots', async () => {
      const labels = [
        '"',
        '\\',
        'a\\"b',
        "'; rm -rf /'",
        '$(id) `id`',
        'tab\there',
        '\u0001\u001b[31m',
        '%s%n',
        'Größe',
      ];
      const files = labels.map((label, at) => [
        `/sys/devices/system/edac/mc/mc0/dimm${at}/dimm_label`,
        label,
      ]);
      await using tree = await machineTree(Object.fromEntries(files));
      const reading = told(shell, tree);
      const found = files.map(([path = '']) => textAt(reading.files, path));
      expect(found).toEqual(labels.map((label) => label.replaceAll(/[^\P{Cc}\t]/gu, ' ')));
    });

    it('leaves out what a bare machine does not tell', async () => {
      await using tree = await machineTree({});
      expect(told(shell, tree)).toMatchObject({ cpu: null, throttle: null, mhz: null, temperatures: null });
      expect(told(shell, tree, 'full', false)).toMatchObject({ kernelLog: null, ras: null, eventLog: null });
    });

    it('reads this very machine', () => {
      const [program = '', ...args] = shell;
      const line = execFileSync(program, [...args, script], { encoding: 'utf8' });
      expect(parseEvidence(line)?.uptimeSeconds).toBeGreaterThan(0);
    });
  },
);
