// Answers `@group` over all sources: finds the source, evaluates what it says, remembers it, and refuses cycles.
import { HeorotError } from '../error/heorot-error.ts';
import { isHostName } from '../host-name/host-name.ts';
import type { GroupLookup } from '../node-set/group-lookup.ts';
import { NodeSet } from '../node-set/node-set.ts';
import { didYouMean } from '../suggestion/suggest.ts';
import { evaluateExpression } from './evaluate-expression.ts';
import type { GroupSource } from './group-source.ts';
import { naturalOrder } from './natural-order.ts';

/** One question and all the groups it leads to: each is asked once, and the trail shows cycles. */
interface Visit {
  readonly answers: Map<string, NodeSet>;
  /** The groups that are being evaluated, outermost first. */
  readonly trail: readonly string[];
}

export class GroupResolver {
  readonly #sources: readonly GroupSource[];
  /** The latest answers, only to tell which nodes were heard of: the next question asks the sources anew. */
  readonly #heard = new Map<string, NodeSet>();

  /** @param sources the default one first */
  constructor(sources: readonly GroupSource[]) {
    this.#sources = sources;
  }

  /** @throws HeorotError as `Inventory.resolve` */
  async resolve(expression: string, source?: string): Promise<NodeSet> {
    return await evaluateExpression(expression, this.#lookup(source, newVisit()));
  }

  async all(source?: string): Promise<NodeSet> {
    return await this.#all(this.#source(source), newVisit());
  }

  sourceNames(): readonly string[] {
    return this.#sources.map(({ name }) => name);
  }

  async groupNames(source?: string): Promise<readonly string[]> {
    return (await this.#source(source).groupNames()).toSorted(naturalOrder);
  }

  /**
   * The groups of one source that contain the node. Groups that turn out to be empty are no error here.
   *
   * @param onFault told of each group that cannot be evaluated, and the others still count; absent: the first ends it
   */
  async groupsOf(
    node: string,
    sourceName: string,
    onFault?: (fault: HeorotError) => void,
  ): Promise<readonly string[]> {
    const source = this.#source(sourceName);
    if (source.groupsOf) return (await source.groupsOf(node)).toSorted(naturalOrder);
    const holding: string[] = [];
    const visit = newVisit();
    for (const group of await this.groupNames(sourceName)) {
      try {
        if ((await this.#group(source, group, visit)).has(node)) holding.push(group);
      } catch (error) {
        if (!(error instanceof HeorotError) || !onFault) throw error;
        onFault(error);
      }
    }
    return holding;
  }

  /** Whether a group that was evaluated so far holds the node. */
  hasSeen(node: string): boolean {
    return this.#heard.values().some((nodes) => nodes.has(node));
  }

  // What an expression may look up. Inside a group of a source, `@group` means that source.
  #lookup(home: string | undefined, visit: Visit): GroupLookup {
    return {
      members: async (source = home, group) => {
        const from = this.#source(source);
        const nodes = await this.#group(from, group, visit);
        if (nodes.isEmpty) {
          throw new HeorotError('group-empty', `group '${this.#spelled(from, group)}' holds no nodes`);
        }
        return nodes.toString();
      },
      groupNames: async (source = home) => await this.groupNames(source),
      all: async (source = home) => (await this.#all(this.#source(source), visit)).toString(),
    };
  }

  async #group(source: GroupSource, group: string, visit: Visit): Promise<NodeSet> {
    const spelled = this.#spelled(source, group);
    return await this.#once(`${source.name}:${group}`, spelled, visit, async (within) => {
      const members = await source.members(group);
      if (!members) throw await this.#unknownGroup(source, group);
      return await this.#united(members, source, within, placeOf(source, group, spelled));
    });
  }

  async #all(source: GroupSource, visit: Visit): Promise<NodeSet> {
    // No group is named by `*`, so the key cannot clash.
    const nodes = await this.#once(`${source.name}:*`, this.#spelled(source, '*'), visit, async (within) => {
      return await this.#united(await source.all(), source, within, `source '${source.name}'`);
    });
    if (!nodes.isEmpty) return nodes;
    throw new HeorotError('group-empty', `source '${source.name}' knows no nodes`, {
      hint: 'name nodes in the cluster file, or ask another source: @SOURCE:*',
    });
  }

  async #once(
    key: string,
    spelled: string,
    { answers, trail }: Visit,
    ask: (within: Visit) => Promise<NodeSet>,
  ): Promise<NodeSet> {
    const known = answers.get(key);
    if (known) return known;
    refuseCycle(trail, spelled);
    const nodes = await ask({ answers, trail: [...trail, spelled] });
    answers.set(key, nodes);
    this.#heard.set(key, nodes);
    return nodes;
  }

  // Plain names, which is what most sources give, need no evaluation each.
  async #united(
    members: readonly string[],
    source: GroupSource,
    visit: Visit,
    place: string,
  ): Promise<NodeSet> {
    const sets = [NodeSet.from(members.filter(isHostName))];
    const lookup = this.#lookup(source.name, visit);
    for (const expression of members) {
      if (isHostName(expression)) continue;
      sets.push(await this.#evaluateMember(expression, lookup, place));
    }
    return NodeSet.union(sets);
  }

  async #evaluateMember(expression: string, lookup: GroupLookup, place: string): Promise<NodeSet> {
    try {
      return await evaluateExpression(expression, lookup);
    } catch (cause) {
      if (!(cause instanceof HeorotError) || !SYNTAX_CODES.has(cause.code)) throw cause;
      const hint = cause.hint === undefined ? {} : { hint: cause.hint };
      throw new HeorotError(cause.code, `${place}: ${cause.message}`, { ...hint, cause });
    }
  }

  #source(name: string | undefined): GroupSource {
    const source = name === undefined ? this.#sources[0] : this.#sources.find((one) => one.name === name);
    if (source) return source;
    if (name === undefined) {
      throw new HeorotError(
        'source-unknown',
        'there are no groups: no cluster file and no group files of other tools',
        {
          hint: 'write a cluster.yaml with `groups:`, or name the nodes themselves with -w',
        },
      );
    }
    const names = this.sourceNames();
    throw new HeorotError('source-unknown', `no group source '${name}'`, {
      hint:
        didYouMean(name, names) ??
        (names.length > 0 ? `sources: ${names.join(', ')}` : 'there are no group sources'),
    });
  }

  async #unknownGroup(source: GroupSource, group: string): Promise<HeorotError> {
    const names = await source.groupNames();
    const suggestion = didYouMean(group, names) ?? (await this.#foundElsewhere(source, group));
    const list =
      names.length > 0 ? `groups: ${abbreviate(names.toSorted(naturalOrder))}` : 'it has no groups';
    return new HeorotError('group-unknown', `no group '${group}' in source '${source.name}'`, {
      hint: suggestion ?? list,
    });
  }

  async #foundElsewhere(asked: GroupSource, group: string): Promise<string | undefined> {
    for (const source of this.#sources) {
      if (source === asked || source.asksPrograms) continue;
      // Only a hint: a source that fails here was not asked for, and must not hide the error that is being made.
      const names = await source.groupNames().catch((): readonly string[] => []);
      if (names.includes(group)) return `source '${source.name}' has it: @${source.name}:${group}`;
    }
    return undefined;
  }

  #spelled(source: GroupSource, group: string): string {
    return source === this.#sources[0] ? `@${group}` : `@${source.name}:${group}`;
  }
}

const SYNTAX_CODES: ReadonlySet<string> = new Set(['node-set-syntax', 'host-name-invalid']);
const MOST_SHOWN = 12;

function newVisit(): Visit {
  return { answers: new Map(), trail: [] };
}

function placeOf(source: GroupSource, group: string, spelled: string): string {
  const where = source.where?.(group);
  return `${where === undefined ? '' : `${where}: `}group '${spelled}'`;
}

function refuseCycle(trail: readonly string[], group: string): void {
  const start = trail.indexOf(group);
  if (start < 0) return;
  throw new HeorotError(
    'group-cycle',
    `group '${group}' is made of itself: ${[...trail.slice(start), group].join(' -> ')}`,
    {
      hint: 'take one of these groups out of the circle',
    },
  );
}

function abbreviate(names: readonly string[]): string {
  const more = names.length - MOST_SHOWN;
  return names.slice(0, MOST_SHOWN).join(', ') + (more > 0 ? `, ... (${more} more)` : '');
}
