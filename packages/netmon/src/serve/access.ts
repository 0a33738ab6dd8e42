// Who may see the page: whoever has the token, by the URL once and by a cookie then, or as a bearer; and only under a name
// of this machine, so that a page elsewhere cannot reach it by a name that it makes point here (DNS rebinding).
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

export interface Credentials {
  readonly host: string | undefined;
  readonly cookie: string | undefined;
  readonly authorization: string | undefined;
  /** `token` of the query. */
  readonly token: string | null;
}

export type Entrance =
  | { readonly kind: 'refused-host' }
  | { readonly kind: 'refused' }
  /** With the token in the URL: the answer sets the cookie. */
  | { readonly kind: 'first'; readonly cookie: string }
  | { readonly kind: 'allowed' };

export interface AccessOptions {
  readonly token: string;
  /** Names, besides addresses and `localhost`, by which this server may be called. */
  readonly names: readonly string[];
  /** Of the cookie: cookies know no ports (RFC 6265, 8.5), and two servers on a machine must not push each other out. */
  readonly port: number;
}

export class Access {
  readonly #token: string;
  readonly #names: ReadonlySet<string>;
  readonly #cookieName: string;

  constructor({ token, names, port }: AccessOptions) {
    this.#token = token;
    this.#names = new Set(['localhost', ...names.map((name) => name.toLowerCase())]);
    this.#cookieName = `netmon-${port}`;
  }

  enter({ host, cookie, authorization, token }: Credentials): Entrance {
    if (!this.isOurs(host)) return { kind: 'refused-host' };
    if (token !== null && sameSecret(token, this.#token)) return { kind: 'first', cookie: this.#setCookie() };
    const shown = bearer(authorization) ?? cookieValue(cookie, this.#cookieName);
    return { kind: shown !== undefined && sameSecret(shown, this.#token) ? 'allowed' : 'refused' };
  }

  /** An address can be rebound to nothing; of names, only ours. */
  isOurs(host: string | undefined): boolean {
    const name = /^(\[[0-9a-f:.]+\]|[^:]+)(?::\d{1,5})?$/i.exec(host ?? '')?.[1]?.toLowerCase();
    if (name === undefined) return false;
    return isIP(name.replace(/^\[|\]$/g, '')) !== 0 || this.#names.has(name.replace(/\.$/, ''));
  }

  #setCookie(): string {
    return `${this.#cookieName}=${this.#token}; Path=/; HttpOnly; SameSite=Strict`;
  }
}

/** Takes as long for a wrong guess as for a near one, whatever its length. */
export function sameSecret(one: string, other: string): boolean {
  const [first, second] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return first !== undefined && second !== undefined && timingSafeEqual(first, second);
}

export function bearer(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

function cookieValue(header: string | undefined, name: string): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
