// Sessions on this machine whose login shell is any program: for what depends on the shell.

import type { SessionSource } from '../engine/session-pool.ts';
import { quoteForSh } from '../engine/shell-quote.ts';
import type { Target } from '../model/target.ts';
import type { Session } from '../model/transport.ts';
import { resolveTargets } from '../ssh-config/resolve-targets.ts';
import { LocalTransport } from '../transport/local/local-transport.ts';

/** @param shell words that come before `-c COMMAND` */
export function shellSource(shell: string): SessionSource {
  const transport = new LocalTransport();
  return {
    resolve: (targets: readonly Target[]) =>
      resolveTargets(targets, { sshConfigFile: 'none', transport: 'local' }),
    async transport() {
      return {
        name: 'local' as const,
        async connect(target, signal) {
          const session = await transport.connect(target, signal);
          const execute: Session['execute'] = (request, abort) =>
            session.execute(
              { ...request, command: `exec ${shell} -c ${quoteForSh(request.command)}` },
              abort,
            );
          return {
            target: session.target,
            ended: session.ended,
            execute,
            [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
          };
        },
        [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
      };
    },
  };
}
