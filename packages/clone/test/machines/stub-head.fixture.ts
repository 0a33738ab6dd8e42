// The smallest head that speaks the protocol: serves files, admits whoever claims first, and gives the plan it was given. For tests of
// the node side alone; the real one is `clone serve`.
import { createPrivateKey } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Claim, parseClaim } from '../../src/protocol/claim.ts';
import { signPlan, stepLines } from '../../src/protocol/plan-document.ts';
import type { PlanStep } from '../../src/protocol/plan-step.ts';
import { sealDocument } from '../../src/protocol/sealed-document.ts';
import { bootScript } from '../../src/service/boot-script.ts';

export interface StubOrder {
  readonly mac: string;
  readonly node: string;
  readonly action: 'deploy' | 'rescue';
  /** Made when the claim has come: it says what disks there are. */
  readonly steps: (claim: Claim) => readonly PlanStep[];
  /** A tar. */
  readonly secrets: Buffer;
}

export interface StubHead extends AsyncDisposable {
  readonly url: string;
  /** Everything that nodes reported, in order: `begin check 1230`, `fail ...`, `done`. */
  readonly reports: readonly string[];
  readonly claims: readonly Claim[];
  order: StubOrder | undefined;
  /** Changes what is sent, for tests of damage on the way. */
  damage: ((path: string) => 'truncate' | 'flip' | 'plan' | undefined) | undefined;
}

export interface StubOptions {
  readonly address: string;
  readonly bootenv: string;
  /** Paths of the head to files: `/blobs/...`, `/v1/bundle`. */
  readonly files: Map<string, string>;
  readonly signingKey: string;
  readonly keyId: string;
}

const token = '0123456789abcdef'.repeat(2);
const session = 'ab'.repeat(32);

export async function startStubHead(options: StubOptions): Promise<StubHead> {
  const key = createPrivateKey(options.signingKey);
  const reports: string[] = [];
  const claims: Claim[] = [];
  const head: { order: StubOrder | undefined; damage: StubHead['damage'] } = {
    order: undefined,
    damage: undefined,
  };
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      reports.push(`error ${String(error)}`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, options.address, resolve));
  const bound = server.address();
  const url = `http://${options.address}:${typeof bound === 'object' ? bound?.port : 0}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    const body = request.method === 'POST' ? await text(request) : '';
    const { order } = head;
    if (pathname === '/boot.ipxe') {
      const platform = searchParams.get('plat') === 'efi' ? 'efi' : 'pcbios';
      const mac = searchParams.get('mac') ?? '';
      const choice =
        order?.mac === mac ? ({ kind: 'environment', mac, token } as const) : ({ kind: 'local' } as const);
      reports.push(`boot ${choice.kind}`);
      const surroundings = {
        head: url,
        platform,
        keyId: options.keyId,
        kernelArguments: 'console=ttyS0 quiet panic=10',
      } as const;
      return void response.end(bootScript(choice, surroundings));
    }
    const file = pathname.startsWith('/boot/')
      ? join(options.bootenv, pathname.slice('/boot/'.length))
      : options.files.get(pathname);
    if (file !== undefined) return send(file, pathname, request, response);
    if (order === undefined) return void response.writeHead(401).end();
    if (pathname === '/v1/claim') {
      claims.push(parseClaim(body));
      return void response.end(`ok ${session}\n`);
    }
    if (request.headers.authorization !== `Bearer ${session}`) return void response.writeHead(401).end();
    const claim = claims.at(-1);
    if (claim === undefined) return void response.writeHead(401).end();
    const binding = { node: order.node, mac: order.mac, deployment: 'd1', nonce: claim.nonce };
    switch (pathname) {
      case '/v1/plan': {
        const plan = signPlan(binding, order.action, stepLines(order.steps(claim)), key);
        return void response.end(head.damage?.(pathname) === 'plan' ? plan.replace('d1', 'd2') : plan);
      }
      case '/v1/sealed':
        return void response.end(sealDocument(binding, order.secrets, claim.key, key));
      case '/v1/mark':
        reports.push(...body.trim().split('\n'));
        return void response.end('ok\n');
      case '/v1/log':
        reports.push(`log ${body.length}`);
        return void response.end('ok\n');
      case '/v1/fail':
        reports.push(`fail ${body}`);
        return void response.end('end poweroff set aside\n');
      case '/v1/done':
        reports.push('done');
        head.order = undefined;
        return void response.end('ok\n');
      default:
        return void response.writeHead(404).end();
    }
  }

  function send(file: string, path: string, request: IncomingMessage, response: ServerResponse): void {
    const { size } = statSync(file);
    const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const damage = head.damage?.(path);
    response.writeHead(request.headers.range === undefined ? 200 : 206, {
      'Content-Length': size - start,
      ...(request.headers.range !== undefined && { 'Content-Range': `bytes ${start}-${size - 1}/${size}` }),
    });
    if (request.method === 'HEAD') return void response.end();
    const stream = createReadStream(file, {
      start,
      ...(damage === 'truncate' && { end: start + 1_000_000 }),
    });
    if (damage === 'flip')
      stream.once('data', (chunk) => Buffer.isBuffer(chunk) && chunk.writeUInt8((chunk[9] ?? 0) ^ 1, 9));
    stream.pipe(response, { end: false });
    stream.once('end', () => (damage === 'truncate' ? response.destroy() : response.end()));
    response.once('close', () => stream.destroy());
  }

  return Object.assign(head, {
    url,
    reports,
    claims,
    async [Symbol.asyncDispose](): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
