import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { clusterJsonSchema, SCHEMA_FILE } from './json-schema.ts';

describe('the published JSON Schema', () => {
  it('is the one in docs/reference; else run: pnpm --filter @heorot/inventory schema', async () => {
    expect(JSON.parse(await readFile(SCHEMA_FILE, 'utf8'))).toEqual(clusterJsonSchema());
  });

  it('describes every key, and asks for numbers where the file has numbers', () => {
    const schema = JSON.stringify(clusterJsonSchema());
    expect(schema).toContain(
      '"port":{"description":"The port of sshd.","type":"integer","minimum":1,"maximum":65535}',
    );
    const properties = [...schema.matchAll(/"properties":\{(?:"(\w+)":)/g)];
    expect(properties.length).toBeGreaterThan(5);
    for (const section of sections(clusterJsonSchema())) {
      for (const [key, property] of Object.entries(section))
        expect([key, property]).toEqual([key, expect.objectContaining({ description: expect.any(String) })]);
    }
  });
});

function sections(schema: unknown): Record<string, unknown>[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own =
    'properties' in schema && typeof schema.properties === 'object' && schema.properties !== null
      ? [{ ...schema.properties }]
      : [];
  return [...own, ...Object.values(schema).flatMap(sections)];
}
