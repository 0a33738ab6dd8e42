// Gets one page by HTTP: plain, bounded in size and time.
import { type Agent, get } from 'node:http';

export interface FetchOptions {
  readonly agent: Agent;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** The message says what went wrong, for people. */
export class PageError extends Error {
  override readonly name = 'PageError';
  /** Of HTTP; undefined where there was no answer. */
  readonly status: number | undefined;

  constructor(message: string, status?: number, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** node_exporter's pages are 30 to 300 kB. */
const largestPage = 16 * 1024 * 1024;

/** @throws PageError */
export async function fetchPage(url: URL, { agent, timeoutMs, signal }: FetchOptions): Promise<string> {
  const limit = AbortSignal.timeout(timeoutMs);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const request = get(url, { agent, signal: AbortSignal.any([signal, limit]) }, (response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > largestPage) request.destroy(new PageError('its page has more than 16 MiB'));
      else chunks.push(chunk);
    });
    response.once('error', reject);
    response.once('end', () => {
      if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString('utf8'));
      else reject(new PageError(`HTTP ${response.statusCode} from ${url.host}`, response.statusCode));
    });
  });
  request.once('error', reject);
  try {
    return await promise;
  } catch (error) {
    if (error instanceof PageError) throw error;
    if (limit.aborted)
      throw new PageError(`no page within ${timeoutMs / 1000} s`, undefined, { cause: error });
    throw new PageError(`${reasonOf(error)}: ${url.host}`, undefined, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ECONNREFUSED') return 'connection refused';
  if (code === 'ENOTFOUND') return 'name not found';
  if (code === 'EHOSTUNREACH') return 'no route to host';
  if (code === 'ECONNRESET') return 'connection reset';
  return error instanceof Error ? error.message : String(error);
}
