// Targets with everything decided: the command line over the inventory over ssh config over the defaults.
import { join } from 'node:path';
import {
  HeorotError,
  type HostName,
  type NodeSet,
  parseHostName,
  type TransportName,
} from '@heorot/inventory';
import { once } from '../engine/once.ts';
import { gatewayOrder } from '../gateway/gateway-order.ts';
import { nameOfWay } from '../gateway/gateways.ts';
import { type KnownHosts, readKnownHosts } from '../known-hosts/known-hosts.ts';
import type { Target, TargetSettings } from '../model/target.ts';
import { type HostConfig, hostConfig } from './host-config.ts';
import { defaultIdentities, type IdentitySurvey, surveyIdentity } from './identity-survey.ts';
import { type LocalMachine, localMachine } from './local-machine.ts';
import { type JumpHop, parseProxyJump } from './proxy-jump.ts';
import { defaultKeepAliveMs, type ResolvedTarget, type Way } from './resolved-target.ts';
import { readSshConfig, type SshConfig } from './ssh-config-file.ts';
import { chooseTransport, notPostQuantum } from './transport-choice.ts';

export interface ResolveOptions {
  /** As `ssh -F`; `none` reads no file. */
  readonly sshConfigFile?: string | undefined;
  /** `--transport`: for every node. */
  readonly transport?: TransportName | undefined;
  /** `--accept-new`: whatever ssh config says. */
  readonly acceptNew?: boolean | undefined;
  /** The inventory's record of a gateway; undefined for a name it does not know. */
  readonly lookup?: ((name: string) => Target | undefined) | undefined;
  /** The nodes of a group, `@gateways`, that is named as a gateway. */
  readonly expandGroup?: ((group: string) => Promise<NodeSet>) | undefined;
  readonly machine?: LocalMachine | undefined;
}

const defaultConnectTimeoutMs = 10_000;

/**
 * Resolves targets; reads files once however many targets there are, and opens no connection.
 * @throws HeorotError `ssh-config-*`, `gateway-invalid`, `gateway-cycle`, `host-name-invalid`
 */
export async function resolveTargets(
  targets: readonly Target[],
  options: ResolveOptions = {},
): Promise<readonly ResolvedTarget[]> {
  const machine = options.machine ?? localMachine();
  const resolver = new Resolver(await readSshConfig(options.sshConfigFile, machine), options, machine);
  const resolved: ResolvedTarget[] = [];
  for (const target of targets) resolved.push(await resolver.resolve(target, []));
  return resolved;
}

class Resolver {
  readonly #config: SshConfig;
  readonly #options: ResolveOptions;
  readonly #machine: LocalMachine;
  readonly #surveys = new Map<string, Promise<IdentitySurvey>>();
  readonly #knownHosts = new Map<string, Promise<KnownHosts>>();
  readonly #gateways = new Map<string, Promise<ResolvedTarget>>();
  /** By the last gateway and those before it: thousands of nodes share the same few. */
  readonly #ways = new Map<string, Promise<readonly Way[]>>();
  readonly #groups = new Map<string, Promise<readonly HostName[]>>();
  readonly #jumps = new Map<string, readonly JumpHop[]>();
  readonly #gatewayConfigs = new Map<string, HostConfig>();

  constructor(config: SshConfig, options: ResolveOptions, machine: LocalMachine) {
    this.#config = config;
    this.#options = options;
    this.#machine = machine;
  }

  /** @param through the gateways on the way here, against cycles */
  async resolve(
    target: Target,
    through: readonly string[],
    gatewaysBefore: Way = [],
  ): Promise<ResolvedTarget> {
    const { settings } = target;
    const config = hostConfig(this.#config, target.host, settings, this.#machine);
    const identities = await this.#identities(config);
    const [gateways = [], ...otherWays] =
      gatewaysBefore.length > 0 ? [gatewaysBefore] : await this.#waysTo(target, config, through);
    const knownHostsFiles =
      settings.knownHosts === undefined ? config.knownHostsFiles : [settings.knownHosts];
    const knownHosts = await this.#readKnownHosts(knownHostsFiles);
    const identity = { host: config.host, port: config.port, alias: config.hostKeyAlias };
    const relays = through.length > 0 ? [] : [gateways, ...otherWays].flatMap((way) => way.at(-1) ?? []);
    const choice = chooseTransport({
      relays: relays.map((gateway) => gateway.target.node),
      forced: this.#options.transport,
      ofNode: settings.transport,
      needsOpenssh: config.needsOpenssh,
      identities: identities.filter(({ exists }) => exists),
      identitiesAskedFor: config.identityFiles !== undefined,
      certificateAuthorityOnly: knownHosts.certificateAuthorityOnly(identity),
      hardwareHostKeyOnly: knownHosts.hardwareKeyOnly(identity),
      opensshGateway: [gateways, ...otherWays].flat().find(({ transport }) => transport === 'openssh')?.target
        .node,
    });
    const missing = config.identityFiles === undefined ? [] : identities.filter(({ exists }) => !exists);
    return {
      target,
      host: parseHostName(config.host),
      port: config.port,
      user: config.user,
      identityFiles: identities.filter(({ exists }) => exists).map(({ path }) => path),
      identitiesOnly: config.identitiesOnly,
      agentSocket: config.agentSocket,
      forwardAgent: config.forwardAgent,
      gateways,
      ...(otherWays.length === 0 ? {} : { otherWays }),
      throughProxyCommand: config.proxyCommand,
      knownHostsFiles,
      hashKnownHosts: config.hashKnownHosts,
      hostKeyAlias: config.hostKeyAlias,
      strictHostKeyChecking: this.#options.acceptNew === true ? 'accept-new' : config.strictHostKeyChecking,
      connectTimeoutMs: settings.connectTimeoutMs ?? config.connectTimeoutMs ?? defaultConnectTimeoutMs,
      keepAliveIntervalMs: config.keepAliveIntervalMs ?? defaultKeepAliveMs,
      keepAliveCountMax: config.keepAliveCountMax,
      algorithms: config.algorithms,
      transport: choice.transport,
      transportReason: choice.reason,
      transportIsAskedFor: choice.isAskedFor,
      sshConfigFile: this.#options.sshConfigFile,
      warnings: [
        ...config.warnings,
        ...choice.warnings,
        ...(config.warnWeakCrypto && choice.transport === 'ssh2' ? [notPostQuantum] : []),
        ...missing.map(({ path }) => `identity file ${path} does not exist`),
        ...someProblems(knownHosts),
      ],
    };
  }

  async #identities(config: HostConfig): Promise<IdentitySurvey[]> {
    const defaults = () => defaultIdentities.map((name) => join(this.#machine.home, '.ssh', name));
    return Promise.all(
      (config.identityFiles ?? defaults()).map((path) =>
        once(this.#surveys, path, () => surveyIdentity(path)),
      ),
    );
  }

  #readKnownHosts(paths: readonly string[]): Promise<KnownHosts> {
    return once(this.#knownHosts, paths.join('\0'), () => readKnownHosts(paths));
  }

  /** The ways to a target, in the order in which it tries them; none when it is reached directly. */
  async #waysTo(target: Target, config: HostConfig, through: readonly string[]): Promise<readonly Way[]> {
    const { proxyJump } = config;
    const hops = proxyJump === undefined ? [] : once(this.#jumps, proxyJump, () => parseProxyJump(proxyJump));
    let ways: readonly Way[] = [[]];
    for (const [index, hop] of hops.entries()) {
      const gateways = (await this.#hostsOf(hop)).map((host) => this.#targetOf(hop, host));
      // As ssh: `Host *` with `ProxyJump head` does not send head through itself.
      if (index === 0 && hops.length === 1 && gateways.some((each) => this.#isSame(each, config, target)))
        return [];
      const longer: Way[] = [];
      for (const way of ways) {
        for (const gateway of gateways)
          longer.push(...(await this.#throughOneMore(way, gateway, target, through)));
      }
      ways = longer;
    }
    return gatewayOrder(target.node, ways, nameOfWay);
  }

  /** The first hop may itself lie behind gateways. */
  async #throughOneMore(
    way: Way,
    gateway: Target,
    target: Target,
    through: readonly string[],
  ): Promise<readonly Way[]> {
    const names = way.map(({ target: { node } }) => node);
    const key = JSON.stringify([gateway.node, gateway.host, gateway.settings, names]);
    if (through.includes(key)) {
      throw new HeorotError(
        'gateway-cycle',
        `gateway ${gateway.node} of ${target.node} leads back to itself`,
        {
          hint: 'give it `ProxyJump none`',
        },
      );
    }
    const resolved = await once(this.#gateways, key, () => this.resolve(gateway, [...through, key], way));
    return once(this.#ways, key, async () => {
      const before = way.length > 0 ? [way] : [resolved.gateways, ...(resolved.otherWays ?? [])];
      return before.map((each) => [...each, resolved]);
    });
  }

  async #hostsOf({ to }: JumpHop): Promise<readonly HostName[]> {
    if (!('group' in to)) return to;
    const { expandGroup } = this.#options;
    if (expandGroup === undefined) {
      throw new HeorotError(
        'gateway-invalid',
        `gateway '${to.group}' is a group, and no cluster file is read`,
      );
    }
    return await once(this.#groups, to.group, async () =>
      Array.from(await expandGroup(to.group), (name) => parseHostName(name)),
    );
  }

  #targetOf(hop: JumpHop, host: HostName): Target {
    const target: Target = this.#options.lookup?.(host) ?? { node: host, host, settings: {} };
    const settings: TargetSettings = {
      ...target.settings,
      ...(hop.user === undefined ? {} : { user: hop.user }),
      ...(hop.port === undefined ? {} : { port: hop.port }),
    };
    return { ...target, settings };
  }

  #isSame(gateway: Target, config: HostConfig, target: Target): boolean {
    if (gateway.node === target.node) return true;
    const key = JSON.stringify([gateway.host, gateway.settings]);
    const other =
      this.#gatewayConfigs.get(key) ??
      hostConfig(this.#config, gateway.host, gateway.settings, this.#machine);
    this.#gatewayConfigs.set(key, other);
    return other.host === config.host && other.port === config.port && other.user === config.user;
  }
}

/** Enough to find the trouble: a file that is no known_hosts at all has one problem a line. */
function someProblems({ problems }: KnownHosts): readonly string[] {
  const shown = 3;
  return problems.length <= shown
    ? problems
    : [...problems.slice(0, shown), `${problems.length - shown} more bad lines in known hosts`];
}
