// The group and port of a layer: made of its digest, so that plan and sender agree without being told.

export interface MulticastGroup {
  readonly address: string;
  readonly port: number;
}

/** 239.192.0.0/14 is for use within an organisation (RFC 2365); ports even, above those of other services. */
export function multicastGroupOf(digest: string): MulticastGroup {
  const hex = digest.replace(/^sha256:/, '');
  const octet = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
  return {
    address: `239.${192 + (octet(0) & 3)}.${octet(2)}.${octet(4)}`,
    port: 20_000 + (Number.parseInt(hex.slice(6, 10), 16) % 5000) * 2,
  };
}
