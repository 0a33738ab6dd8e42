// The flags of the verbs that reach nodes.
import { connectionFlags, defineFlags, outputFlags } from '@heorot/cli';

const {
  fanout,
  'connect-timeout': connectTimeout,
  user,
  'ssh-config': sshConfig,
  transport,
} = connectionFlags;
const { color, json, debug } = outputFlags;
/** There is no --verbose here for it to exclude. */
export const quiet = { ...outputFlags.quiet, exclusive: [] };

/** For a run that is known: how its nodes are reached stands in it. */
export const runReachFlags = defineFlags({
  fanout,
  'connect-timeout': connectTimeout,
  'lost-after': {
    kind: 'duration',
    value: 'DURATION',
    defaultMs: 600_000,
    summary: 'give up a node that was out of reach for so long; 10 m',
    description: 'Its verdict is then lost; attach takes it up again when it is back.',
    group: 'Connection',
    example: 'memtest-runner attach --lost-after 5s',
  },
  quiet,
  color,
  debug,
  json,
});

export const reachFlags = defineFlags({ ...runReachFlags, user, 'ssh-config': sshConfig, transport });
