// The only maker of host names: nothing reaches a connection or a command line without passing here.
import { isIPv6 } from 'node:net';
import { HeorotError } from '../error/heorot-error.ts';
import { quoteVisibly, visibleCharacter } from './visible-text.ts';

declare const hostName: unique symbol;
/** A validated name or address: never starts with `-`, holds no blanks, quotes, slashes, shell or control characters. */
export type HostName = string & { readonly [hostName]: true };

// Labels of letters, digits, `_` and `-`, each with a first character that is no `-`; RFC 1123 plus the underscore that
// many sites use. `.` only between labels (or once at the end), so that no name is a path such as `..`.
const LABELS = /^[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_][A-Za-z0-9_-]*)*\.?$/;
const FOUR_NUMBERS = /^\d+\.\d+\.\d+\.\d+$/;
// Strictly decimal: inet_aton(3) reads `010.0.0.1` as 8.0.0.1.
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
// RFC 4007 scope, as in `fe80::1%eth0`; interface names on Linux may hold more, none that is in use does.
const ZONE = /^[A-Za-z0-9_.-]+$/;
const LONGEST = 255;

/**
 * Validates a node name, host name, IPv4 or IPv6 address (a scope such as `%eth0` included).
 *
 * @throws HeorotError `host-name-invalid`, with the offending character and its offset
 * @example parseHostName('node-01.cluster'); parseHostName('fe80::1%eth0')
 */
export function parseHostName(text: string): HostName {
  if (isHostName(text)) return text;
  const fault = faultOf(text);
  throw new HeorotError('host-name-invalid', `${quoteVisibly(text)} is not a host name: ${fault.what}`, {
    hint: fault.hint,
  });
}

/** Whether {@link parseHostName} accepts the text. */
export function isHostName(text: string): text is HostName {
  if (text.length > LONGEST) return false;
  return LABELS.test(text) ? !FOUR_NUMBERS.test(text) || IPV4.test(text) : isScopedIPv6(text);
}

function isScopedIPv6(text: string): boolean {
  const scope = text.indexOf('%');
  if (scope < 0) return isIPv6(text);
  return isIPv6(text.slice(0, scope)) && ZONE.test(text.slice(scope + 1));
}

interface Fault {
  readonly what: string;
  readonly hint: string;
}

const PLAIN_HINT = 'a host name holds letters, digits, `-`, `_` and `.` only';

function faultOf(text: string): Fault {
  if (text === '') return { what: 'it is empty', hint: 'give a name or an address' };
  if (text.length > LONGEST)
    return { what: `it is longer than ${LONGEST} characters`, hint: 'shorten the name' };
  if (text.startsWith('-')) {
    return { what: "it starts with '-' (offset 0)", hint: 'ssh would read it as an option; remove the dash' };
  }
  const odd = /[^A-Za-z0-9_.:%-]/u.exec(text);
  if (odd) return { what: `${visibleCharacter(odd[0])} at offset ${odd.index}`, hint: hintFor(odd[0]) };
  if (/[:%]/.test(text)) {
    const hint =
      'write IPv6 as in fe80::1 or fe80::1%eth0; give a port with `port:` or `-p`, not as part of the name';
    return {
      what: `it is no IPv6 address ('${/[:%]/.exec(text)?.[0]}' at offset ${text.search(/[:%]/)})`,
      hint,
    };
  }
  if (FOUR_NUMBERS.test(text)) {
    return { what: 'it is no IPv4 address', hint: 'four numbers from 0 to 255 without leading zeros' };
  }
  const dot = text.search(/^\.|\.\.|\.-/);
  return {
    what: `misplaced '.' at offset ${Math.max(dot, 0)}`,
    hint: 'dots stand between labels: node1.cluster',
  };
}

function hintFor(character: string): string {
  if (character === '@') return 'give the user with -l USER, or `user:` in the cluster file';
  if (character === '[' || character === ']') return 'brackets belong to node sets: node[1-8]';
  if (/\s/u.test(character)) return 'separate names with commas, and remove blanks within a name';
  if (/[^\x20-\x7e]/u.test(character)) return `${PLAIN_HINT}; write international names in their xn-- form`;
  return PLAIN_HINT;
}
