// The shape of the cluster file as JSON Schema, for editors: the checked schema, with the texts read as what they stand for.
import * as z from 'zod/mini';
import { clusterSchema, editorSchemas, emptySections } from './cluster-schema.ts';

/** Where the schema is published: a test keeps it current. */
export const SCHEMA_FILE = new URL('../../../../docs/reference/cluster.schema.json', import.meta.url);

/** What the keys mean, wherever they stand. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  cluster: 'The name of the cluster.',
  defaults: 'Settings of every node that does not set its own.',
  nodes: 'Nodes by node-set expression, as n[001-128].',
  groups:
    'Groups by name: node-set expressions, which may name other groups (@compute) and sources (@slurm:debug).',
  macs: 'A CSV file of node,mac that tools write.',
  facts: 'A JSON file of discovered facts that tools write.',
  sources: 'Other group sources, asked as @NAME:GROUP.',
  user: 'The user to log in as.',
  port: 'The port of sshd.',
  identity: 'A private key file, or a list of them; ~ is the home folder, relative paths start at this file.',
  knownHosts: 'A known_hosts file used in place of the usual ones.',
  gateway:
    'Where to jump through: [user@]host[:port], hops separated by commas; a hop may be a node set or group of which any will do.',
  transport: 'How nodes are reached. `relay`: their gateway logs in to them with its own ssh.',
  connectTimeout: 'How long connecting may take: 10, 500ms, 10s, 2m.',
  hold: 'How long connections are held after a run, for the next one: 10m.',
  labels: 'Free words on the node.',
  address: 'Where to connect, paired with the names by position: 10.1.0.[1-128].',
  sharedAddress: 'true when several nodes are meant to have one address and port.',
  mac: 'The MAC address, or a list as long as the names.',
  bmc: 'The management controller.',
  rack: 'The rack: one for all, or a list as long as the names.',
  passwordFile: 'A file of mode 0600 that holds the password.',
  type: 'What kind of source this is.',
  file: 'The file to read.',
  folder: 'The folder that holds group/ and machines.list.',
  source: 'Which of the sources in groups.conf; else its default.',
  map: 'The command that prints the nodes of $GROUP.',
  list: 'The command that prints the names of all groups.',
  all: 'The command that prints all nodes.',
  reverse: 'The command that prints the groups of $NODE.',
  cacheTime: 'How long an answer holds: 60, 5m, 1h.',
};

/** JSON Schema (draft 2020-12) of the cluster file. */
export function clusterJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(clusterSchema, { io: 'output', unrepresentable: 'any', override });
  return { ...schema, $id: 'cluster.schema.json', title: 'Heorot cluster file' };
}

function override({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodType;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}): void {
  const replacement = editorSchemas.get(zodSchema)?.jsonSchema;
  if (replacement) {
    clear(jsonSchema);
    Object.assign(jsonSchema, replacement);
  }
  if (emptySections.has(zodSchema)) {
    const section = clear(jsonSchema);
    Object.assign(jsonSchema, { anyOf: [section, { type: 'null' }] });
  }
  for (const [key, property] of Object.entries(jsonSchema.properties ?? {})) {
    const description = DESCRIPTIONS[key];
    if (typeof property === 'object' && description !== undefined) property.description = description;
  }
}

/** Empties the schema in place, and gives back what it was. */
function clear<Schema extends object>(schema: Schema): Schema {
  const content = { ...schema };
  for (const key of Object.keys(schema)) Reflect.deleteProperty(schema, key);
  return content;
}
