// The message of Prometheus remote write 1.0 (prometheus.io/docs/specs/remote_write_spec): a WriteRequest in protobuf.
//   WriteRequest { repeated TimeSeries timeseries = 1 }   TimeSeries { repeated Label labels = 1; repeated Sample samples = 2 }
//   Label { string name = 1; string value = 2 }           Sample { double value = 1; int64 timestamp = 2 }

export interface Series {
  /** With `__name__`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** ms since 1970 */
  readonly timeMs: number;
}

export function encodeWriteRequest(series: readonly Series[]): Uint8Array {
  const writer = new ProtobufWriter();
  for (const each of series) writer.message(1, () => writeSeries(writer, each));
  return writer.bytes();
}

function writeSeries(writer: ProtobufWriter, { labels, value, timeMs }: Series): void {
  // By the order of code units: names of labels are ASCII. The receiver may refuse others (spec, "Labels").
  for (const [name, text] of Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    // An empty label is the same as none, and is refused.
    if (text === '') continue;
    writer.message(1, () => {
      writer.text(1, name);
      writer.text(2, text);
    });
  }
  writer.message(2, () => {
    writer.double(1, value);
    writer.varint(2, timeMs);
  });
}

const text = new TextEncoder();
/** Of a field: varint, eight bytes, with a length before it. */
const wire = { varint: 0, fixed64: 1, delimited: 2 } as const;

/** Writes into one growing buffer; the length of a message is put before it when it is known. */
class ProtobufWriter {
  #buffer = new Uint8Array(64 * 1024);
  #end = 0;

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#end);
  }

  message(field: number, write: () => void): void {
    this.#tag(field, wire.delimited);
    const start = this.#end;
    write();
    const length = this.#end - start;
    const room = varintLength(length);
    this.#reserve(room);
    this.#buffer.copyWithin(start + room, start, this.#end);
    this.#end = start;
    this.#varint(length);
    this.#end = start + room + length;
  }

  text(field: number, value: string): void {
    this.#tag(field, wire.delimited);
    const bytes = text.encode(value);
    this.#varint(bytes.length);
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  double(field: number, value: number): void {
    this.#tag(field, wire.fixed64);
    this.#reserve(8);
    new DataView(this.#buffer.buffer).setFloat64(this.#end, value, true);
    this.#end += 8;
  }

  /** @param value not below 0, at most 2^53 */
  varint(field: number, value: number): void {
    this.#tag(field, wire.varint);
    this.#varint(value);
  }

  #tag(field: number, type: number): void {
    this.#varint(field * 8 + type);
  }

  #varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#buffer[this.#end++] = (rest % 0x80) | 0x80;
    this.#buffer[this.#end++] = rest;
  }

  #reserve(more: number): void {
    if (this.#end + more <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(this.#buffer.length * 2, this.#end + more));
    larger.set(this.#buffer);
    this.#buffer = larger;
  }
}

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length += 1;
  return length;
}
