// Power by Redfish (DMTF DSP0266): reset actions and the boot override of the one system behind an address.
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { rootCertificates } from 'node:tls';
import { HeorotError, readBmcPassword } from '@heorot/inventory';
import type { PowerDriver, PoweredNode, PowerState } from './power-driver.ts';

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const timeoutMs = 30_000;

export interface RedfishOptions {
  /** `http` for a simulator. */
  readonly scheme?: 'http' | 'https';
  readonly port?: number;
  readonly trust?: BmcTrust;
}

/** How a BMC shows that it is one, before it is told a password. */
export type BmcTrust =
  /** Signed by an authority that this machine knows, or by one of these (PEM); a BMC's own certificate may stand there too. */
  | { readonly kind: 'checked'; readonly authorities?: string | undefined }
  /** Whoever answers gets the password. */
  | { readonly kind: 'any' };

/** For a BMC with one system behind its address. Its methods throw HeorotError `power-failed`. */
export function redfishDriver({
  scheme = 'https',
  port,
  trust = { kind: 'checked' },
}: RedfishOptions = {}): PowerDriver {
  const base = (address: string): string => `${scheme}://${address}${port === undefined ? '' : `:${port}`}`;
  const call = (node: PoweredNode, method: string, path: string, signal: AbortSignal, body?: unknown) =>
    callRedfish({ base, trust }, node, method, path, signal, body);

  async function systemOf(node: PoweredNode, signal: AbortSignal): Promise<string> {
    const { body } = await call(node, 'GET', '/redfish/v1/Systems', signal);
    const members = Array.isArray(body['Members']) ? body['Members'] : [];
    const paths = members.flatMap((each: unknown) => {
      const id = isRecord(each) ? each['@odata.id'] : undefined;
      return typeof id === 'string' ? [id] : [];
    });
    const [only] = paths;
    if (only === undefined || paths.length > 1) throw failed(node, `${paths.length} systems, one is wanted`);
    return only;
  }

  async function reset(node: PoweredNode, type: string, signal: AbortSignal): Promise<void> {
    const system = await systemOf(node, signal);
    await call(node, 'POST', `${system}/Actions/ComputerSystem.Reset`, signal, { ResetType: type });
  }

  async function stateOf(node: PoweredNode, signal: AbortSignal): Promise<PowerState> {
    const { body } = await call(node, 'GET', await systemOf(node, signal), signal);
    const state = String(body['PowerState']).toLowerCase();
    return state === 'on' || state === 'off' ? state : 'unknown';
  }

  return {
    name: 'redfish',
    state: stateOf,
    on: (node, signal) => reset(node, 'On', signal),
    off: (node, signal) => reset(node, 'ForceOff', signal),
    cycle: (node, signal) => reset(node, 'ForceRestart', signal),
    nextBoot: async (node, from, signal) => {
      const system = await systemOf(node, signal);
      await call(node, 'PATCH', system, signal, {
        Boot: {
          BootSourceOverrideEnabled: 'Once',
          BootSourceOverrideTarget: from === 'network' ? 'Pxe' : 'Hdd',
        },
      });
    },
  };
}

async function callRedfish(
  { base, trust }: { readonly base: (address: string) => string; readonly trust: BmcTrust },
  node: PoweredNode,
  method: string,
  path: string,
  signal: AbortSignal,
  body?: unknown,
): Promise<Answer> {
  const { bmc } = node;
  if (bmc === undefined) throw new HeorotError('power-failed', `${node.name} has no bmc in the cluster file`);
  const password = await readBmcPassword(node.name, bmc);
  const text = body === undefined ? '' : JSON.stringify(body);
  const options = {
    method,
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    headers: {
      accept: 'application/json',
      ...(text === ''
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      ...(bmc.user === undefined
        ? {}
        : { authorization: `Basic ${Buffer.from(`${bmc.user}:${password ?? ''}`).toString('base64')}` }),
    },
  };
  const url = new URL(path, base(bmc.address));
  return new Promise((resolve, reject) => {
    const take = (response: IncomingMessage): void => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', (error) => reject(failed(node, error.message, error)));
      response.on('end', () => {
        const { statusCode: status = 0 } = response;
        if (status >= 400) return reject(failed(node, `${method} ${path}: status ${status}`));
        return resolve({ status, body: parsed(Buffer.concat(chunks).toString('utf8')) });
      });
    };
    const request =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...options, ...tlsOf(trust) }, take)
        : httpRequest(url, options, take);
    request.on('error', (error) => reject(unreached(node, error)));
    request.end(text);
  });
}

function tlsOf(trust: BmcTrust): RequestOptions {
  if (trust.kind === 'any') return { rejectUnauthorized: false };
  const { authorities } = trust;
  return authorities === undefined ? {} : { ca: [...rootCertificates, authorities] };
}

/** Codes of OpenSSL and Node for a certificate that is not believed. */
const disbelief = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/;

function unreached(node: PoweredNode, error: Error & { readonly code?: string }): HeorotError {
  if (!disbelief.test(error.code ?? '')) return failed(node, error.message, error);
  return new HeorotError(
    'power-failed',
    `${node.name}: redfish: the certificate of its BMC: ${error.message}`,
    {
      hint: 'clone serve --redfish-ca FILE names who signs them; --redfish-any-certificate asks no BMC for one',
      cause: error,
    },
  );
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    // Many actions answer with nothing.
    return {};
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function failed(node: PoweredNode, what: string, cause?: unknown): HeorotError {
  return new HeorotError('power-failed', `${node.name}: redfish: ${what}`, {
    hint: 'check the address, user and password of its BMC',
    ...(cause === undefined ? {} : { cause }),
  });
}
