// Holds a value against a JSON Schema: the part of draft 2020-12 that our own schema uses; an unknown word is an error.

type Schema = Readonly<Record<string, unknown>>;

const known = new Set(
  '$schema $defs $ref title description type properties required additionalProperties items enum const oneOf anyOf'.split(
    ' ',
  ),
);

/** What is wrong with the value, each fault with its place; empty when it is valid. */
export function schemaFaults(
  value: unknown,
  schema: Schema,
  root: Schema = schema,
  at = '$',
): readonly string[] {
  const unknown = Object.keys(schema).filter((word) => !known.has(word));
  if (unknown.length > 0) throw new Error(`schema words not understood: ${unknown.join()}`);
  const reference = schema['$ref'];
  if (typeof reference === 'string') return schemaFaults(value, definition(root, reference), root, at);
  return [
    ...branches(schema, 'oneOf', 1, value, root, at),
    ...branches(schema, 'anyOf', Number.POSITIVE_INFINITY, value, root, at),
    ...typeFaults(value, schema, at),
    ...memberFaults(value, schema, root, at),
  ];
}

function branches(
  schema: Schema,
  word: 'oneOf' | 'anyOf',
  most: number,
  value: unknown,
  root: Schema,
  at: string,
): string[] {
  const options = schema[word];
  if (!Array.isArray(options)) return [];
  const faults = options.map((option) => schemaFaults(value, option, root, at));
  const valid = faults.filter((each) => each.length === 0).length;
  if (valid >= 1 && valid <= most) return [];
  return [
    `${at}: fits ${valid} of ${options.length} forms: ${JSON.stringify(value)} (${faults.flat().join('; ')})`,
  ];
}

function typeFaults(value: unknown, schema: Schema, at: string): string[] {
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  const types = [schema['type'] ?? type].flat();
  const fits = types.includes(type) || (types.includes('integer') && Number.isInteger(value));
  const values = Array.isArray(schema['enum'])
    ? schema['enum']
    : 'const' in schema
      ? [schema['const']]
      : [value];
  return fits && values.includes(value) ? [] : [`${at}: ${JSON.stringify(value)} is not allowed`];
}

function memberFaults(value: unknown, schema: Schema, root: Schema, at: string): string[] {
  if (Array.isArray(value)) {
    const items = isSchema(schema['items']) ? schema['items'] : {};
    return value.flatMap((item, index) => schemaFaults(item, items, root, `${at}[${index}]`));
  }
  if (!isSchema(value)) return [];
  const properties = isSchema(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const missing = required.filter((name) => !(String(name) in value)).map((name) => `${at}: lacks ${name}`);
  const members = Object.entries(value).flatMap(([name, member]) => {
    const own = properties[name] ?? schema['additionalProperties'];
    if (own === false) return [`${at}: must not have ${name}`];
    return schemaFaults(member, isSchema(own) ? own : {}, root, `${at}.${name}`);
  });
  return [...missing, ...members];
}

function definition(root: Schema, reference: string): Schema {
  const definitions = root['$defs'];
  const found = isSchema(definitions) ? definitions[reference.replace('#/$defs/', '')] : undefined;
  if (isSchema(found)) return found;
  throw new Error(`no definition ${reference}`);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
