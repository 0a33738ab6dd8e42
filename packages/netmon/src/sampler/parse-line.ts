// Reads one line of the sampler. Never throws: a line that cannot be read is noise, and the caller decides what that means.
import type { Duplex, InterfaceFacts, PortFacts } from '../model/interface-facts.ts';
import type { Line } from './line.ts';
import { natural } from './numbers.ts';
import { parseSample } from './parse-sample.ts';

/**
 * @param text one line without its line feed
 * @example parseLine('G 3') // {kind: 'gone', slot: 3}
 */
export function parseLine(text: string): Line {
  return parseKnown(text) ?? { kind: 'noise', text };
}

function parseKnown(text: string): Line | undefined {
  switch (text.slice(0, 2)) {
    case 'S ':
      return parseSample(text);
    case 'I ':
      return parseInterface(text);
    case 'G ':
      return parseGone(text);
    case 'R ':
      return parsePort(text);
    default:
      return text.startsWith('heorot-netmon ') ? parseBanner(text) : undefined;
  }
}

function parseBanner(text: string): Line | undefined {
  const [, version, ...pairs] = text.split(' ');
  const facts = pairsOf(pairs);
  const number = natural(version);
  const bootId = facts.get('boot');
  if (number === null || bootId === undefined) return undefined;
  const bits = facts.get('bits');
  return {
    kind: 'banner',
    version: number,
    sampler: facts.get('sampler') ?? '-',
    // Some containers hide it: then a clock that fell tells of a reboot.
    bootId: bootId === '' ? '-' : bootId,
    netns: facts.get('netns') ?? '-',
    clock: facts.get('clock') ?? '-',
    bits: bits === '64' ? 64 : bits === '32' ? 32 : null,
  };
}

function parseGone(text: string): Line | undefined {
  const slot = natural(text.slice(2));
  return slot === null ? undefined : { kind: 'gone', slot };
}

function parseInterface(text: string): Line | undefined {
  const [, slotText, name, ...pairs] = text.split(' ');
  const slot = natural(slotText);
  const facts = pairsOf(pairs);
  const ifindex = natural(facts.get('ifindex'));
  if (slot === null || name === undefined || name === '') return undefined;
  // An interface that vanished while it was looked at has no index: key 0 is used by no interface (RFC 3493, 4.).
  return { kind: 'interface', slot, facts: interfaceFacts(name, ifindex ?? 0, facts) };
}

function interfaceFacts(name: string, ifindex: number, facts: ReadonlyMap<string, string>): InterfaceFacts {
  const speed = natural(facts.get('speed'));
  const carrier = facts.get('carrier');
  return {
    name,
    ifindex,
    iflink: natural(facts.get('iflink')),
    type: natural(facts.get('type')),
    mtu: natural(facts.get('mtu')),
    state: facts.get('state') ?? null,
    carrier: carrier === '1' ? true : carrier === '0' ? false : null,
    // SPEED_UNKNOWN is -1, and 4294967295 or 65535 where an old driver keeps it unsigned.
    speedMbit: speed === null || speed === 0 || speed >= 4294967295 || speed === 65535 ? null : speed,
    duplex: duplexOf(facts.get('duplex')),
    devtype: facts.get('devtype') ?? null,
    device: facts.get('device') === '1',
    driver: facts.get('driver') ?? null,
    virtualFunction: facts.get('vf') === '1',
    master: natural(facts.get('master')),
    bond: facts.get('bond') === '1',
    bridge: facts.get('bridge') === '1',
    tun: facts.get('tun') === '1',
    card: facts.get('card')?.replaceAll('_', ' ') ?? null,
  };
}

function duplexOf(text: string | undefined): Duplex | null {
  return text === 'full' || text === 'half' ? text : null;
}

function parsePort(text: string): Line | undefined {
  const [, slotText, device, portText, ...pairs] = text.split(' ');
  const slot = natural(slotText);
  const port = natural(portText);
  if (slot === null || port === null || device === undefined || device === '') return undefined;
  const facts = pairsOf(pairs);
  return { kind: 'port', slot, facts: { device, port, ...portFacts(facts) } };
}

function portFacts(facts: ReadonlyMap<string, string>): Omit<PortFacts, 'device' | 'port'> {
  // `2.5_Gb/sec_(1X_SDR)`, `100_Gb/sec_(4X_EDR)`
  const rate = /^(\d+(?:\.\d+)?)_Gb\/sec(?:_\((.+)\))?$/.exec(facts.get('rate') ?? '');
  return {
    driver: facts.get('driver') ?? null,
    state: facts.get('state') ?? null,
    physicalState: facts.get('physical') ?? null,
    rateMbit: rate === null ? null : Math.round(Number(rate[1]) * 1000),
    rateName: rate?.[2] ?? null,
    layer: facts.get('layer') ?? null,
  };
}

function pairsOf(words: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    words.flatMap((word) => {
      const at = word.indexOf('=');
      return at < 1 ? [] : [[word.slice(0, at), word.slice(at + 1)] as const];
    }),
  );
}
