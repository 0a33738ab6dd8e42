// ssh2's reader of keys by itself, without its client (see transport/ssh2/ssh2-client.ts).
import type { utils } from 'ssh2';
// @ts-expect-error -- the types describe the index only
import keyParser from 'ssh2/lib/protocol/keyParser.js';

export const parseKey: typeof utils.parseKey = keyParser.parseKey;
