// One writer a file: two that append to the same recording would each take the other's blocks for their own. The kernel
// takes the lock back when its holder dies, so a recording is never left locked.
import { rmSync } from 'node:fs';
import { HeorotError } from '@heorot/inventory';
import { StateError, withLock } from '@heorot/state';

/**
 * Held until disposed; readers need no lock.
 * @throws HeorotError `recording-in-use`
 */
export async function lockRecording(path: string): Promise<AsyncDisposable> {
  const lock = `${path}-lock`;
  const { promise: taken, resolve: take, reject: refuse } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const held = withLock(lock, async () => {
    take();
    await released;
    rmSync(lock, { force: true });
  });
  held.catch(refuse);
  try {
    await taken;
  } catch (error) {
    if (!(error instanceof StateError) || error.code !== 'lock-held') throw error;
    throw new HeorotError('recording-in-use', `another process is recording to ${path}`, {
      hint: `give another file with -o, or see who it is: fuser ${lock}`,
      cause: error,
    });
  }
  return {
    async [Symbol.asyncDispose]() {
      release();
      await held;
    },
  };
}
