// Holds a value against a JSON Schema: the words of draft 2020-12 that our own schema uses; an unknown word is an error.

type Schema = Readonly<Record<string, unknown>>;

const words = new Set(
  '$schema $defs $ref title description type properties required additionalProperties items enum const oneOf anyOf'.split(
    ' ',
  ),
);

/** What is wrong with the value, each fault with its place; empty when it is valid. */
export function schemaFaults(value: unknown, schema: Schema, root = schema, at = '$'): readonly string[] {
  const unknown = Object.keys(schema).filter((word) => !words.has(word));
  if (unknown.length > 0) throw new Error(`schema words not understood: ${unknown.join()}`);
  const reference = schema['$ref'];
  if (typeof reference === 'string') return schemaFaults(value, definition(root, reference), root, at);
  const options = [schema['oneOf'] ?? schema['anyOf'] ?? []].flat().filter(isSchema);
  const faults = options.map((option) => schemaFaults(value, option, root, at));
  const fitting = faults.filter((each) => each.length === 0).length;
  const fits = options.length === 0 || (schema['oneOf'] === undefined ? fitting > 0 : fitting === 1);
  return [
    ...(fits ? [] : [`${at}: fits ${fitting} of ${options.length} forms (${faults.flat().join('; ')})`]),
    ...valueFaults(value, schema, at),
    ...memberFaults(value, schema, root, at),
  ];
}

function valueFaults(value: unknown, schema: Schema, at: string): readonly string[] {
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  const types = [schema['type'] ?? type].flat();
  const rightType = types.includes(type) || (types.includes('integer') && Number.isInteger(value));
  const allowed = 'const' in schema ? [schema['const']] : schema['enum'];
  const rightValue = !Array.isArray(allowed) || allowed.includes(value);
  return rightType && rightValue
    ? []
    : [`${at}: is not ${JSON.stringify(allowed ?? types)}: ${JSON.stringify(value)}`];
}

function memberFaults(value: unknown, schema: Schema, root: Schema, at: string): readonly string[] {
  if (Array.isArray(value)) {
    const items = isSchema(schema['items']) ? schema['items'] : {};
    return value.flatMap((item, index) => schemaFaults(item, items, root, `${at}[${index}]`));
  }
  if (!isSchema(value)) return [];
  const properties = isSchema(schema['properties']) ? schema['properties'] : {};
  const required = [schema['required'] ?? []].flat().map(String);
  return [
    ...required.filter((name) => !(name in value)).map((name) => `${at}: lacks ${name}`),
    ...Object.entries(value).flatMap(([name, member]) => {
      const own = properties[name] ?? schema['additionalProperties'];
      if (own === false) return [`${at}: must not have ${name}`];
      return schemaFaults(member, isSchema(own) ? own : {}, root, `${at}.${name}`);
    }),
  ];
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
