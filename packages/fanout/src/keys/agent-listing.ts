// What keys an ssh-agent holds (draft-miller-ssh-agent section 4.4). Signing is left to ssh2's client.
import { connect } from 'node:net';
import { keyTypeOf } from '../known-hosts/host-key.ts';

export interface AgentKey {
  /** Wire form; of a certificate, the certificate. */
  readonly blob: Buffer;
  readonly keyType: string;
  readonly comment: string;
}

const requestIdentities = 11;
const identitiesAnswer = 12;
/** As OpenSSH's MAX_AGENT_REPLY_LEN: an agent that says more is none. */
const longestReply = 256 * 1024;

/**
 * Asks the agent at a socket for its keys.
 * @throws Error when nothing answers within `timeoutMs`, or what answers is no agent
 */
export async function listAgentKeys(socketPath: string, timeoutMs: number): Promise<readonly AgentKey[]> {
  const socket = connect(socketPath);
  const giveUp = setTimeout(() => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    socket.write(Uint8Array.of(0, 0, 0, 1, requestIdentities));
    let reply = Buffer.alloc(0);
    for await (const chunk of socket) {
      if (!Buffer.isBuffer(chunk)) throw new TypeError('a socket without encoding yields buffers');
      reply = Buffer.concat([reply, chunk]);
      if (reply.length > longestReply) break;
      if (reply.length >= 4 && reply.length >= 4 + reply.readUInt32BE(0))
        return parseAnswer(reply.subarray(4));
    }
    throw new Error('the agent closed the connection');
  } finally {
    clearTimeout(giveUp);
    socket.destroy();
  }
}

function parseAnswer(message: Buffer): AgentKey[] {
  if (message[0] !== identitiesAnswer) throw new Error('the agent does not list its keys');
  const keys: AgentKey[] = [];
  let at = 5;
  const field = () => {
    const length = message.readUInt32BE(at);
    if (at + 4 + length > message.length) throw new Error('the agent sent a malformed list');
    const bytes = message.subarray(at + 4, at + 4 + length);
    at += 4 + length;
    return bytes;
  };
  for (let left = message.readUInt32BE(1); left > 0; left--) {
    const blob = field();
    const comment = field().toString();
    const keyType = keyTypeOf(blob);
    if (keyType !== undefined) keys.push({ blob, keyType, comment });
  }
  return keys;
}
