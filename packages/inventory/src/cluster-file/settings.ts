// From the keys of the cluster file to the settings every tool reads: paths made absolute, durations in milliseconds.
import type { SettingsContent } from './cluster-schema.ts';
import type { NodeSettings } from './node-record.ts';

/** @param resolvePath makes a path of the cluster file absolute */
export function settingsOf(content: SettingsContent, resolvePath: (file: string) => string): NodeSettings {
  const { user, port, identity, knownHosts, gateway, transport, connectTimeout, labels } = content;
  return {
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port }),
    ...(identity === undefined ? {} : { identity: identity.map(resolvePath) }),
    ...(knownHosts === undefined ? {} : { knownHosts: resolvePath(knownHosts) }),
    ...(gateway === undefined ? {} : { gateway }),
    ...(transport === undefined ? {} : { transport }),
    ...(connectTimeout === undefined ? {} : { connectTimeoutMs: connectTimeout }),
    ...(labels === undefined ? {} : { labels }),
  };
}
