import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '../testing/service-fixture.ts';
import { rangeOf, sendFile } from './send-file.ts';

const bytes = randomBytes(700_001);
let folder: Awaited<ReturnType<typeof scratchFolder>>;
let url = '';
const server = createServer((request, response) => {
  const path = join(folder.path, request.url ?? '');
  void sendFile(request, response, { path, contentType: 'application/octet-stream' });
});

beforeAll(async () => {
  folder = await scratchFolder();
  await writeFile(join(folder.path, 'blob'), bytes);
  await writeFile(join(folder.path, 'empty'), '');
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(async () => {
  server.close();
  await folder[Symbol.asyncDispose]();
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${url}/${path}`, { headers });
const bodyOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

describe('a file over HTTP', () => {
  it('comes whole, with its length', async () => {
    const response = await get('blob');
    expect(response.headers.get('content-length')).toBe('700001');
    expect((await bodyOf(response)).equals(bytes)).toBe(true);
    expect((await bodyOf(await get('empty'))).length).toBe(0);
  });

  it('goes on where a broken transfer ended, as long as it is the same file', async () => {
    const { headers } = await get('blob', { range: 'bytes=0-0' });
    const rest = await get('blob', { range: 'bytes=300000-', 'if-range': headers.get('etag') ?? '' });
    expect(rest.status).toBe(206);
    expect(rest.headers.get('content-range')).toBe('bytes 300000-700000/700001');
    expect((await bodyOf(rest)).equals(bytes.subarray(300_000))).toBe(true);
    const other = await get('blob', { range: 'bytes=300000-', 'if-range': '"another"' });
    expect(other.status).toBe(200);
    await other.arrayBuffer();
  });

  it.each([
    ['blob', { range: 'bytes=700001-' }, 416],
    ['blob', { range: 'bytes=5-1' }, 200],
    ['blob', { range: 'lines=1-2' }, 200],
    ['missing', {}, 404],
    ['', {}, 404],
  ])('of %s with %j is answered %i', async (path, headers, status) => {
    const response = await get(path, headers);
    await response.arrayBuffer();
    expect(response.status).toBe(status);
  });

  it('never has a range outside of itself', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.option(fc.nat(60)), fc.option(fc.nat(60)), (size, first, last) => {
        const range = rangeOf(`bytes=${first ?? ''}-${last ?? ''}`, size);
        const inside =
          typeof range !== 'object' || (range.start >= 0 && range.start <= range.end && range.end < size);
        expect(inside).toBe(true);
      }),
    );
  });
});
