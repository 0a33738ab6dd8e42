// Prints plain data as block YAML. Strings are written as JSON strings, which YAML 1.2 reads the same, so nothing is guessed.

/** What can be printed. `undefined` members of objects are left out. */
export type Yaml = string | number | boolean | readonly Yaml[] | { readonly [key: string]: Yaml | undefined };

/** The value as YAML, with a final line end. */
export function yamlBlock(value: Yaml, indent = ''): string {
  if (isList(value)) {
    if (value.length === 0) return `${indent}[]\n`;
    return value
      .map((item) => `${indent}- ${yamlBlock(item, `${indent}  `).slice(indent.length + 2)}`)
      .join('');
  }
  if (typeof value !== 'object') return `${indent}${JSON.stringify(value)}\n`;
  const members = Object.entries(value).flatMap(([key, member]) =>
    member === undefined ? [] : [[key, member] as const],
  );
  if (members.length === 0) return `${indent}{}\n`;
  return members
    .map(([key, member]) => {
      const name = /^[A-Za-z_][\w-]*$/.test(key) ? key : JSON.stringify(key);
      return isScalar(member)
        ? `${indent}${name}: ${yamlBlock(member).trimStart()}`
        : `${indent}${name}:\n${yamlBlock(member, `${indent}  `)}`;
    })
    .join('');
}

function isList(value: Yaml): value is readonly Yaml[] {
  return Array.isArray(value);
}

function isScalar(value: Yaml): boolean {
  return typeof value !== 'object' || (isList(value) ? value.length === 0 : Object.keys(value).length === 0);
}
