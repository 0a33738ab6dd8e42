// Makes the smallest ELF file with named sections, for tests.

export function elfWithSections(sections: Readonly<Record<string, Buffer>>): Buffer {
  const all: (readonly [string, Buffer])[] = [['', Buffer.alloc(0)], ...Object.entries(sections)];
  const names = Buffer.from([...all.map(([name]) => name), '.shstrtab', ''].join('\0'));
  const list = [...all, ['.shstrtab', names] as const];
  const head = Buffer.alloc(64);
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]).copy(head);
  head.writeUInt16LE(64, 58);
  head.writeUInt16LE(list.length, 60);
  head.writeUInt16LE(list.length - 1, 62);
  const headers: Buffer[] = [];
  const contents: Buffer[] = [];
  let at = 64;
  let nameAt = 0;
  for (const [name, content] of list) {
    const header = Buffer.alloc(64);
    header.writeUInt32LE(nameAt, 0);
    header.writeBigUInt64LE(BigInt(at), 24);
    header.writeBigUInt64LE(BigInt(content.length), 32);
    headers.push(header);
    contents.push(content);
    at += content.length;
    nameAt += name.length + 1;
  }
  head.writeBigUInt64LE(BigInt(at), 40);
  return Buffer.concat([head, ...contents, ...headers]);
}
