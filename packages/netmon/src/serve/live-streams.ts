// The readers of the live page: each gets who we are, then a frame an interval with the events that it has not seen. The
// frame is made once for all of them, and not at all while there are none.
import type { ServerResponse } from 'node:http';
import type { LiveCluster } from '../live/live-cluster.ts';
import type { Finding } from '../sick-links/finding.ts';
import { EventStream, eventText } from './event-stream.ts';
import { frameOf, wireEvent } from './frame.ts';
import type { Hello, WireEvent } from './wire.ts';

export interface LiveStreamsOptions {
  readonly cluster: LiveCluster;
  readonly hello: Hello;
  readonly findings: () => readonly Finding[];
  readonly mostClients?: number;
}

interface Client {
  readonly stream: EventStream;
  /** How many events there had been when it was last told some. */
  told: number;
}

const eventsKept = 200;
/** The ranking looks at twenty ticks: it need not be made anew for each frame, and may take two per cent of the time. */
const findingsMs = 2000;
const findingsRest = 50;

export class LiveStreams implements Disposable {
  readonly #options: LiveStreamsOptions;
  readonly #clients = new Set<Client>();
  readonly #listening: Disposable;
  readonly #timer: NodeJS.Timeout;
  #events: WireEvent[] = [];
  #eventCount = 0;
  #findings: readonly Finding[] = [];
  #rankAgainMs = 0;
  #frame: string | undefined;

  constructor(options: LiveStreamsOptions) {
    this.#options = options;
    this.#listening = options.cluster.listen({
      event: (event) => {
        this.#eventCount += 1;
        this.#events.push(wireEvent(event));
        if (this.#events.length > 2 * eventsKept) this.#events = this.#events.slice(-eventsKept);
      },
    });
    this.#timer = setInterval(() => this.#tick(), options.hello.frameMs);
  }

  /** False where there are too many readers already. */
  open(response: ServerResponse): boolean {
    if (this.#clients.size >= (this.#options.mostClients ?? 64)) return false;
    const client = { stream: new EventStream(response), told: 0 };
    this.#clients.add(client);
    response.on('close', () => this.#clients.delete(client));
    client.stream.insist(eventText('hello', this.#options.hello));
    client.stream.offer(() => this.#news(client));
    return true;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#listening[Symbol.dispose]();
    for (const { stream } of this.#clients) stream[Symbol.dispose]();
  }

  #tick(): void {
    this.#frame = undefined;
    for (const client of this.#clients) client.stream.offer(() => this.#news(client));
  }

  #news(client: Client): string {
    const fresh = Math.min(this.#eventCount - client.told, eventsKept);
    client.told = this.#eventCount;
    const events = fresh === 0 ? '' : eventText('events', this.#events.slice(-fresh));
    return events + this.#frameText();
  }

  #frameText(): string {
    const now = Date.now();
    if (now >= this.#rankAgainMs) {
      const before = performance.now();
      this.#findings = this.#options.findings();
      this.#rankAgainMs = now + Math.max(findingsMs, (performance.now() - before) * findingsRest);
    }
    this.#frame ??= eventText('frame', frameOf(this.#options.cluster.nodes, this.#findings, now));
    return this.#frame;
  }
}
