// A cache of what is asked for more than once, values and promises alike.

/** What was made for this key before, or is made now. */
export function once<Key, Value>(cache: Map<Key, Value>, key: Key, make: () => Value): Value {
  const made = cache.get(key) ?? make();
  cache.set(key, made);
  return made;
}
