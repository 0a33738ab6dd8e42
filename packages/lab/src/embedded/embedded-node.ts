// One node of an embedded lab: a listener on its own address, its host key, its processes, and the faults it suffers.
import { randomUUID } from 'node:crypto';
import { utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import ssh2, { type Connection, type Server } from 'ssh2';
import { nodeFolder, writeNodeFiles } from '../folder/node-files.ts';
import { generateKeyPair, type KeyPair } from '../keys/key-pair.ts';
import type { Fault, LabNode } from '../model/lab.ts';
import type { NodePlan } from '../plan/node-plan.ts';
import { authenticate, type Credentials } from './authenticate.ts';
import { Link, type LinkConditions } from './link.ts';
import { MARK, signalMarked } from './marked-processes.ts';
import type { NodeBehaviour } from './options.ts';
import { serveForward } from './serve-forward.ts';
import { serveSession } from './serve-session.ts';
import './ssh2-types.ts';

/** What the nodes of a lab share. */
export interface EmbeddedNeighbourhood {
  readonly folder: string;
  readonly port: number;
  /** Marks the lab's processes; see marked-processes.ts. */
  readonly token: string;
  readonly credentials: Credentials;
  addressOf(host: string): string | undefined;
}

/** sshd_config(5), MaxSessions. */
const MAX_SESSIONS = 10;
/** Like sshd's ClientAliveInterval 0; ssh2 takes 0 for its own 15 s. */
const FOREVER_MS = 2 ** 31 - 1;

export class EmbeddedNode implements LabNode {
  readonly #plan: NodePlan;
  readonly #lab: EmbeddedNeighbourhood;
  readonly #behaviour: NodeBehaviour;
  readonly #links = new Set<Link>();
  readonly #conditions: LinkConditions = { frozen: false, delayMs: 0, bytesPerSecond: 0 };
  #frozen = false;
  #partitioned = false;
  #hostKey: KeyPair;
  #ssh: Server;
  #listener: NetServer | undefined;
  #prepared: Promise<void> | undefined;

  constructor(plan: NodePlan, lab: EmbeddedNeighbourhood, behaviour: NodeBehaviour, hostKey: KeyPair) {
    this.#plan = plan;
    this.#lab = lab;
    this.#behaviour = behaviour;
    this.#hostKey = hostKey;
    this.#ssh = this.#createServer();
  }

  get name(): string {
    return this.#plan.name;
  }
  get address(): string {
    return this.#plan.address;
  }
  get port(): number {
    return this.#lab.port;
  }
  get home(): string {
    return nodeFolder(this.#lab.folder, this.name).home;
  }
  get hostKeyFingerprint(): string {
    return this.#hostKey.fingerprint;
  }

  /** Begins to listen. */
  async start(): Promise<void> {
    if (this.#listener) return;
    const listener = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => this.#accept(socket));
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen({ host: this.address, port: this.port, backlog: 511 }, resolve);
    });
    this.#listener = listener;
  }

  /** Writes nodes/NAME/ if nobody has needed it before. */
  prepare(): Promise<void> {
    this.#prepared ??= writeNodeFiles(this.#lab.folder, this.#plan, this.#behaviour.startup).then(() =>
      this.#writeBootId(),
    );
    return this.#prepared;
  }

  /** Stops listening and drops all connections. */
  close(): void {
    this.#listener?.close();
    this.#listener = undefined;
    this.#cut();
  }

  /** As {@link close}, and ends all processes. */
  async stop(): Promise<void> {
    this.close();
    await signalMarked(this.#mark, 'SIGKILL');
  }

  async fault(fault: Fault): Promise<void> {
    switch (fault.kind) {
      case 'kill':
        return this.stop();
      case 'freeze':
        this.#frozen = true;
        this.#updateLinks();
        return signalMarked(this.#mark, 'SIGSTOP');
      case 'thaw':
        await signalMarked(this.#mark, 'SIGCONT');
        this.#frozen = false;
        return this.#updateLinks();
      case 'partition':
        this.#partitioned = true;
        this.#updateLinks();
        return this.#cut();
      case 'heal':
        this.#partitioned = false;
        Object.assign(this.#conditions, { delayMs: 0, bytesPerSecond: 0 });
        return this.#updateLinks();
      case 'slow':
        this.#conditions.delayMs = fault.delayMs;
        this.#conditions.bytesPerSecond = fault.bytesPerSecond ?? 0;
        return this.#updateLinks();
      case 'reboot':
        await this.stop();
        this.#frozen = false;
        this.#updateLinks();
        await this.prepare();
        await this.#writeBootId();
        return this.start();
      case 'new-host-key':
        this.#hostKey = await generateKeyPair(this.#behaviour.hostKey);
        this.#ssh = this.#createServer();
        return this.#cut();
      default:
        return fault satisfies never;
    }
  }

  get #mark(): string {
    return `${this.#lab.token}/${this.name}/`;
  }

  #accept(socket: Socket): void {
    const link = new Link(socket, this.#conditions);
    this.#links.add(link);
    link.once('close', () => this.#links.delete(link));
    // The connection also reports it; a link that fails before SSH has begun must not end the lab.
    link.on('error', () => {});
    this.#ssh.injectSocket(link);
  }

  #createServer(): Server {
    const banner = this.#behaviour.banner === undefined ? {} : { banner: this.#behaviour.banner };
    const server = new ssh2.Server({
      hostKeys: [this.#hostKey.privateKey],
      keepaliveInterval: FOREVER_MS,
      ...banner,
    });
    server.on('connection', (connection, { ip, port }) =>
      this.#serve(connection, `${ip} ${port} ${this.address} ${this.port}`),
    );
    return server;
  }

  /** @param client value of SSH_CONNECTION */
  #serve(connection: Connection, client: string): void {
    // A client that goes away is no error of the lab's.
    connection.on('error', () => {});
    connection.setMaxListeners(0);
    let user = '';
    connection.on('authentication', ({ username }) => {
      user = username;
    });
    authenticate(connection, this.#lab.credentials);
    serveForward(connection, this.address, (host) => this.#lab.addressOf(host));
    let sessions = 0;
    connection.on('session', (accept, reject) => {
      if (sessions >= MAX_SESSIONS) return reject();
      sessions++;
      const session = accept();
      session.once('close', () => sessions--);
      serveSession(session, connection, {
        name: this.name,
        behaviour: this.#behaviour,
        home: this.home,
        environment: { ...this.#environment(), USER: user, LOGNAME: user, SSH_CONNECTION: client },
        prepare: () => this.prepare(),
      });
    });
  }

  #environment(): Record<string, string> {
    const { bin, home } = nodeFolder(this.#lab.folder, this.name);
    return {
      HOME: home,
      PATH: `${bin}:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin`,
      HOSTNAME: this.name,
      [MARK]: this.#mark,
    };
  }

  async #writeBootId(): Promise<void> {
    const { bootId } = nodeFolder(this.#lab.folder, this.name);
    await writeFile(bootId, `${randomUUID()}\n`);
    await utimes(bootId, new Date(), new Date());
  }

  #updateLinks(): void {
    this.#conditions.frozen = this.#frozen || this.#partitioned;
    for (const link of this.#links) link.update();
  }

  #cut(): void {
    for (const link of this.#links) link.destroy();
  }
}
