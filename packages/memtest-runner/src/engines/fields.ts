// Reads the members of a JSON object by name and kind. One that is missing or of another kind is remembered, not thrown:
// the caller asks once, at the end, whether all were there.

export interface Fields {
  text(name: string): string;
  textOrNull(name: string): string | null;
  number(name: string): number;
  boolean(name: string): boolean;
  oneOf<const Value extends string>(name: string, values: readonly [Value, ...Value[]]): Value;
  /** Was every member that was asked for there? */
  complete(): boolean;
}

/** null if the line is not one JSON object. */
export function fieldsOf(line: string): Fields | null {
  const members = parseObject(line);
  if (members === null) return null;
  let complete = true;
  const miss = <Value>(value: Value): Value => {
    complete = false;
    return value;
  };
  const text = (name: string): string => {
    const value = members.get(name);
    return typeof value === 'string' ? value : miss('');
  };
  return {
    text,
    textOrNull: (name) => (members.get(name) === null ? null : text(name)),
    number(name) {
      const value = members.get(name);
      return typeof value === 'number' ? value : miss(0);
    },
    boolean(name) {
      const value = members.get(name);
      return typeof value === 'boolean' ? value : miss(false);
    },
    oneOf(name, values) {
      const value = members.get(name);
      return values.find((each) => each === value) ?? miss(values[0]);
    },
    complete: () => complete,
  };
}

function parseObject(line: string): ReadonlyMap<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : null;
  } catch {
    return null;
  }
}
