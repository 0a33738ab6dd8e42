// Writes the JSON Schema of the cluster file to docs/reference: node --conditions=heorot-src <this file>
import { writeFile } from 'node:fs/promises';
import { clusterJsonSchema, SCHEMA_FILE } from './json-schema.ts';

await writeFile(SCHEMA_FILE, `${JSON.stringify(clusterJsonSchema(), undefined, 2)}\n`);
