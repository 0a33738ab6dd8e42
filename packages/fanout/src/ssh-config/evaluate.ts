// Which directives hold for one host: the conditions of ssh_config(5), evaluated as ssh does. Runs nothing, asks no network.

import type { LocalMachine } from './local-machine.ts';
import type { Condition, Criterion, Directive, SshConfig } from './ssh-config-file.ts';
import { expandTokens } from './tokens.ts';

/** What is known of the target before the configuration is read; wins over it. */
export interface Query {
  /** As typed: what `Host` and `Match originalhost` see. */
  readonly host: string;
  readonly user?: string | undefined;
}

/** The options that hold for a host, first value first. */
export interface Evaluated {
  readonly options: ReadonlyMap<string, Directive>;
  /** IdentityFile, CertificateFile: every one that holds. */
  readonly lists: ReadonlyMap<string, readonly Directive[]>;
  /** Conditions that only ssh itself can evaluate; taken for false here. */
  readonly undecided: readonly string[];
}

const repeatable = new Set([
  'identityfile',
  'certificatefile',
  'sendenv',
  'setenv',
  'localforward',
  'remoteforward',
  'dynamicforward',
]);

export function evaluate(config: SshConfig, query: Query, machine: LocalMachine): Evaluated {
  const pass = new Pass(query, machine);
  pass.read(config, query.host, false);
  // `Match final` asks for a second reading, in which the name is the resolved one and earlier values stand.
  if (config.asksForFinal) pass.read(config, pass.settleHostName(), true);
  return { options: pass.options, lists: pass.lists, undecided: [...pass.undecided] };
}

class Pass {
  readonly options = new Map<string, Directive>();
  readonly lists = new Map<string, Directive[]>();
  readonly undecided = new Set<string>();
  readonly #query: Query;
  readonly #machine: LocalMachine;

  constructor(query: Query, machine: LocalMachine) {
    this.#query = query;
    this.#machine = machine;
  }

  read(config: SshConfig, host: string, final: boolean): void {
    const decided = new Map<Condition, boolean>();
    const holds = (condition: Condition) => {
      let result = decided.get(condition);
      if (result === undefined) {
        result = condition.kind === 'host' ? condition.matches(host) : this.#holds(condition, host, final);
        decided.set(condition, result);
      }
      return result;
    };
    for (const directive of config.directives) if (directive.conditions.every(holds)) this.#take(directive);
  }

  /** HostName as it stands so far, else the name as typed. */
  hostName(host: string = this.#query.host): string {
    const value = this.options.get('hostname')?.words[0];
    return (value === undefined ? host : expandTokens(value, { h: host })).toLowerCase();
  }

  /** As ssh does before the second reading, which cannot change the name any more. */
  settleHostName(): string {
    const name = this.hostName();
    const words = [name.replaceAll('%', '%%')];
    this.options.set('hostname', {
      keyword: 'hostname',
      words,
      where: 'HostName',
      origin: 'user',
      conditions: [],
    });
    return name;
  }

  #take(directive: Directive): void {
    const { keyword } = directive;
    if (repeatable.has(keyword)) {
      const list = this.lists.get(keyword) ?? [];
      // A second reading meets the same lines again.
      if (!list.some(({ words }) => words.join('\0') === directive.words.join('\0'))) list.push(directive);
      this.lists.set(keyword, list);
      return;
    }
    // ProxyJump and ProxyCommand compete: the first of the two wins.
    const rival =
      keyword === 'proxyjump' ? 'proxycommand' : keyword === 'proxycommand' ? 'proxyjump' : undefined;
    if (rival !== undefined && this.options.has(rival)) return;
    // In ssh `none` is the unset value itself, and so a later line still counts.
    if (keyword === 'connecttimeout' && directive.words[0]?.toLowerCase() === 'none') return;
    if (!this.options.has(keyword)) this.options.set(keyword, directive);
  }

  #holds(match: Extract<Condition, { kind: 'match' }>, host: string, final: boolean): boolean {
    for (const criterion of match.criteria) {
      const result = this.#criterion(criterion, host, final);
      if (result === undefined) {
        this.undecided.add(`Match ${criterion.attribute} (${match.where})`);
        return false;
      }
      if (result === criterion.negated) return false;
    }
    return true;
  }

  #criterion({ attribute, matches }: Criterion, host: string, final: boolean): boolean | undefined {
    switch (attribute) {
      case 'all':
        return true;
      case 'canonical':
      case 'final':
        return final;
      case 'host':
        return matches(this.hostName(host));
      case 'originalhost':
        return matches(this.#query.host.toLowerCase());
      case 'user':
        return matches(this.#query.user ?? this.options.get('user')?.words[0] ?? this.#machine.user);
      case 'localuser':
        return matches(this.#machine.user);
      default:
        return undefined;
    }
  }
}
