// Inside the daemon: starts the lab, answers the control socket, and takes everything away again at the end.
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { HeorotError } from '@heorot/inventory';
import { startEmbeddedLab } from '../embedded/start-embedded-lab.ts';
import { startMachinesLab } from '../machines/start-machines-lab.ts';
import type { Lab } from '../model/lab.ts';
import { conditionAfter, type NodeCondition } from '../model/node-condition.ts';
import { startNamespacesLab } from '../namespaces/start-namespaces-lab.ts';
import { readRecord, TOKEN_VARIABLE, writeRecord } from './daemon-record.ts';
import type { LabOrder } from './handshake.ts';
import { decodeRequest, type Reply, type Request, socketPath } from './protocol.ts';

/**
 * Runs a lab until it is told to stop, gets SIGTERM, SIGINT or SIGHUP, or loses its folder; started by {@link startLabDaemon}.
 * @param ready called once everything answers
 */
export async function serveLab(order: LabOrder, ready: () => void): Promise<void> {
  const token = process.env[TOKEN_VARIABLE];
  if (token === undefined) {
    throw new HeorotError('lab-not-daemon', 'this verb is only for `heorot lab up`', {
      hint: 'heorot lab up',
    });
  }
  const { folder, kind } = order;
  // The record comes first: should the start fail half-way, `down` can still clean up.
  await writeRecord(folder, { pid: process.pid, token, kind, startedAt: new Date().toISOString() });
  const told = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  await using lab = await start(order, token);
  const stop = Promise.withResolvers<void>();
  const server = await listen(folder, lab, stop.resolve);
  ready();
  await Promise.race([told, stop.promise, folderTaken(folder, token)]);
  server.close();
  await rm(socketPath(folder), { force: true });
}

/** Resolves when the folder is deleted under the lab, or another lab has taken it: nobody could end this one any more. */
async function folderTaken(folder: string, token: string): Promise<void> {
  for (;;) {
    await sleep(5_000, undefined, { ref: false });
    if ((await readRecord(folder))?.token !== token) return;
  }
}

async function start(order: LabOrder, token: string): Promise<Lab> {
  const { folder, kind, nodes, name, builtIn, firmware } = order;
  if (kind === 'namespaces') return startNamespacesLab({ folder, nodes, name });
  if (kind === 'machines') {
    const machines = Array.from({ length: nodes }, () => ({ firmware }));
    return startMachinesLab({ folder, name, machines, kernel: '/vmlinuz' });
  }
  return startEmbeddedLab({
    folder,
    nodes,
    name,
    token,
    ...(builtIn && { behaviours: { '*': { builtIn } } }),
  });
}

async function listen(folder: string, lab: Lab, stop: () => void): Promise<Server> {
  // Machines are off until somebody presses the button: `heorot lab reboot n1`.
  const conditions = new Map<string, NodeCondition>(
    lab.kind === 'machines' ? lab.nodes.map(({ name }) => [name, 'killed']) : [],
  );
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    void lineFrom(socket)
      .then((line) => answer(decodeRequest(line), lab, conditions, stop))
      .catch(errorReply)
      .then((reply) => socket.end(`${JSON.stringify(reply)}\n`));
  });
  const path = socketPath(folder);
  await rm(path, { force: true });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  await chmod(path, 0o600);
  return server;
}

/** Up to the line break. Reading a socket to its end would close it under our answer from Node 26 on. */
function lineFrom(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      if (said.includes('\n')) resolve(said);
    });
    socket.once('end', () => resolve(said)).once('error', reject);
  });
}

async function answer(
  request: Request,
  lab: Lab,
  conditions: Map<string, NodeCondition>,
  stop: () => void,
): Promise<Reply> {
  switch (request.kind) {
    case 'status':
      return {
        kind: 'status',
        nodes: lab.nodes.map(({ name, address, port, home, hostKeyFingerprint }) => {
          return { name, address, port, home, hostKeyFingerprint, condition: conditions.get(name) ?? 'up' };
        }),
      };
    case 'fault':
      await lab.fault(request.node, request.fault);
      conditions.set(request.node, conditionAfter(conditions.get(request.node) ?? 'up', request.fault));
      return { kind: 'done' };
    case 'stop':
      stop();
      return { kind: 'done' };
    default:
      return request satisfies never;
  }
}

function errorReply(error: unknown): Reply {
  if (error instanceof HeorotError) {
    const { code, message, hint } = error;
    return { kind: 'error', code, message, ...(hint !== undefined && { hint }) };
  }
  return {
    kind: 'error',
    code: 'lab-failed',
    message: error instanceof Error ? error.message : String(error),
  };
}
