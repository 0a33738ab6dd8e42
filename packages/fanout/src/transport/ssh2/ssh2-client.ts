// ssh2's client by itself: its index would load servers, key makers and HTTP agents as well, with Node's http and https,
// which is a third of the time it takes.
import type { Client as Ssh2Client } from 'ssh2';
// @ts-expect-error -- the types describe the index only
import ClientOfSsh2 from 'ssh2/lib/client.js';

export const Client: typeof Ssh2Client = ClientOfSsh2;
