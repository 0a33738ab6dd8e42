// A machine without a disk: speaks the protocol of a booted node over real HTTP, checks what a node must check, and breaks
// where it is told to. For tests and for bench/clone; the real agent is a shell script in the boot environment.
import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { claimFingerprint } from '../protocol/claim.ts';
import { type Phase, phases } from '../protocol/plan-step.ts';
import { openSealed } from '../protocol/sealed-document.ts';
import { derOf, verifyDocument } from '../protocol/signed-document.ts';
import { line, readLines } from '../protocol/words.ts';
import { type HttpClient, httpClient } from './http-client.ts';

export interface FakeNodeOptions {
  /** `http://127.0.0.1:8080` */
  readonly head: string;
  readonly mac: string;
  /** What a boot script would name; came by ssh. */
  readonly token?: string;
  readonly firmware?: 'bios' | 'uefi';
  /** `disk` and `link` lines of the claim. */
  readonly disks: readonly string[];
  /** Of the head; baked into a real boot environment. */
  readonly signingKey: KeyObject;
  /** The machine's own serial console. */
  readonly console?: (line: string) => void;
  /** 127.0.0.0/8, to come from another address. */
  readonly localAddress?: string;
  readonly faults?: readonly Fault[];
  /** Between two tries of a request that failed, and of a `wait`. */
  readonly pauseMs?: number;
  readonly signal?: AbortSignal;
}

export type Fault =
  /** Reports a failure in this phase, so many times. */
  | { readonly kind: 'fails'; readonly phase: Phase; readonly code: string; readonly times: number }
  /** Says nothing more, as after a power cut. */
  | { readonly kind: 'dies'; readonly phase: Phase };

export type FakeEnding =
  | { readonly kind: 'local' }
  | {
      readonly kind: 'done';
      readonly secrets: Buffer | undefined;
      readonly steps: readonly (readonly string[])[];
      /** The head has asked it to. */
      readonly leavesMulticast: boolean;
    }
  | { readonly kind: 'end'; readonly how: string; readonly text: string }
  | { readonly kind: 'died'; readonly phase: Phase };

/** One boot, from the firmware's question to the end that the head or a fault gives it. */
export async function bootFakeNode(options: FakeNodeOptions): Promise<FakeEnding> {
  using client = httpClient(options.localAddress);
  const head = new URL(options.head);
  const get = (path: string) => patiently(client, options, 'GET', path);
  const platform = options.firmware === 'uefi' ? 'efi' : 'pcbios';
  const token = options.token ?? tokenIn((await get(`/boot.ipxe?mac=${options.mac}&plat=${platform}`)).text);
  if (token === undefined) return { kind: 'local' };
  return new Agent(client, { ...options, head: head.origin }, token).run();
}

function tokenIn(script: string): string | undefined {
  return /heorot\.token=([0-9a-f]{32})/.exec(script)?.[1];
}

class Agent {
  readonly #client: HttpClient;
  readonly #options: FakeNodeOptions;
  readonly #token: string;
  readonly #nonce = randomBytes(16).toString('hex');
  readonly #pair = generateKeyPairSync('x25519');
  readonly #failuresLeft: Map<Phase, number>;
  #session = '';
  #secrets: Buffer | undefined;

  constructor(client: HttpClient, options: FakeNodeOptions, token: string) {
    this.#client = client;
    this.#options = options;
    this.#token = token;
    this.#failuresLeft = new Map(
      (options.faults ?? []).flatMap((fault) => (fault.kind === 'fails' ? [[fault.phase, fault.times]] : [])),
    );
  }

  async run(): Promise<FakeEnding> {
    const key = derOf(this.#pair.publicKey).toString('base64');
    this.#options.console?.(`heorot-claim ${this.#options.mac} ${claimFingerprint(key)}`);
    const claimed = await this.#ask('POST', '/v1/claim', this.#claim(key));
    if (claimed[0] !== 'ok') return endOf(claimed);
    this.#session = claimed[1] ?? '';
    const plan = await this.#plan();
    if ('kind' in plan) return plan;
    for (let from: Phase = 'check'; ; ) {
      const result = await this.#work(plan.steps, from);
      if (result.kind !== 'again') return result;
      from = result.phase;
    }
  }

  async #plan(): Promise<{ readonly steps: readonly (readonly string[])[] } | FakeEnding> {
    for (;;) {
      const { text, status } = await this.#request('GET', '/v1/plan');
      if (status !== 200) return { kind: 'end', how: 'reboot', text: String(status) };
      if (text.startsWith('wait ')) {
        await this.#client.pause(this.#options.pauseMs ?? 20, this.#options.signal);
        continue;
      }
      if (!text.startsWith('heorot-plan 1\n')) return endOf(readLines(text)[0] ?? []);
      const steps = readLines(verifyDocument(text, this.#options.signingKey));
      const field = (name: string) => steps.find(([first]) => first === name)?.[1];
      if (field('nonce') !== this.#nonce || field('mac') !== this.#options.mac)
        throw new Error('the plan is of another machine or another boot');
      return { steps };
    }
  }

  async #work(
    steps: readonly (readonly string[])[],
    from: Phase,
  ): Promise<FakeEnding | { readonly kind: 'again'; readonly phase: Phase }> {
    let phase: Phase = 'check';
    let leavesMulticast = false;
    for (const step of steps) {
      if (step[0] === 'phase') {
        phase = phases.find((each) => each === step[1]) ?? phase;
        if (phases.indexOf(phase) < phases.indexOf(from)) continue;
        if (this.#dies(phase)) return { kind: 'died', phase };
        const reply = await this.#ask('POST', '/v1/mark', `begin ${phase} 1\n`);
        if (reply[0] !== 'ok') return endOf(reply);
        leavesMulticast = reply[1] === 'leave';
        const failure = this.#fails(phase);
        if (failure !== undefined) {
          const told = await this.#ask('POST', '/v1/fail', `${phase} ${failure}\nas the test wants it`);
          const again = phases.find((each) => told[0] === 'again' && each === told[1]);
          return again === undefined ? endOf(told) : { kind: 'again', phase: again };
        }
      }
      if (phases.indexOf(phase) < phases.indexOf(from)) continue;
      if (step[0] === 'secrets') await this.#fetchSecrets();
      if (step[0] === 'image') await this.#ask('POST', '/v1/mark', 'progress image 50 100\n');
    }
    const done = await this.#request('POST', '/v1/done', '');
    if (done.status !== 200 && done.status !== 401) return { kind: 'end', how: 'reboot', text: 'not done' };
    return { kind: 'done', secrets: this.#secrets, steps, leavesMulticast };
  }

  async #fetchSecrets(): Promise<void> {
    const { text, status } = await this.#request('GET', '/v1/sealed');
    if (status !== 200) throw new Error(`no secrets: ${status}`);
    const verified = verifyDocument(text, this.#options.signingKey);
    this.#secrets = openSealed(verified, this.#nonce, this.#pair.privateKey);
  }

  #claim(key: string): string {
    return [
      'heorot-claim 1',
      line('token', this.#token),
      line('mac', this.#options.mac),
      line('nonce', this.#nonce),
      line('key', key),
      line('firmware', this.#options.firmware ?? 'bios'),
      line('memory', 2 ** 31),
      line('system-serial', `SN-${this.#options.mac}`),
      line('product', 'fake node'),
      ...this.#options.disks,
      '',
    ].join('\n');
  }

  #dies(phase: Phase): boolean {
    return this.#options.faults?.some((fault) => fault.kind === 'dies' && fault.phase === phase) === true;
  }

  #fails(phase: Phase): string | undefined {
    const left = this.#failuresLeft.get(phase) ?? 0;
    if (left === 0) return undefined;
    this.#failuresLeft.set(phase, left - 1);
    const fault = this.#options.faults?.find((each) => each.kind === 'fails' && each.phase === phase);
    return fault?.kind === 'fails' ? fault.code : undefined;
  }

  async #ask(method: string, path: string, body?: string): Promise<readonly string[]> {
    const { text, status } = await this.#request(method, path, body);
    return status === 200 ? (readLines(text)[0] ?? []) : ['end', 'reboot', String(status)];
  }

  #request(method: string, path: string, body?: string) {
    return patiently(this.#client, this.#options, method, path, body, this.#session);
  }
}

/** As the protocol wants it: without end, for the head may be restarting. */
async function patiently(
  client: HttpClient,
  { head, pauseMs = 20, signal }: FakeNodeOptions,
  method: string,
  path: string,
  body?: string,
  session?: string,
): Promise<{ readonly status: number; readonly text: string }> {
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await client.request(new URL(path, head), method, body, session);
    } catch {
      await client.pause(pauseMs, signal);
    }
  }
}

function endOf([kind = '', how = '', text = '']: readonly string[]): FakeEnding {
  return { kind: 'end', how, text: kind === 'end' ? text : kind };
}
