// Is there another DHCP server? Asks as an unknown machine (RFC 2131, DHCPDISCOVER with the broadcast flag) and listens for
// offers. Ours does not answer unknown machines; who does is somebody else, and would send our nodes elsewhere.
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ForeignServer {
  readonly address: string;
}

export interface ProbeOptions {
  /** The broadcast address of the network: `10.77.0.255`. */
  readonly broadcast: string;
  readonly waitMs?: number;
  /** Its own offers do not count. */
  readonly ownAddress: string;
  readonly signal?: AbortSignal;
}

/** Needs the right to use port 68. @returns each server once */
export async function probeForeignServers({
  broadcast,
  waitMs = 3000,
  ownAddress,
  signal,
}: ProbeOptions): Promise<readonly ForeignServer[]> {
  const transaction = randomBytes(4);
  const found = new Set<string>();
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  try {
    socket.on('message', (message, { address }) => {
      const reply = message[0] === 2 && message.subarray(4, 8).equals(transaction);
      if (reply && address !== ownAddress) found.add(address);
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(68, resolve);
    });
    socket.setBroadcast(true);
    for (let attempt = 0; attempt < 2; attempt++) {
      socket.send(discover(transaction), 67, broadcast);
      await sleep(waitMs / 2, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    }
  } finally {
    socket.close();
  }
  return [...found].map((address) => ({ address }));
}

function discover(transaction: Uint8Array): Buffer {
  const packet = Buffer.alloc(300);
  packet.set([1, 1, 6, 0]);
  packet.set(transaction, 4);
  packet.writeUInt16BE(0x8000, 10);
  // A locally administered address that no card has.
  packet.set([0x02, ...randomBytes(5)], 28);
  packet.set([0x63, 0x82, 0x53, 0x63, 53, 1, 1, 55, 3, 1, 3, 67, 255], 236);
  return packet;
}
