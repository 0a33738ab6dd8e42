// One machine of the lab: a QEMU with a power button, a serial console and disks that stay.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HeorotError } from '@heorot/inventory';
import type { Fault, LabNode } from '../model/lab.ts';
import type { LabNetwork } from '../namespaces/lab-network.ts';
import { plugIn, unplug } from '../namespaces/lab-network.ts';
import { runProgram } from '../namespaces/run-program.ts';
import type { Accelerator } from './accelerator.ts';
import {
  type BootOrder,
  type MachineFiles,
  type MachinePlan,
  machineFiles,
  OVMF,
  qemuOperands,
} from './machine-plan.ts';
import { qmp } from './qmp.ts';
import { readSerial, type SerialPosition, type WaitOptions, waitForSerial } from './serial-log.ts';

export type Power = 'on' | 'off';

/** How long QEMU may take to open its monitor, on a machine that is busy. */
const START_MS = 30_000;

export class Machine implements LabNode {
  readonly port = 22;
  readonly home = '/root';
  /** Whoever deploys the machine gives it one. */
  readonly hostKeyFingerprint = '';
  readonly plan: MachinePlan;
  readonly files: MachineFiles;
  readonly #network: LabNetwork;
  readonly #accelerator: Accelerator;
  #process: ChildProcess | undefined;

  constructor(plan: MachinePlan, labFolder: string, network: LabNetwork, accelerator: Accelerator) {
    this.plan = plan;
    this.files = machineFiles(labFolder, plan.name);
    this.#network = network;
    this.#accelerator = accelerator;
  }

  get name(): string {
    return this.plan.name;
  }
  get address(): string {
    return this.plan.address;
  }
  get mac(): string {
    return this.plan.mac;
  }
  get power(): Power {
    return this.#process === undefined ? 'off' : 'on';
  }

  /** Makes its folder, blank disks and, for UEFI, the variables of its firmware. */
  async build(): Promise<void> {
    await mkdir(this.files.folder, { recursive: true });
    for (const { serial, sizeBytes } of this.plan.disks)
      await runProgram('qemu-img', [
        'create',
        '-q',
        '-f',
        'qcow2',
        this.files.disk(serial),
        String(sizeBytes),
      ]);
    if (this.plan.firmware === 'uefi') await copyFile(OVMF.variables, this.files.variables);
  }

  /** Presses the button of a machine that is off; its card is tried first unless told. @throws HeorotError `lab-node-failed` with QEMU's words */
  async powerOn(first: BootOrder = 'network'): Promise<void> {
    if (this.#process) return;
    await rm(this.files.monitor, { force: true });
    const operands = qemuOperands(this.plan, this.files, this.name, this.#accelerator, first);
    const machine = spawn(
      'ip',
      ['netns', 'exec', this.#network.switchNamespace, 'nice', '-n', '10', 'qemu-system-x86_64', ...operands],
      // A terminal's Ctrl-C is not for the machines.
      { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
    );
    let complaint = '';
    machine.stderr.on('data', (chunk) => {
      complaint = `${complaint}${String(chunk)}`.slice(-4000);
    });
    machine.once('exit', () => {
      if (this.#process === machine) this.#process = undefined;
    });
    this.#process = machine;
    const deadline = performance.now() + START_MS;
    while (performance.now() < deadline && this.#process === machine) {
      if (await isSocket(this.files.monitor)) return;
      await sleep(50);
    }
    await this.powerOff();
    throw new HeorotError(
      'lab-node-failed',
      `${this.name} did not start: ${complaint.trim() || 'no word of QEMU'}`,
    );
  }

  /** Pulls the plug: nothing is flushed. */
  async powerOff(): Promise<void> {
    const machine = this.#process;
    this.#process = undefined;
    if (!machine || machine.exitCode !== null || machine.signalCode !== null) return;
    const ended = once(machine, 'exit');
    machine.kill('SIGKILL');
    await ended;
  }

  /** The reset button. */
  async reset(): Promise<void> {
    await qmp(this.files.monitor, 'system_reset');
  }

  /** Resolves when the machine has switched itself off. */
  async untilOff(timeoutMs: number): Promise<void> {
    const machine = this.#process;
    if (!machine) return;
    const signal = AbortSignal.timeout(timeoutMs);
    await once(machine, 'exit', { signal }).catch((cause: unknown) => {
      throw new HeorotError('lab-node-failed', `${this.name} is still on after ${timeoutMs} ms`, { cause });
    });
  }

  /** Where the console is now. */
  async serialPosition(): Promise<SerialPosition> {
    return stat(this.files.serial).then(
      ({ size }) => size,
      () => 0,
    );
  }

  async serial(from: SerialPosition = 0): Promise<string> {
    return readSerial(this.files.serial, from);
  }

  /** @see waitForSerial */
  async waitFor(wanted: RegExp, options: WaitOptions): Promise<RegExpExecArray> {
    return waitForSerial(this.files.serial, wanted, options);
  }

  async fault(fault: Fault): Promise<void> {
    switch (fault.kind) {
      case 'kill':
        return this.powerOff();
      case 'freeze':
        return void (await qmp(this.files.monitor, 'stop'));
      case 'thaw':
        return void (await qmp(this.files.monitor, 'cont'));
      case 'partition':
        return unplug(this.#network, this.name);
      case 'heal':
        return plugIn(this.#network, this.name);
      case 'reboot':
        return this.power === 'on' ? this.reset() : this.powerOn();
      case 'slow':
      case 'new-host-key':
        throw new HeorotError('lab-fault-unsupported', `a machine cannot suffer '${fault.kind}'`, {
          hint: 'a namespaces lab can',
        });
      default:
        return fault satisfies never;
    }
  }
}

async function isSocket(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isSocket(),
    () => false,
  );
}
