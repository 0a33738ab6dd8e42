// The daemon's side of the handshake with startLabDaemon.
import { HeorotError } from '@heorot/inventory';
import { type Handshake, isLabOrder } from './handshake.ts';
import { serveLab } from './serve-lab.ts';

/**
 * What the daemon process runs: takes the order from the process that started it, says when the lab is ready, serves.
 * @throws HeorotError `lab-not-daemon` when nobody is there to give an order
 */
export async function labDaemonMain(): Promise<void> {
  if (!process.send) {
    throw new HeorotError('lab-not-daemon', 'this is run by `heorot lab up`, not by hand', {
      hint: 'heorot lab up',
    });
  }
  const order = await new Promise((resolve) => process.once('message', resolve));
  if (!isLabOrder(order)) throw new HeorotError('lab-not-daemon', 'that was no order for a lab');
  const tell = (message: Handshake): Promise<void> =>
    new Promise((resolve) => {
      if (!process.connected || !process.send) resolve();
      else process.send(message, () => resolve());
    });
  try {
    await serveLab(order, () => void tell({ kind: 'ready' }).then(() => process.disconnect?.()));
  } catch (error) {
    const { code, message, hint } =
      error instanceof HeorotError
        ? error
        : { code: 'lab-start-failed', message: String(error), hint: undefined };
    process.stderr.write(`${message}\n`);
    await tell({ kind: 'failed', code, message, ...(hint !== undefined && { hint }) });
    process.exitCode = 1;
    if (process.connected) process.disconnect();
  }
}
