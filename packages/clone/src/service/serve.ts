// The whole service in one process: HTTP, dnsmasq, the conductor, consoles. Ends when it is told to, and leaves nothing running.
import { isIPv4 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { HeorotError, type Inventory } from '@heorot/inventory';
import { watchConsoles } from '../console/watch-consoles.ts';
import { type DhcpHost, type DhcpSettings, dnsmasqConfig } from '../dhcp/dnsmasq-config.ts';
import type { DhcpEvent } from '../dhcp/dnsmasq-log.ts';
import { openRoom } from '../dhcp/open-room.ts';
import { probeForeignServers } from '../dhcp/probe-foreign-server.ts';
import { type Dnsmasq, runDnsmasq } from '../dhcp/run-dnsmasq.ts';
import { startDistributor } from '../distribution/distributor.ts';
import { isDistributed } from '../distribution/material.ts';
import { openTracker } from '../distribution/tracker.ts';
import { recordFacts } from '../identity/record-facts.ts';
import { recordHostKeys } from '../identity/record-host-keys.ts';
import { startByKexec } from '../kexec/start-by-kexec.ts';
import type { DriverOf } from '../power/choose-driver.ts';
import { startConductor } from './conductor.ts';
import { createHttpServer } from './http-server.ts';
import { type KnownMachines, readKnownMachines } from './known-machines.ts';
import { nodeLogs } from './node-logs.ts';
import { nodeRequests } from './node-requests.ts';
import type { Head } from './open-head.ts';
import { verifyOver } from './verify-nodes.ts';

export interface ServeSettings {
  readonly listen: { readonly host: string; readonly port: number };
  /** As nodes reach the head; made of the address it listens on without one. */
  readonly url: string | undefined;
  readonly kernelArguments: string;
  /** The card on the network of the nodes, where it was named. */
  readonly interface: string | undefined;
  readonly dhcp:
    | (Omit<DhcpSettings, 'hosts' | 'head' | 'leaseFile'> & { readonly broadcast: string })
    | undefined;
  readonly driverOf: DriverOf;
  readonly consoleCommand: string | undefined;
  readonly sshConfigFile: string | undefined;
}

export interface Surroundings {
  readonly openInventory: () => Promise<Inventory>;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
  readonly onListening?: (url: string) => void;
}

const rereadEveryMs = 2000;
const probeEveryMs = 60_000;

/** Serves until the signal. @throws HeorotError `listen-failed`, `dnsmasq-failed`, `mac-twice`, ... */
export async function serve(head: Head, settings: ServeSettings, surroundings: Surroundings): Promise<void> {
  const { say, signal } = surroundings;
  const now = Date.now;
  let known = await readKnownMachines(surroundings.openInventory);
  let url = settings.url ?? '';
  const logs = nodeLogs(head.folder.logs);
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});

  await using parts = new AsyncDisposableStack();
  parts.defer(() => logs.flush());
  const conductor = parts.use(
    startConductor(head, {
      now,
      driverOf: settings.driverOf,
      startByKexec: startByKexec(head, {
        inventory: () => known.inventory,
        url: () => url,
        kernelArguments: settings.kernelArguments,
        sshConfigFile: settings.sshConfigFile,
        now,
      }),
      recordOf: (node) => known.inventory.node(node),
      verify: verifyOver(() => known.inventory, settings.sshConfigFile),
      recordHostKeys: (records) => recordHostKeys(records, settings.sshConfigFile),
      recordFacts: (nodes) =>
        recordFacts(known.inventory, nodes, new Date()).catch((error: unknown) =>
          say(
            `the facts of nodes are not recorded: ${error instanceof Error ? error.message : String(error)}`,
          ),
        ),
      say,
    }),
  );
  conductor.ended.catch(failed.reject);
  const tracker = openTracker((infoHash) => isDistributed(head.folder, infoHash));
  const slow = new Set<string>();
  const server = createHttpServer(head, {
    now,
    url: () => url,
    kernelArguments: settings.kernelArguments,
    isKnown: (mac) => known.byMac.has(mac),
    nodeRequests: nodeRequests(head, {
      now,
      onSecrets: conductor.secretsLeft,
      isSlow: (address) => slow.has(address),
      onLog: (deployment, bytes) => logs.append(deployment, bytes),
    }),
    tracker,
    onError: (error) => say(error instanceof Error ? error.message : String(error)),
  });
  await listen(server, settings.listen);
  parts.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  if (url === '') url = `http://${settings.listen.host}:${port}`;
  surroundings.onListening?.(url);

  parts.use(startDistributor(head, { tracker, interface: settings.interface, slow, say }));
  if (settings.consoleCommand !== undefined)
    parts.use(
      watchConsoles(head, {
        template: settings.consoleCommand,
        recordOf: (node) => known.inventory.node(node),
        onLine: (deployment, line) => logs.append(deployment, `${line}\n`),
        now,
      }),
    );
  const room = settings.dhcp === undefined ? undefined : parts.use(await openRoom(settings.dhcp.tftpFolder));
  const configOf = (machines: KnownMachines): string =>
    settings.dhcp === undefined || room === undefined
      ? ''
      : dnsmasqConfig({
          ...settings.dhcp,
          tftpFolder: room.tftpFolder,
          leaseFile: room.leaseFile,
          head: url,
          hosts: hostsOf(machines, say),
        });
  let dnsmasq: Dnsmasq | undefined;
  if (settings.dhcp !== undefined && room !== undefined) {
    dnsmasq = parts.use(
      await runDnsmasq({
        folder: room.folder,
        config: configOf(known),
        onEvent: (event) => heedDhcp(head, event, now(), say),
        say,
      }),
    );
    dnsmasq.ended.catch(failed.reject);
    void probe(head, settings.dhcp, say, signal);
  }

  const reread = async (): Promise<void> => {
    while (!signal.aborted) {
      await sleep(rereadEveryMs, undefined, { signal }).catch(() => {});
      if (signal.aborted || !(await known.isStale())) continue;
      try {
        known = await readKnownMachines(surroundings.openInventory);
        await dnsmasq?.update(configOf(known));
        say('the inventory has changed and was read again');
      } catch (error) {
        // A file that is being edited is no reason to leave four thousand nodes alone.
        if (!(error instanceof HeorotError)) throw error;
        say(`the inventory has changed and is not used: ${error.message}`);
      }
    }
  };
  await Promise.race([reread(), failed.promise]);
}

function listen(
  server: ReturnType<typeof createHttpServer>,
  { host, port }: ServeSettings['listen'],
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new HeorotError('listen-failed', `cannot listen on ${host} port ${port}: ${cause.message}`, {
          hint: 'is another clone serve running? choose another with --listen',
          cause,
        }),
      ),
    );
    server.listen({ host, port, backlog: 4096 }, resolve);
  });
}

/** A static lease needs an IPv4 address; a node with a name as its address gets none, and that is said. */
function hostsOf({ byMac }: KnownMachines, say: (text: string) => void): readonly DhcpHost[] {
  const without = [...byMac.values()].filter(({ address }) => !isIPv4(address));
  if (without.length > 0)
    say(
      `${without.length} nodes have no IPv4 address in the cluster file and get no lease: ${without[0]?.name}, ...`,
    );
  return [...byMac].flatMap(([mac, { name, address }]) =>
    isIPv4(address) ? [{ mac, node: name, address }] : [],
  );
}

function heedDhcp(head: Head, event: DhcpEvent, now: number, say: (text: string) => void): void {
  switch (event.kind) {
    case 'asked':
      return head.machines.saw({ mac: event.mac }, now);
    case 'leased':
      return head.machines.saw({ mac: event.mac, address: event.address }, now);
    case 'exhausted':
      say('the range of addresses is exhausted');
      return head.notices.add(
        'range-exhausted',
        event.mac ?? '',
        'no address is left for a machine that asked',
        now,
      );
    case 'other-server':
      return head.notices.add(
        'foreign-dhcp',
        event.mac,
        'the machine took the offer of another DHCP server',
        now,
      );
    case 'conflict':
      return head.notices.add(
        'dnsmasq',
        event.address,
        `the address is in use by another machine than ${event.mac}`,
        now,
      );
    default:
      return event satisfies never;
  }
}

async function probe(
  head: Head,
  { mode, headAddress, broadcast }: NonNullable<ServeSettings['dhcp']>,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  // Beside a server that gives addresses, another server is what is wanted.
  if (mode !== 'own') return;
  while (!signal.aborted) {
    try {
      for (const { address } of await probeForeignServers({ broadcast, ownAddress: headAddress, signal })) {
        say(`another DHCP server answers: ${address}`);
        head.notices.add(
          'foreign-dhcp',
          address,
          'another DHCP server answers machines that we do not know',
          Date.now(),
        );
      }
    } catch {
      // No right to use port 68: what dnsmasq hears of other servers is still heard.
      return;
    }
    await sleep(probeEveryMs, undefined, { signal }).catch(() => {});
  }
}
