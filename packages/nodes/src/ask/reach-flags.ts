// The flags of the verbs that reach nodes.
import { connectionFlags, defineFlags, outputFlags, selectionFlags } from '@heorot/cli';

const {
  fanout,
  'connect-timeout': connectTimeout,
  'command-timeout': commandTimeout,
  user,
  'ssh-config': sshConfig,
} = connectionFlags;

export const reachFlags = defineFlags({
  ...selectionFlags,
  fanout,
  'connect-timeout': connectTimeout,
  'command-timeout': { ...commandTimeout, summary: 'give up on a node that answers later; 30 s' },
  user,
  'ssh-config': sshConfig,
  color: outputFlags.color,
  json: outputFlags.json,
});
