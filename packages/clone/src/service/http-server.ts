// The HTTP service: boot scripts, files of the boot environment, blobs of the image store, and what nodes ask. Nothing lists
// anything, nothing under a name that could be guessed is secret, and a slow reader costs a buffer, not a copy.
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseMac } from '@heorot/inventory';
import { loaderFor } from '../bootenv/local-loader.ts';
import { bootsEnvironment } from '../deploy/advance.ts';
import { distributionFolder } from '../distribution/material.ts';
import type { Tracker } from '../distribution/tracker.ts';
import { bootFileSystem } from '../plan/boot-filesystem.ts';
import { type BootChoice, type BootSurroundings, bootScript } from './boot-script.ts';
import { keyIdOf } from './key-id.ts';
import type { NodeAnswer, NodeRequests } from './node-requests.ts';
import type { Head } from './open-head.ts';
import { sendFile } from './send-file.ts';

export interface HttpOptions {
  readonly now: () => number;
  /** `http://10.77.0.1:8080`, as nodes reach it. */
  readonly url: () => string;
  readonly kernelArguments: string;
  /** Whether a MAC is of the inventory. */
  readonly isKnown: (mac: string) => boolean;
  readonly nodeRequests: NodeRequests;
  readonly tracker: Tracker;
  /** What broke while a request was answered. */
  readonly onError: (error: unknown) => void;
}

/** A claim of a machine with many disks, or a piece of a log. */
const mostBodyBytes = 256 * 1024;

/** For aria2 on a node, which looks around after each answer (`node/lib/heorot/peers.sh`). */
const wakeMs = 100;

/** Not listening yet. */
export function createHttpServer(head: Head, options: HttpOptions): Server {
  const server = createServer(
    { maxHeaderSize: 8192, requestTimeout: 60_000, keepAliveTimeout: 65_000 },
    (request, response) => {
      answer(head, options, request, response).catch((error: unknown) => {
        options.onError(error);
        if (!response.headersSent) response.statusCode = 500;
        response.end();
      });
    },
  );
  // A whole hall that boots at once must not be turned away by a short queue.
  server.maxConnections = 20_000;
  return server;
}

async function answer(
  head: Head,
  options: HttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://head');
  const reading = request.method === 'GET' || request.method === 'HEAD';
  if (pathname.startsWith('/v1/')) {
    const body = await readBody(request);
    if (body === undefined) return send(response, { status: 413, body: '' });
    const { authorization } = request.headers;
    const { method = 'GET' } = request;
    return send(
      response,
      options.nodeRequests({
        method,
        path: pathname,
        query: searchParams,
        address: addressOf(request),
        authorization,
        body,
      }),
    );
  }
  if (!reading) return send(response, { status: 405, body: '' });
  if (pathname === '/boot.ipxe') return sendScript(head, options, searchParams, addressOf(request), response);
  if (pathname === '/announce') {
    response.setHeader('cache-control', 'no-store');
    const query = (request.url ?? '').replace(/^[^?]*\??/, '');
    return send(response, {
      status: 200,
      body: await options.tracker.announce({ address: addressOf(request), query }, options.now()),
    });
  }
  if (pathname === '/wake') {
    await sleep(wakeMs);
    return send(response, { status: 200, body: '\n' });
  }
  const material = /^\/distribution\/([0-9a-f]{64}\.(?:chunks|torrent))$/.exec(pathname)?.[1];
  if (material !== undefined)
    return sendFile(request, response, {
      path: join(distributionFolder(head.folder), material),
      contentType: 'application/octet-stream',
    });
  const hex = /^\/blobs\/sha256\/([0-9a-f]{64})$/.exec(pathname)?.[1];
  if (hex !== undefined)
    return sendFile(request, response, {
      path: join(head.folder.images, 'blobs', 'sha256', hex),
      contentType: 'application/octet-stream',
      etag: hex,
      immutable: true,
    });
  const fileSystem = searchParams.get('fs');
  if (pathname === '/boot/grub/local.efi' && fileSystem !== null)
    return send(response, { status: 200, body: await localLoader(head, fileSystem) });
  // No dot at the beginning of a name: nothing above the folder, nothing half-written.
  const name = /^\/boot\/((?:[\w+-][\w.+-]*\/)*[\w+-][\w.+-]*)$/.exec(pathname)?.[1];
  if (name !== undefined)
    return sendFile(request, response, {
      path: join(head.folder.bootenv, name),
      contentType: 'application/octet-stream',
    });
  return send(response, { status: 404, body: '' });
}

function sendScript(
  head: Head,
  options: HttpOptions,
  query: URLSearchParams,
  address: string,
  response: ServerResponse,
): void {
  const mac = parseMac(query.get('mac') ?? '');
  if (mac === undefined) return send(response, { status: 400, body: 'mac is wanted\n' });
  const platform = query.get('plat') === 'efi' ? 'efi' : 'pcbios';
  head.machines.saw({ mac, address, platform }, options.now());
  const surroundings: BootSurroundings = {
    head: options.url(),
    platform,
    keyId: keyIdOf(head),
    kernelArguments: options.kernelArguments,
  };
  response.setHeader('cache-control', 'no-store');
  return send(response, {
    status: 200,
    body: bootScript(choiceOf(head, options, mac, address), surroundings),
  });
}

async function localLoader({ folder }: Head, fileSystem: string): Promise<Buffer> {
  return loaderFor(await readFile(join(folder.bootenv, 'grub', 'local.efi')), fileSystem);
}

/** The state on the head decides what a machine boots; nothing else does. */
function choiceOf(head: Head, { now, isKnown }: HttpOptions, mac: string, address: string): BootChoice {
  const deployment = head.deployments.activeOf(mac);
  if (deployment !== undefined && deployment.expires > now() && bootsEnvironment(deployment.position)) {
    head.deployments.apply(deployment.id, { kind: 'script' }, now());
    return { kind: 'environment', mac, token: head.admissions.issueToken(deployment.id, address, now()) };
  }
  if (deployment === undefined && !isKnown(mac)) return { kind: 'unknown' };
  const target = head.targets.take(mac, now());
  if (target === undefined) return { kind: 'local', fileSystem: fileSystemOf(head, mac) };
  return target.target === 'memtest86+' ? { kind: 'memtest' } : { kind: 'file', path: target.target };
}

/** Of two disks that could be booted, the one that was made last is meant. */
function fileSystemOf({ deployments }: Head, mac: string): string | undefined {
  const installed = deployments.installedOn(mac);
  const plan = installed === undefined ? undefined : deployments.planOf(installed.id);
  return plan === undefined ? undefined : bootFileSystem(plan.steps);
}

function addressOf(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const pieces: AsyncIterable<Buffer> = request;
  for await (const piece of pieces) {
    size += piece.byteLength;
    if (size > mostBodyBytes) return undefined;
    chunks.push(piece);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, body }: NodeAnswer): void {
  response.statusCode = status;
  if (!response.hasHeader('content-type')) response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(body);
}
