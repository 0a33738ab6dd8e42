// Whether KVM runs a machine here. That /dev/kvm opens proves little: on some hosts firmware runs and a kernel never gets far.
// So a kernel is booted until it says that it has no root file system, which a working KVM reaches in a second or two.

import { spawn } from 'node:child_process';
import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import { waitForSerial } from './serial-log.ts';

export type Accelerator = 'kvm' | 'tcg';

/** Longer would cost more than emulation does. */
const PROBE_MS = 20_000;

/**
 * @param kernel a bzImage with the serial console built in, as Debian's kernels have
 * @returns `tcg` where KVM is absent, refused, or does not get a kernel to the end of its boot in 20 seconds
 */
export async function probeAccelerator(kernel: string, signal?: AbortSignal): Promise<Accelerator> {
  const opens = await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!opens) return 'tcg';
  const folder = await mkdtemp(join(tmpdir(), 'heorot-kvm-'));
  const serial = join(folder, 'serial');
  const machine = spawn(
    'qemu-system-x86_64',
    // biome-ignore format: one option after the other
    [
      '-machine', 'q35', '-accel', 'kvm', '-cpu', 'max', '-m', '512', '-display', 'none', '-nodefaults', '-no-reboot',
      '-serial', `file:${serial}`, '-kernel', kernel, '-append', 'console=ttyS0 panic=-1',
    ],
    { stdio: 'ignore' },
  );
  const gone = new AbortController();
  const ended = new Promise<void>((resolve) => {
    for (const end of ['exit', 'error'] as const) machine.once(end, () => resolve());
  });
  for (const end of ['exit', 'error'] as const) machine.once(end, () => gone.abort());
  try {
    const stop = signal ? AbortSignal.any([signal, gone.signal]) : gone.signal;
    await waitForSerial(serial, /Unable to mount root fs/, { timeoutMs: PROBE_MS, signal: stop });
    return 'kvm';
  } catch (error) {
    if (signal?.aborted === true) throw error;
    // It may have said so and ended between two looks.
    const said = await waitForSerial(serial, /Unable to mount root fs/, { timeoutMs: 0 }).catch(
      (cause: unknown) => (cause instanceof HeorotError ? undefined : Promise.reject(cause)),
    );
    return said ? 'kvm' : 'tcg';
  } finally {
    machine.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}
