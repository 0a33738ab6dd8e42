// SHA-256 of parts of local files, each computed once for all nodes, over the blocks that are read anyway.
import { createHash } from 'node:crypto';
import type { BlockCache } from './block-cache.ts';
import type { ByteName } from './byte-name.ts';
import type { DigestThread, GrowingDigest } from './digest-thread.ts';

/** From here on a thread costs less than it saves. */
const threadFromBytes = 32 * 1024 * 1024;

export class FileDigests {
  readonly #blocks: BlockCache;
  readonly #thread: DigestThread;
  readonly #digests = new Map<string, Promise<string>>();

  /** @param thread may be shared */
  constructor(blocks: BlockCache, thread: DigestThread) {
    this.#blocks = blocks;
    this.#thread = thread;
  }

  /** In hexadecimal. */
  of(source: ByteName, from: number, to: number): Promise<string> {
    const key = `${from} ${to} ${source}`;
    const digest = this.#digests.get(key) ?? this.#compute(source, from, to);
    this.#digests.set(key, digest);
    // Whoever needs it awaits it; until then a failure is no unhandled rejection.
    digest.catch(() => undefined);
    return digest;
  }

  /** The digest of a whole file that is being written and will have about this size. */
  growing(source: ByteName, size: number): GrowingDigest {
    if (size >= threadFromBytes) return this.#thread.begin(source, 0);
    return { upTo() {}, finish: (end) => this.of(source, 0, end), [Symbol.dispose]() {} };
  }

  async #compute(source: ByteName, from: number, to: number): Promise<string> {
    if (to - from >= threadFromBytes) return this.#thread.begin(source, from).finish(to);
    const hash = createHash('sha256');
    for await (const piece of this.#blocks.range(source, from, to)) {
      hash.update(piece);
      // A large file must not keep the connections waiting.
      await new Promise(setImmediate);
    }
    return hash.digest('hex');
  }
}
