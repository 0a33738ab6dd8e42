// Asks the same short question of many nodes and collects the answers whole.
import { Readable } from 'node:stream';
import {
  askSecret,
  type CommandContext,
  openCommandInventory,
  passphrasePrompt,
  type SelectionValues,
  selectNodes,
} from '@heorot/cli';
import { type Command, type NodeResult, openFanout, type RunEvent, targetsOf } from '@heorot/fanout';
import type { Inventory, NodeSet } from '@heorot/inventory';

/** The flags that reach nodes; each verb that asks has them. */
export interface ReachFlags extends SelectionValues {
  readonly cluster: string | undefined;
  readonly fanout: number;
  readonly 'connect-timeout': number | undefined;
  readonly 'command-timeout': number | undefined;
  readonly user: string | undefined;
  readonly 'ssh-config': string | undefined;
}

export interface Answers {
  readonly inventory: Inventory;
  readonly nodes: NodeSet;
  /** Standard output of the nodes that ended `ok`. */
  readonly texts: ReadonlyMap<string, string>;
  readonly failures: readonly NodeResult[];
}

/** What a question may have besides its command. */
export interface Question {
  /** Sent to the command as its input. */
  readonly input?: Uint8Array;
  /** Hears every event as it comes. */
  readonly listen?: (event: RunEvent) => void;
}

/** An answer longer than this is not one: the rest is dropped. */
const longestAnswer = 256 * 1024;
const patienceMs = 30_000;

/** @throws HeorotError for the selection and the inventory; a node's failure is in `failures` */
export async function askNodes(
  flags: ReachFlags,
  command: Command,
  context: CommandContext,
  { input, listen }: Question = {},
): Promise<Answers> {
  const inventory = await openCommandInventory(flags, context);
  const nodes = await selectNodes(inventory, flags);
  const { user, 'connect-timeout': connectTimeoutMs } = flags;
  const targets = targetsOf(inventory, nodes, {
    ...(user === undefined ? {} : { user }),
    ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
  });
  await using fanout = openFanout({
    inventory,
    connection: { sshConfigFile: flags['ssh-config'] },
    credentials: {
      // A person can be asked only where one sits.
      askPassphrase:
        context.stdin.isTTY === true
          ? (path, attempt) => askSecret(context, passphrasePrompt(path, attempt), context.signal)
          : undefined,
    },
    note: (node, text) => void context.stderr.write(`${node}: ${text}\n`),
  });
  const run = fanout.run(targets, command, {
    schedule: { fanout: flags.fanout },
    commandTimeoutMs: flags['command-timeout'] || patienceMs,
    drain: context.drain,
    signal: context.signal,
    ...(input === undefined ? {} : { stdin: Readable.from([Buffer.from(input)]) }),
  });
  const chunks = new Map<string, { parts: Uint8Array[]; bytes: number }>();
  for await (const event of run) {
    listen?.(event);
    if (event.kind !== 'stdout') continue;
    const answer = chunks.get(event.node) ?? { parts: [], bytes: 0 };
    chunks.set(event.node, answer);
    if (answer.bytes >= longestAnswer) continue;
    answer.parts.push(event.data);
    answer.bytes += event.data.length;
  }
  const { results } = await run.summary;
  const answered = results.filter(({ outcome }) => outcome.kind === 'ok').map(({ node }) => node);
  const texts = new Map(
    answered.map((node) => [node, Buffer.concat(chunks.get(node)?.parts ?? []).toString('utf8')]),
  );
  return { inventory, nodes, texts, failures: results.filter(({ outcome }) => outcome.kind !== 'ok') };
}
