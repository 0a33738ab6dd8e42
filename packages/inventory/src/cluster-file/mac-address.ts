// MAC addresses in one spelling: six lower-case octets with colons.

/** `aa:bb:cc:dd:ee:ff` of any usual spelling (`AA-BB-…`, `aabb.ccdd.eeff`, `aabbccddeeff`); undefined when it is none. */
export function parseMac(text: string): string | undefined {
  const spelling =
    /^(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$|^(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}$|^[0-9a-f]{12}$/i;
  if (!spelling.test(text)) return undefined;
  return text
    .toLowerCase()
    .replace(/[^0-9a-f]/g, '')
    .match(/../g)
    ?.join(':');
}
