// Readings that the nodes push: listens for datagrams, and says which node has fallen silent.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { HeorotError } from '@heorot/inventory';
import { NodeContact } from '../source/node-contact.ts';
import { type Paced, pace } from '../source/pacer.ts';
import type { Source, SourceListener } from '../source/source.ts';
import type { ListenAddress } from './listen-address.ts';
import { AgentInbox } from './wire/agent-inbox.ts';

export interface AgentSourceOptions {
  readonly nodes: readonly string[];
  readonly intervalMs: number;
  readonly listen: ListenAddress;
  readonly key: Uint8Array;
}

/** What arrives while the process is busy otherwise: a second of 10 000 nodes. */
const bufferBytes = 8 * 1024 * 1024;
/** Nodes have phases of their own: silence is looked for so often in an interval. */
const checksPerInterval = 10;
/** An agent that was just started has to sample twice. */
const firstMs = 5000;

export class AgentSource implements Source {
  readonly name = 'agent';
  readonly nodes: readonly string[];
  readonly intervalMs: number;
  /** What was taken and what was dropped, and why. */
  readonly inbox: AgentInbox;
  readonly #listen: ListenAddress;

  constructor({ nodes, intervalMs, listen, key }: AgentSourceOptions) {
    this.nodes = nodes;
    this.intervalMs = intervalMs;
    this.inbox = new AgentInbox({ key, nodes });
    this.#listen = listen;
  }

  /** @throws HeorotError `listen` */
  async run(listener: SourceListener, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const members = new Map(this.nodes.map((node) => [node, new AgentNode(node, listener, this.intervalMs)]));
    const socket = await listenOn(this.#listen);
    socket.on('message', (bytes, { address, port }) => {
      const arrival = this.inbox.take(bytes, Date.now());
      if (arrival?.kind === 'baseless') socket.send(arrival.answer, port, address, () => undefined);
      if (arrival?.kind === 'reading')
        members.get(arrival.reading.node)?.hear(arrival.reading, arrival.intervalMs);
    });
    // ICMP errors of what we never sent; the port itself is open.
    socket.on('error', () => undefined);
    try {
      using _ = pace([...members.values()], this.intervalMs / checksPerInterval);
      await once(signal, 'abort');
    } finally {
      socket.close();
    }
  }
}

class AgentNode implements Paced {
  readonly #node: string;
  readonly #contact: NodeContact;
  #heard = false;
  #intervalMs: number;
  /** When the next datagram is due, by `performance.now()`. */
  #dueMs: number;

  constructor(node: string, listener: SourceListener, intervalMs: number) {
    this.#node = node;
    this.#contact = new NodeContact(node, listener);
    this.#intervalMs = intervalMs;
    this.#dueMs = performance.now() + Math.max(firstMs, 2 * intervalMs);
    this.#contact.trying('waiting', 'no datagram of its agent yet');
  }

  hear(reading: Parameters<NodeContact['reading']>[0], intervalMs: number): void {
    this.#heard = true;
    this.#intervalMs = intervalMs;
    this.#dueMs = performance.now() + intervalMs;
    this.#contact.reading(reading);
  }

  tick(): void {}

  check(nowMs: number): void {
    if (nowMs <= this.#dueMs) return;
    if (this.#heard) this.#contact.silent(nowMs - this.#dueMs, this.#intervalMs);
    else this.#contact.down(`no datagram of its agent: netmon agent status -w ${this.#node}`);
  }

  excuse(forMs: number): void {
    this.#dueMs += forMs;
  }
}

async function listenOn({ address, port }: ListenAddress): Promise<Socket> {
  const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4', recvBufferSize: bufferBytes });
  const listening = once(socket, 'listening');
  socket.bind(port, address);
  try {
    await listening;
    return socket;
  } catch (error) {
    socket.close();
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw new HeorotError('listen', `cannot listen on ${address}:${port}: ${String(code ?? error)}`, {
      hint:
        code === 'EADDRINUSE'
          ? 'another netmon listens there: end it, or choose another port here and for the agents'
          : 'an address of this machine, or 0.0.0.0 for all',
      cause: error,
    });
  }
}
