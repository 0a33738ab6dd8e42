// One emulated machine from a blank disk to its first answer over ssh under its own host key, BIOS and UEFI, and once more by kexec:
// seconds since the power button was pressed, or the order given, at the end of each step. Needs root and QEMU.
// node --conditions=heorot-src bench/clone/blank-disk.ts
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHead } from '../../packages/clone/src/index.ts';
import { runClone } from '../../packages/clone/src/testing/run-clone.ts';
import { headWithBootEnvironment } from '../../packages/clone/test/machines/boot-environment.fixture.ts';
import { goldenRoot } from '../../packages/clone/test/machines/golden-root.fixture.ts';
import { startMachinesLab } from '../../packages/lab/src/index.ts';

const told = ['script', 'claim', 'check', 'partition', 'format', 'image', 'bootloader', 'flush', 'answer'];

for (const firmware of ['bios', 'uefi'] as const) {
  const folder = mkdtempSync(join(tmpdir(), 'heorot-bench-'));
  const head = await headWithBootEnvironment(folder);
  await using lab = await startMachinesLab({ folder: join(folder, 'lab'), machines: [{ firmware }] });
  const [machine] = lab.nodes;
  if (machine === undefined) throw new Error('no machine');
  writeFileSync(
    join(folder, 'cluster.yaml'),
    `cluster: bench
defaults: {user: root, identity: ${lab.identity}, knownHosts: ${join(folder, 'known_hosts')}}
nodes:
  n1: {address: ${machine.address}, mac: "${machine.mac}"}
`,
  );
  const env = { HOME: folder, XDG_STATE_HOME: folder, PATH: process.env['PATH'] ?? '' };
  const clone = async (line: string): Promise<void> => {
    const { code, stderr } = await runClone(line.split(' '), { env, cwd: folder });
    if (code !== 0) throw new Error(`clone ${line}\n${stderr}`);
  };
  const stop = new AbortController();
  const options = `serve --listen ${lab.head.address}:8080 --dhcp own --interface ${lab.head.interface}`;
  const console = ['--console-command', `tail -n +1 -F ${machine.files.serial}`];
  const serial = ['--kernel-arguments', 'console=ttyS0,115200 quiet'];
  const serving = runClone([...options.split(' '), ...console, ...serial], {
    env,
    cwd: folder,
    signal: stop.signal,
  });
  await clone(`image import ${goldenRoot()} --name base`);
  await clone('boot discover -w n1');
  await machine.powerOn();
  await machine.untilOff(600_000);

  const deploy = `deploy base -w n1 --authorized-keys ${lab.identity}.pub --yes`;
  await clone(`${deploy} --trust console --power none --no-wait`);
  const pressed = Date.now();
  await machine.powerOn();
  await clone('watch');
  show(`${firmware}, blank disk`, 2, pressed);
  if (firmware === 'bios') {
    const ordered = Date.now();
    await clone(`${deploy} --via kexec`);
    show(`${firmware}, kexec`, 3, ordered);
  }
  stop.abort();
  await serving;
  rmSync(folder, { recursive: true });

  function show(title: string, deployment: number, since: number): void {
    using tables = readHead(head.path);
    const steps = (tables?.deployments.timings(deployment) ?? [])
      .filter(({ step }) => told.includes(step))
      .map(({ step, ended }) => `${step} ${((ended - since) / 1000).toFixed(0)}`);
    process.stdout.write(`${title} (load ${loadavg()[0]?.toFixed(0)}): ${steps.join(', ')}\n`);
  }
}
