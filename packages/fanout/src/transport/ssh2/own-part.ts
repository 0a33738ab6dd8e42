// What ssh2 keeps for itself, where there is no other way to it; a later release may keep it elsewhere.

/** The part of this name, undefined where there is none. */
export function ownPart(holder: unknown, name: string): unknown {
  return typeof holder === 'object' && holder !== null ? Reflect.get(holder, name) : undefined;
}
