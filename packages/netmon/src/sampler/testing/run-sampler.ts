// Runs the sampler as a node's shell would, for tests: ticks in, outputs out.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Reading } from '../../model/reading.ts';
import { type SamplerKind, samplerScript, TICK } from '../sampler-script.ts';
import { type SamplerOutput, SamplerSession } from '../sampler-session.ts';

const samplers = ['perl', 'mawk', 'gawk', 'busybox'] as const;

const probes = {
  perl: ['perl', '-MTime::HiRes', '-e', '1'],
  mawk: ['mawk', 'BEGIN { exit 0 }'],
  gawk: ['gawk', 'BEGIN { exit 0 }'],
  busybox: ['busybox', 'awk', 'BEGIN { exit 0 }'],
} as const;

/** Those that this machine has. */
export const installedSamplers = samplers.filter((kind) => {
  const [command, ...args] = probes[kind];
  return spawnSync(command, args).status === 0;
});

/** Those it lacks, with what to install. */
export const missingSamplers = samplers.filter((kind) => !installedSamplers.includes(kind));

export interface RunningSampler extends AsyncDisposable {
  readonly pid: number;
  /** Sends a tick and waits for its reading. */
  tick(): Promise<Reading>;
  /** Closes the sampler's input, as the death of the head does; resolves with its exit code. */
  hangUp(): Promise<number | null>;
  readonly outputs: readonly SamplerOutput[];
}

export function runSampler(kind: SamplerKind, root: string): RunningSampler {
  const child = spawn('sh', ['-c', samplerScript({ kind, root })], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Programs of the fixture before those of this machine.
    env: { ...process.env, PATH: `${root}/bin:${process.env['PATH']}` },
  });
  const closed = once(child, 'close');
  const session = new SamplerSession('n1');
  const outputs: SamplerOutput[] = [];
  const waiting: ((reading: Reading) => void)[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    for (const output of session.push(chunk, 0)) {
      outputs.push(output);
      if (output.kind === 'reading') waiting.shift()?.(output.reading);
    }
  });
  const hangUp = async () => {
    child.stdin.end();
    await closed;
    return child.exitCode;
  };
  return {
    pid: child.pid ?? 0,
    outputs,
    hangUp,
    tick: () =>
      new Promise((resolve, reject) => {
        waiting.push(resolve);
        child.stdin.write(TICK);
        void closed.then(() => reject(new Error('the sampler ended')));
      }),
    async [Symbol.asyncDispose]() {
      await hangUp();
    },
  };
}
