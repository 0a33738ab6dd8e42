// What booted nodes ask of the head under /v1/ (protocol/README.md): each request is one short transaction, so a head that
// is killed and started again goes on where it was.
import { isAscii } from 'node:buffer';
import { HeorotError } from '@heorot/inventory';
import type { Deployment } from '../deploy/deployment.ts';
import { type Claim, parseClaim } from '../protocol/claim.ts';
import { printReply, type Reply } from '../protocol/reply.ts';
import { parseFailure, parseMarks } from '../protocol/report.ts';
import { type Door, openDoor } from './door.ts';
import { handOut } from './hand-out.ts';
import { howItGoesOn } from './how-it-goes-on.ts';
import type { Head } from './open-head.ts';

/** A request as the HTTP server has read it. */
export interface NodeRequest {
  readonly method: string;
  /** `/v1/plan` */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Of the peer. */
  readonly address: string;
  readonly authorization: string | undefined;
  readonly body: Buffer;
}

export interface NodeAnswer {
  readonly status: number;
  readonly body: string | Uint8Array;
}

export interface NodeRequestOptions {
  readonly now: () => number;
  /** The secrets of a deployment leave the head: its host keys are good from now on. */
  readonly onSecrets: (deployment: Deployment) => void;
  /** Whether the node with this address holds a multicast, and is to leave it. */
  readonly isSlow: (address: string) => boolean;
  /** Appends to the log of a node; bytes as they came. */
  readonly onLog: (deployment: Deployment, bytes: Uint8Array) => void;
}

export type NodeRequests = (request: NodeRequest) => NodeAnswer;

export function nodeRequests(head: Head, options: NodeRequestOptions): NodeRequests {
  const door = openDoor(head, options.now);
  return (request) => {
    try {
      return request.path === '/v1/claim'
        ? said(claimed(head, door, parseClaim(textOf(request)), request))
        : answered(head, door, request, options);
    } catch (error) {
      if (error instanceof HeorotError) return { status: 400, body: `${error.message}\n` };
      throw error;
    }
  };
}

function claimed(head: Head, door: Door, claim: Claim, request: NodeRequest): Reply {
  const result = door.enter(claim, request.address);
  if (result.kind === 'refused') return { kind: 'end', how: result.how, text: result.text };
  head.machines.saw({ mac: claim.mac, address: request.address }, door.now());
  head.machines.report(claim.mac, textOf(request));
  if (result.discovered !== undefined)
    return { kind: 'end', how: result.discovered, text: 'the disks are known now' };
  return { kind: 'ok', words: [result.session] };
}

function answered(head: Head, door: Door, request: NodeRequest, options: NodeRequestOptions): NodeAnswer {
  const session = /^Bearer ([0-9a-f]{64})$/.exec(request.authorization ?? '')?.[1];
  const guest = session === undefined ? undefined : door.recognise(session, request.address);
  if (guest === undefined) return { status: 401, body: 'no such session\n' };
  const { deployment } = guest;
  const via = head.deployments.run(deployment.run)?.via;
  const now = door.now();
  // Who is not admitted may be anybody: nothing that it says moves a deployment.
  if (!guest.admitted && request.method !== 'GET') return { status: 403, body: 'not admitted\n' };
  switch (`${request.method} ${request.path}`) {
    case 'GET /v1/plan':
    case 'GET /v1/sealed':
    case 'GET /v1/bundle':
      return handOut(head, door, guest, request.path, options.onSecrets);
    case 'POST /v1/mark': {
      for (const mark of parseMarks(textOf(request))) {
        if (mark.kind === 'progress')
          head.deployments.progress(deployment.id, Math.min(1, mark.done / Math.max(1, mark.total)), now);
        else if (mark.kind === 'begin') {
          if (mark.phase === 'partition') head.machines.wrote(deployment.mac);
          head.deployments.apply(deployment.id, { kind: 'begin', phase: mark.phase }, now);
        }
      }
      const reply = howItGoesOn(head.deployments.deployment(deployment.id), via);
      return said(
        reply.kind === 'ok' && options.isSlow(request.address) ? { kind: 'ok', words: ['leave'] } : reply,
      );
    }
    case 'POST /v1/fail': {
      const { phase, code, text } = parseFailure(textOf(request));
      const change = head.deployments.apply(deployment.id, { kind: 'failed', code, text }, now);
      return said(howItGoesOn(change?.after, via, phase === 'plan' ? 'check' : phase));
    }
    case 'POST /v1/log':
      options.onLog(deployment, request.body);
      return said({ kind: 'ok', words: [] });
    case 'POST /v1/ask': {
      const question = textOf(request).trim().slice(0, 4096);
      return said({ kind: 'ok', words: [String(head.questions.ask(deployment.id, question, now))] });
    }
    case 'GET /v1/answer': {
      const question = head.questions.question(Number(request.query.get('id')));
      if (question?.deployment !== deployment.id) return { status: 404, body: 'no such question\n' };
      const { answer } = question;
      return said(answer === undefined ? { kind: 'wait', seconds: 2 } : { kind: 'ok', words: [answer] });
    }
    case 'POST /v1/done':
      head.deployments.apply(deployment.id, { kind: 'done' }, now);
      head.deployments.burn(deployment.id);
      return said({ kind: 'ok', words: [] });
    default:
      return { status: 404, body: 'no such request\n' };
  }
}

function said(reply: Reply): NodeAnswer {
  return { status: 200, body: printReply(reply) };
}

function textOf({ body }: NodeRequest): string {
  // Kernel names and serial numbers are bytes from outside: what is no UTF-8 becomes U+FFFD, never an exception.
  return isAscii(body) ? body.toString('latin1') : body.toString('utf8');
}
