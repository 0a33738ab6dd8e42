// AES-GCM packets for ssh2 without its native binding, which npm and pnpm do not build. ssh2 1.17 takes a new buffer and
// fresh random bytes for each packet it sends, makes the key anew, and hands the socket three pieces, each a system call
// and a TCP segment: half of what a bulk copy costs. Here a packet is put together in one buffer and leaves as a whole.
import { createCipheriv, createSecretKey, randomFillSync } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { ownPart } from './own-part.ts';

/** To be called after each key exchange. Does nothing with other ciphers, nor where a later ssh2 keeps its own elsewhere. */
export function useOwnGcm(client: Client, socket: Duplex): void {
  const protocol = ownPart(client, '_protocol');
  const sender = ownPart(protocol, '_cipher');
  if (isGcmSender(sender)) sendWith(sender, socket);
  const receiver = ownPart(protocol, '_decipher');
  const key = ownPart(receiver, '_decipherKey');
  // Node 24 asks by exceptions whether bytes are a key object: 40 µs a packet. Only AES-GCM makes its ciphers again and again.
  if (Buffer.isBuffer(key)) Reflect.set(Object(receiver), '_decipherKey', createSecretKey(key));
}

/** What is relied on in ssh2's AESGCMCipherNative (lib/protocol/crypto.js). */
interface GcmSender {
  readonly _encSSLName: 'aes-128-gcm' | 'aes-256-gcm';
  readonly _encKey: Buffer;
  readonly _encIV: Buffer;
  readonly _dead: boolean;
  readonly _onWrite: (piece: Buffer) => void;
  outSeqno: number;
  /** A packet with room for so many bytes of payload, its length and padding filled in. */
  allocPacket: (payloadLength: number) => Buffer;
  encrypt: (packet: Buffer) => void;
}

function isGcmSender(value: unknown): value is GcmSender {
  return (
    /^aes-(128|256)-gcm$/.test(String(ownPart(value, '_encSSLName'))) &&
    Buffer.isBuffer(ownPart(value, '_encKey')) &&
    Buffer.isBuffer(ownPart(value, '_encIV')) &&
    ['_onWrite', 'allocPacket', 'encrypt'].every((name) => typeof ownPart(value, name) === 'function')
  );
}

function sendWith(sender: GcmSender, socket: Duplex): void {
  const key = createSecretKey(sender._encKey);
  let gathers = false;
  const leave = () => {
    gathers = false;
    socket.uncork();
  };
  // What is said in one turn of the event loop leaves in one system call: to a gateway that is what many nodes are told.
  const gather = () => {
    if (gathers) return;
    gathers = true;
    socket.cork();
    setImmediate(leave);
  };
  sender.allocPacket = (payloadLength) => plain.begin(payloadLength);
  sender.encrypt = (packet) => {
    if (sender._dead) return;
    const cipher = createCipheriv(sender._encSSLName, key, sender._encIV);
    // The packet's memory is used again before the socket has written.
    const length = Buffer.from(packet.subarray(0, 4));
    cipher.setAAD(length);
    const sealed = cipher.update(packet.subarray(4));
    cipher.final();
    gather();
    for (const piece of [length, sealed, cipher.getAuthTag()]) sender._onWrite(piece);
    countUp(sender._encIV);
    sender.outSeqno = (sender.outSeqno + 1) >>> 0;
  };
}

/** RFC 5647 section 7.1: four fixed bytes, and a counter of the packets. */
function countUp(iv: Buffer): void {
  iv.writeBigUInt64BE(BigInt.asUintN(64, iv.readBigUInt64BE(4) + 1n), 4);
}

const blockBytes = 16;
const leastPadding = 4;

/** RFC 4253 section 6: length, padding length, payload, random padding. */
class PlainPacket {
  #memory = Buffer.alloc(0);
  readonly #padding = Buffer.alloc(1024);
  #padded = this.#padding.length;

  begin(payloadLength: number): Buffer {
    // The length itself is not encrypted, and not counted.
    const rest = (1 + payloadLength + leastPadding) % blockBytes;
    const padding = leastPadding + (rest === 0 ? 0 : blockBytes - rest);
    const end = 4 + 1 + payloadLength + padding;
    if (end > this.#memory.length) this.#memory = Buffer.allocUnsafeSlow(end);
    const packet = this.#memory.subarray(0, end);
    packet.writeUInt32BE(end - 4);
    packet[4] = padding;
    this.#fill(packet.subarray(end - padding));
    return packet;
  }

  #fill(target: Buffer): void {
    if (this.#padded + target.length > this.#padding.length) {
      randomFillSync(this.#padding);
      this.#padded = 0;
    }
    this.#padding.copy(target, 0, this.#padded);
    this.#padded += target.length;
  }
}

/**
 * One for all connections: ssh2 encrypts what it has begun before anything else can run. A thousand that each kept the room of
 * their largest packet, a script of 28 kB, would keep 28 MB.
 */
const plain = new PlainPacket();
