// One node of a namespaces lab: a real sshd in its own network, mount, UTS and PID namespaces, and the faults it suffers.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HeorotError } from '@heorot/inventory';
import { generateKeyPair, type KeyPair, type KeyType } from '../keys/key-pair.ts';
import type { Fault, LabNode } from '../model/lab.ts';
import type { NodePlan } from '../plan/node-plan.ts';
import { bootWords } from './boot-script.ts';
import { type LabNetwork, nodeNamespace, plugIn, unplug } from './lab-network.ts';
import { fullSpeed, slowDown } from './link-speed.ts';
import { signalNamespace } from './namespace-processes.ts';
import { type NodeSystem, writeBootId, writeHostKeys } from './node-system.ts';

/** sshd listens in a moment; systemd, on a machine that is busy, takes its time. */
const bootPatienceMs = 60_000;

export class NamespaceNode implements LabNode {
  readonly port = 22;
  readonly #plan: NodePlan;
  readonly #network: LabNetwork;
  readonly #system: NodeSystem;
  #hostKeys: ReadonlyMap<KeyType, KeyPair>;
  #machine: ChildProcess | undefined;

  constructor(
    plan: NodePlan,
    network: LabNetwork,
    system: NodeSystem,
    hostKeys: ReadonlyMap<KeyType, KeyPair>,
  ) {
    this.#plan = plan;
    this.#network = network;
    this.#system = system;
    this.#hostKeys = hostKeys;
  }

  get name(): string {
    return this.#plan.name;
  }
  get address(): string {
    return this.#plan.address;
  }
  get home(): string {
    return this.#system.home;
  }
  /** Of the first host key. */
  get hostKeyFingerprint(): string {
    return this.#hostKeys.values().next().value?.fingerprint ?? '';
  }
  get #namespace(): string {
    return nodeNamespace(this.#network, this.name);
  }

  /** Boots the node and waits until sshd listens. @throws HeorotError `lab-node-failed` */
  async boot(): Promise<void> {
    if (this.#machine) return;
    const { init, bootScript } = this.#system;
    const machine = spawn(
      'ip',
      ['netns', 'exec', this.#namespace, ...bootWords(init, this.#namespace, bootScript)],
      // A terminal's Ctrl-C is not for the nodes.
      { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
    );
    let complaint = '';
    machine.stderr.on('data', (chunk) => {
      complaint += String(chunk);
    });
    this.#machine = machine;
    for (let attempt = 0; attempt < bootPatienceMs / 20; attempt++) {
      if (machine.exitCode !== null || machine.signalCode !== null) break;
      if (await listens(machine.pid)) return;
      await sleep(20);
    }
    await this.kill();
    throw new HeorotError(
      'lab-node-failed',
      `${this.name} did not boot: ${complaint.trim() || 'sshd does not listen'}`,
      {
        hint: `see ${this.#system.folder}/sshd.log`,
      },
    );
  }

  /** Ends every process of the node at once; its network stays. */
  async kill(): Promise<void> {
    const machine = this.#machine;
    this.#machine = undefined;
    if (machine && machine.exitCode === null && machine.signalCode === null) {
      const ended = once(machine, 'exit');
      machine.kill('SIGKILL');
      await ended;
    }
    await signalNamespace(this.#namespace, 'SIGKILL');
  }

  async fault(fault: Fault): Promise<void> {
    switch (fault.kind) {
      case 'kill':
        return this.kill();
      case 'freeze':
        return signalNamespace(this.#namespace, 'SIGSTOP');
      case 'thaw':
        return signalNamespace(this.#namespace, 'SIGCONT');
      case 'partition':
        return unplug(this.#network, this.name);
      case 'heal':
        await fullSpeed(this.#network, this.name);
        return plugIn(this.#network, this.name);
      case 'slow':
        return slowDown(this.#network, this.name, fault.delayMs, fault.bytesPerSecond);
      case 'reboot':
        await this.kill();
        await writeBootId(this.#system);
        return this.boot();
      case 'new-host-key':
        await this.kill();
        this.#hostKeys = await makeHostKeys([...this.#hostKeys.keys()]);
        await writeHostKeys(this.#system, this.#hostKeys);
        return this.boot();
      default:
        return fault satisfies never;
    }
  }
}

/** Whether sshd listens, seen from inside the node's own network: a partitioned node boots too. State 0A is LISTEN. */
async function listens(pid: number | undefined): Promise<boolean> {
  const sockets = await readFile(`/proc/${pid}/net/tcp`, 'utf8').catch(() => '');
  return /: [0-9A-F]{8}:0016 00000000:0000 0A /.test(sockets);
}

export async function makeHostKeys(types: readonly KeyType[]): Promise<ReadonlyMap<KeyType, KeyPair>> {
  return new Map(await Promise.all(types.map(async (type) => [type, await generateKeyPair(type)] as const)));
}
