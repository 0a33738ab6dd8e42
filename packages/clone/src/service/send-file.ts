// A file over HTTP (RFC 9110): ranges, ETag, HEAD; as fast as the reader takes it and no faster, in little memory.
import { type FileHandle, open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

export interface FileAnswer {
  readonly path: string;
  readonly contentType: string;
  /** A strong validator: the digest of a blob; without one it is made of size and time. */
  readonly etag?: string;
  /** The bytes under this name never change. */
  readonly immutable?: boolean;
}

/** Answers 200, 206, 304, 404 or 416. Resolves when all is sent or the reader has gone. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { path, contentType, etag, immutable = false }: FileAnswer,
): Promise<void> {
  await using file = await openRegular(path);
  if (file === undefined) return end(response, 404);
  const { size, mtimeMs } = await file.handle.stat();
  const tag = `"${etag ?? `${size.toString(16)}-${Math.trunc(mtimeMs).toString(16)}`}"`;
  response.setHeader('etag', tag);
  response.setHeader('accept-ranges', 'bytes');
  response.setHeader('content-type', contentType);
  if (immutable) response.setHeader('cache-control', 'public, max-age=31536000, immutable');
  if (request.headers['if-none-match'] === tag) return end(response, 304);

  const conditional = request.headers['if-range'];
  const { range } = request.headers;
  const wanted =
    range === undefined || (conditional !== undefined && conditional !== tag)
      ? undefined
      : rangeOf(range, size);
  if (wanted === 'unsatisfiable') {
    response.setHeader('content-range', `bytes */${size}`);
    return end(response, 416);
  }
  const { start, end: last } = wanted ?? { start: 0, end: size - 1 };
  response.statusCode = wanted === undefined ? 200 : 206;
  if (wanted !== undefined) response.setHeader('content-range', `bytes ${start}-${last}/${size}`);
  response.setHeader('content-length', last - start + 1);
  if (request.method === 'HEAD' || size === 0) return void response.end();
  const stream = file.handle.createReadStream({
    start,
    end: last,
    highWaterMark: 256 * 1024,
    autoClose: false,
  });
  try {
    await pipeline(stream, response);
  } catch {
    // The reader has gone, or the disk failed in the middle: the connection is cut, so that no length is believed.
    response.destroy();
  }
}

/** One range; `undefined` for several and for what is malformed, which may be ignored (RFC 9110, 14.2). */
export function rangeOf(
  header: string,
  size: number,
): { readonly start: number; readonly end: number } | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start >= size ? 'unsatisfiable' : { start, end };
}

async function openRegular(
  path: string,
): Promise<({ readonly handle: FileHandle } & AsyncDisposable) | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch {
    return undefined;
  }
  const file = { handle, [Symbol.asyncDispose]: () => handle.close() };
  if ((await handle.stat()).isFile()) return file;
  await handle.close();
  return undefined;
}

function end(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.end();
}
