// Writes the JSON Schema of the cluster file to docs/reference: pnpm --filter @heorot/inventory schema
import { writeFile } from 'node:fs/promises';
import { clusterJsonSchema, SCHEMA_FILE } from './json-schema.ts';

await writeFile(SCHEMA_FILE, `${JSON.stringify(clusterJsonSchema(), undefined, 2)}\n`);
