// Tests run straight from the sources: no build step.
import { defineConfig } from 'vitest/config';

const conditions = ['heorot-src', 'node', 'import', 'module', 'default'];
const resolution = { resolve: { conditions }, ssr: { resolve: { conditions } } };

const onRealThings = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  fileParallelism: false,
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
        },
      },
      {
        ...resolution,
        // Real sshd, namespaces, built tools: needs root and Debian packages; one file at a time, they share the machine.
        test: {
          name: 'lab',
          include: ['packages/*/test/**/*.test.ts'],
          exclude: ['**/machines/**'],
          ...onRealThings,
        },
      },
      {
        ...resolution,
        // Machines that boot under emulation. They wait for one core, the others mostly for a clock: .ci/run runs both side by side.
        test: {
          name: 'machines',
          include: ['packages/*/test/machines/*.test.ts'],
          ...onRealThings,
        },
      },
    ],
  },
});
