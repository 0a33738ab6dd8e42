// Makes readings of a sampler's lines: remembers its banner and which slot is which interface. Pure: bytes in, readings out.
import { StringDecoder } from 'node:string_decoder';
import type { Counter } from '../model/counter.ts';
import type { InterfaceFacts, PortFacts } from '../model/interface-facts.ts';
import type { Reading } from '../model/reading.ts';
import { type BannerLine, protocolVersion, type SampleLine } from './line.ts';
import { parseLine } from './parse-line.ts';
import { portErrorFiles } from './port-errors.ts';

export type SamplerOutput =
  | { readonly kind: 'started'; readonly banner: BannerLine }
  /** The sampler speaks another version of the protocol: nothing more can be read. */
  | { readonly kind: 'foreign-version'; readonly version: number }
  | { readonly kind: 'reading'; readonly reading: Reading }
  /** Before the banner: words of the login shell's start-up files. After it: a damaged line. */
  | { readonly kind: 'noise'; readonly text: string; readonly afterBanner: boolean };

/** A sampler that sends no line feed is cut off here: 64 interfaces are 8 kB. */
const longestLine = 4 * 1024 * 1024;

/** What arrives on one channel from one node, in any pieces. */
export class SamplerSession {
  readonly #node: string;
  readonly #decoder = new StringDecoder('utf8');
  readonly #interfaces = new Map<number, InterfaceFacts>();
  readonly #ports = new Map<number, PortFacts>();
  #rest = '';
  #banner: BannerLine | undefined;

  constructor(node: string) {
    this.#node = node;
  }

  /**
   * @param arrivedMs wall clock of the head, ms since 1970
   * @returns what the bytes complete, in order
   */
  push(chunk: Uint8Array, arrivedMs: number): readonly SamplerOutput[] {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = lines.pop() ?? '';
    const found = lines.flatMap((line) => this.#line(line, arrivedMs) ?? []);
    if (this.#rest.length <= longestLine) return found;
    const text = this.#rest.slice(0, 200);
    this.#rest = '';
    return [...found, { kind: 'noise', text, afterBanner: this.#banner !== undefined }];
  }

  #line(text: string, arrivedMs: number): SamplerOutput | undefined {
    const line = parseLine(text);
    if (line.kind === 'banner') {
      if (line.version !== protocolVersion) return { kind: 'foreign-version', version: line.version };
      this.#banner = line;
      this.#interfaces.clear();
      this.#ports.clear();
      return { kind: 'started', banner: line };
    }
    const banner = this.#banner;
    if (banner === undefined || line.kind === 'noise') {
      return { kind: 'noise', text, afterBanner: banner !== undefined };
    }
    if (line.kind === 'interface') this.#interfaces.set(line.slot, line.facts);
    else if (line.kind === 'gone') this.#interfaces.delete(line.slot);
    else if (line.kind === 'port') this.#ports.set(line.slot, line.facts);
    else return { kind: 'reading', reading: this.#reading(banner, line, arrivedMs) };
    return undefined;
  }

  #reading(banner: BannerLine, line: SampleLine, arrivedMs: number): Reading {
    return {
      node: this.#node,
      bootId: banner.bootId,
      netns: banner.netns,
      bits: banner.bits,
      ticks: line.ticks,
      monotonicNs: line.monotonicNs,
      uptimeSeconds: line.uptimeSeconds,
      bootedAt: line.bootedAt,
      arrivedMs,
      host: line.host,
      interfaces: line.interfaces.flatMap(({ slot, counters }) => {
        const facts = this.#interfaces.get(slot);
        if (facts === undefined) return [];
        const hardware = line.hardware.find((each) => each.slot === slot)?.counters;
        return [hardware === undefined ? { facts, counters } : { facts, counters, hardware }];
      }),
      ports: line.ports.flatMap(({ slot, errors, ...counters }) => {
        const facts = this.#ports.get(slot);
        return facts === undefined ? [] : [{ facts, ...counters, errors: errorsByFile(errors) }];
      }),
    };
  }
}

function errorsByFile(errors: readonly Counter[] | null): Readonly<Record<string, Counter>> | null {
  if (errors === null) return null;
  return Object.fromEntries(portErrorFiles.map((file, at) => [file, errors[at] ?? null]));
}
