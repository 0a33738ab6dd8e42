// Tests run straight from the sources: no build step.
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const conditions = ['heorot-src', 'node', 'import', 'module', 'default'];
const resolution = { resolve: { conditions }, ssr: { resolve: { conditions } } };

// How long a busy machine may take; what is true sooner is not waited for.
const patience = { expect: { poll: { timeout: 15_000 } } };

const onRealThings = {
  ...patience,
  testTimeout: 120_000,
  hookTimeout: 120_000,
  globalSetup: ['toolchain/build-bins.ts'],
};

export default defineConfig({
  test: {
    projects: [
      {
        ...resolution,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'toolchain/**/*.test.ts'],
          testTimeout: 20_000,
          ...patience,
        },
      },
      {
        ...resolution,
        // Real sshd, namespaces, built tools: needs root and Debian packages; they mostly wait, and share the machine.
        test: {
          name: 'lab',
          include: ['packages/*/test/**/*.test.ts'],
          exclude: ['**/machines/**'],
          maxWorkers: availableParallelism() > 2 ? 2 : 1,
          ...onRealThings,
        },
      },
      {
        ...resolution,
        // Machines that boot under emulation: they want a core or two. .ci/run runs them beside the lab.
        test: {
          name: 'machines',
          include: ['packages/*/test/machines/*.test.ts'],
          maxWorkers: 1,
          ...onRealThings,
        },
      },
    ],
  },
});
