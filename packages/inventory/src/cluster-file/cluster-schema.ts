// The shape of the cluster file. Every scalar arrives as the text that was written (`007` stays `007`), so the schema reads
// numbers and switches itself; `jsonSchema` in the metadata is what an editor should expect in their place.
import * as z from 'zod/mini';
import { isHostName } from '../host-name/host-name.ts';
import { NodeSet } from '../node-set/node-set.ts';
import { parseDuration } from './duration.ts';
import { transportNames } from './node-record.ts';

/** Read by json-schema.ts: what an editor should expect in place of the text form. */
export const editorSchemas = z.registry<{ jsonSchema: Record<string, unknown> }>();
/** Read by json-schema.ts: sections that may be left empty. */
export const emptySections = z.registry<{ mayBeEmpty: true }>();

function text(what: string) {
  return z.string({
    error: (issue) => (issue.input === undefined ? `${what} is missing` : `expected ${what}`),
  });
}

function checked(what: string, accepts: (value: string) => boolean) {
  return text(what).check(
    z.refine((value) => accepts(value), { error: (issue) => `'${shown(issue.input)}' is not ${what}` }),
  );
}

function shown(input: unknown): string {
  return typeof input === 'string' ? input : JSON.stringify(input);
}

/** An empty value (`n1:`) is an empty section. */
function orEmpty<Section extends z.core.$ZodType>(section: Section) {
  const pipe = z.pipe(
    z.transform((input: unknown) => (input === '' ? {} : input)),
    section,
  );
  emptySections.add(pipe, { mayBeEmpty: true });
  return pipe;
}

function filled(what: string) {
  return checked(what, (value) => value.trim() !== '');
}

const userName = checked('a user name', (value) => /^[A-Za-z0-9_][A-Za-z0-9_.@\\+-]*\$?$/.test(value));
const file = filled('a file name');
const expression = filled('a node-set expression');

const port = z.pipe(
  checked(
    'a port (1 to 65535)',
    (value) => /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535,
  ),
  z.transform(Number),
);
editorSchemas.add(port, { jsonSchema: { type: 'integer', minimum: 1, maximum: 65_535 } });

const duration = z.pipe(
  checked('a duration such as 10, 10s or 2m', (value) => parseDuration(value) !== undefined),
  z.transform((value) => parseDuration(value) ?? 0),
);
editorSchemas.add(duration, {
  jsonSchema: {
    type: ['string', 'number'],
    description: 'A bare number is seconds; else 500ms, 10s, 2m, 1h, 1d.',
  },
});

const flag = z.pipe(
  checked('true or false', (value) => value === 'true' || value === 'false'),
  z.transform((value) => value === 'true'),
);
editorSchemas.add(flag, { jsonSchema: { type: 'boolean' } });

const label = text('a text');
editorSchemas.add(label, { jsonSchema: { type: ['string', 'number', 'boolean'] } });

/**
 * `[user@]host[:port]`, several hops separated by commas, as ProxyJump of ssh_config(5); a hop may be a node set or a group,
 * of which any will do.
 */
const gateway = checked('a gateway ([user@]host[:port], hops separated by commas)', (value) =>
  // Not the commas of `gw[1,3]`.
  value.split(/,(?![^[\]]*\])/).every((hop) => {
    const { user, hosts = '' } =
      /^(?:(?<user>[^@]+)@)?(?<hosts>@?[^@]+?)(?::\d{1,5})?$/.exec(hop.trim())?.groups ?? {};
    return areHosts(hosts) && (user === undefined || userName.safeParse(user).success);
  }),
);

function areHosts(text: string): boolean {
  if (text.startsWith('@')) return /^@[\w.:+-]+(\[[\d,/-]+\])?$/.test(text);
  if (isHostName(text.replace(/^\[(.*)\]$/, '$1'))) return true;
  if (!/^[\w.-]+\[[\d,/-]+\][\w.[\],/-]*$/.test(text)) return false;
  try {
    return [...NodeSet.parse(text)].every(isHostName);
  } catch {
    return false;
  }
}

const listOfFiles = z.union(
  [
    z.pipe(
      file,
      z.transform((one) => [one]),
    ),
    z.array(file),
  ],
  {
    error: 'expected a file name or a list of them',
  },
);

const settings = {
  user: z.optional(userName),
  port: z.optional(port),
  identity: z.optional(listOfFiles),
  knownHosts: z.optional(file),
  gateway: z.optional(gateway),
  transport: z.optional(z.enum(transportNames)),
  connectTimeout: z.optional(duration),
  labels: z.optional(orEmpty(z.record(z.string(), label))),
};

const defaultSettings = { ...settings, hold: z.optional(duration) };
const defaults = z.strictObject(defaultSettings);

const bmc = z.strictObject({
  address: expression,
  user: z.optional(userName),
  passwordFile: z.optional(file),
});
const oneOrMore = {
  jsonSchema: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
};
editorSchemas.add(listOfFiles, oneOrMore);

const macs = z.union(
  [
    z.pipe(
      text('a MAC'),
      z.transform((one) => one.split(',')),
    ),
    z.array(text('a MAC')),
  ],
  {
    error: 'expected a MAC or a list of them',
  },
);
editorSchemas.add(macs, oneOrMore);

const node = z.strictObject({
  ...settings,
  address: z.optional(expression),
  sharedAddress: z.optional(flag),
  mac: z.optional(macs),
  bmc: z.optional(bmc),
  rack: z.optional(expression),
});

const command = filled('a command');
const sourceByType = {
  slurm: z.strictObject({ type: z.literal('slurm'), cacheTime: z.optional(duration) }),
  genders: z.strictObject({ type: z.literal('genders'), file: z.optional(file) }),
  dsh: z.strictObject({ type: z.literal('dsh'), folder: z.optional(file) }),
  ansible: z.strictObject({ type: z.literal('ansible'), file }),
  clustershell: z.strictObject({
    type: z.literal('clustershell'),
    file: z.optional(file),
    source: z.optional(filled('a source name')),
  }),
  hosts: z.strictObject({ type: z.literal('hosts'), file: z.optional(file) }),
  'machine-file': z.strictObject({ type: z.literal('machine-file'), file }),
  command: z.strictObject({
    type: z.literal('command'),
    map: command,
    list: z.optional(command),
    all: z.optional(command),
    reverse: z.optional(command),
    cacheTime: z.optional(duration),
  }),
} as const;

const source = z.discriminatedUnion('type', [
  sourceByType.slurm,
  sourceByType.genders,
  sourceByType.dsh,
  sourceByType.ansible,
  sourceByType.clustershell,
  sourceByType.hosts,
  sourceByType['machine-file'],
  sourceByType.command,
]);

const top = {
  cluster: z.optional(filled('a name')),
  defaults: z.optional(orEmpty(defaults)),
  nodes: z.optional(orEmpty(z.record(z.string(), orEmpty(node)))),
  groups: z.optional(orEmpty(z.record(z.string(), expression))),
  macs: z.optional(file),
  facts: z.optional(file),
  sources: z.optional(orEmpty(z.record(z.string(), source))),
};

export const clusterSchema = orEmpty(z.strictObject(top));

export type ClusterContent = z.output<typeof clusterSchema>;
export type SettingsContent = z.output<typeof defaults>;
export type NodeContent = z.output<typeof node>;
export type SourceContent = z.output<typeof source>;

/** The words allowed at a path of the file, for did-you-mean. */
export function keysAt(path: readonly PropertyKey[], sourceType?: string): readonly string[] {
  const [section, , part] = path;
  if (path.length === 0) return Object.keys(top);
  if (section === 'defaults' && path.length === 1) return Object.keys(defaultSettings);
  if (section === 'nodes' && path.length === 2) return Object.keys(node.def.shape);
  if (section === 'nodes' && path.length === 3 && part === 'bmc') return Object.keys(bmc.def.shape);
  if (section !== 'sources' || path.length !== 2) return [];
  return Object.keys(Object.entries(sourceByType).find(([type]) => type === sourceType)?.[1].def.shape ?? {});
}

/** The values allowed for a key that has a closed list. */
export function valuesOf(key: PropertyKey | undefined): readonly string[] {
  if (key === 'transport') return transportNames;
  return key === 'type' ? Object.keys(sourceByType) : [];
}
