// The HTTP server of the page: who may come in, what may be asked, and the headers that keep a page a page: nothing of it
// comes from elsewhere, nothing elsewhere may frame it or read it, and text never becomes HTML.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Access } from './access.ts';
import { bearer, sameSecret } from './access.ts';
import type { Answer, Question } from './answer-json.ts';
import type { MetricsPage } from './metrics-page.ts';
import { findPageFile } from './page-files.ts';

export interface PageServerOptions {
  /** Known once the port is. */
  readonly access: () => Access;
  readonly metrics: (accept: string | undefined) => MetricsPage;
  /** /metrics needs no token. */
  readonly metricsOpen: boolean;
  /** Opens /metrics and nothing else. */
  readonly metricsToken: string | undefined;
  /** False where there are too many readers. */
  readonly openStream: (response: ServerResponse) => boolean;
  readonly answer: (question: Question) => Promise<Answer>;
  readonly onError: (error: unknown) => void;
}

const plain = 'text/plain; charset=utf-8';
const json = 'application/json; charset=utf-8';

/** Trusted Types: a text that is made HTML by a slip of ours is an error in the browser, not a hole. */
const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-store',
};

/** Not listening yet. */
export function createPageServer(options: PageServerOptions): Server {
  const server = createServer(
    {
      maxHeaderSize: 8192,
      headersTimeout: 10_000,
      requestTimeout: 20_000,
      keepAlive: true,
      keepAliveInitialDelay: 30_000,
    },
    (request, response) => {
      for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
      answerRequest(options, request, response).catch((error: unknown) => {
        if (response.destroyed) return;
        options.onError(error);
        if (response.headersSent) response.end();
        else send(response, 500, plain, 'this failed; netmon serve says why on its terminal\n');
      });
    },
  );
  server.maxConnections = 256;
  return server;
}

async function answerRequest(
  options: PageServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, headers } = request;
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return refuse(response, 405, 'only GET and HEAD');
  }
  if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0) {
    return refuse(response, 413, 'a question has no body');
  }
  const url = URL.parse(request.url ?? '/', 'http://head');
  if (url === null || !request.url?.startsWith('/')) return refuse(response, 400, 'no such address');
  const access = options.access();
  if (!access.isOurs(headers.host)) {
    return refuse(response, 421, 'this server is not known by that name: call it by its address');
  }
  const { pathname: path, searchParams: query } = url;
  if (path === '/metrics' && mayReadMetrics(options, headers.authorization)) {
    return sendMetrics(options, request, response);
  }
  const { host, cookie, authorization } = headers;
  const entrance = access.enter({ host, cookie, authorization, token: query.get('token') });
  if (entrance.kind === 'refused' || entrance.kind === 'refused-host') {
    response.setHeader('www-authenticate', 'Bearer');
    return refuse(response, 401, 'open the address with the token that netmon serve printed');
  }
  if (entrance.kind === 'first') response.setHeader('set-cookie', entrance.cookie);
  if (path === '/metrics') return sendMetrics(options, request, response);
  if (path === '/api/live') {
    if (method === 'HEAD') return send(response, 200, 'text/event-stream; charset=utf-8', '');
    if (!options.openStream(response)) refuse(response, 503, 'too many pages are open');
    return;
  }
  if (path.startsWith('/api/')) return await sendAnswer(options, { path, query }, response);
  const file = await findPageFile(path);
  if (file === undefined) return refuse(response, 404, 'no such page');
  send(response, 200, file.contentType, file.body);
}

function mayReadMetrics(
  { metricsOpen, metricsToken }: PageServerOptions,
  authorization: string | undefined,
): boolean {
  if (metricsOpen) return true;
  return metricsToken !== undefined && sameSecret(bearer(authorization) ?? '', metricsToken);
}

function sendMetrics(options: PageServerOptions, request: IncomingMessage, response: ServerResponse): void {
  const { contentType, body } = options.metrics(request.headers.accept);
  response.setHeader('vary', 'accept');
  send(response, 200, contentType, body);
}

async function sendAnswer(
  { answer }: PageServerOptions,
  question: Pick<Question, 'path' | 'query'>,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const answered = await answer({ ...question, signal: gone.signal });
  if (answered.kind === 'error') return refuse(response, answered.status, answered.why);
  send(response, 200, json, JSON.stringify(answered.data));
}

/** Whoever sends what is not wanted need not be kept. */
function refuse(response: ServerResponse, status: number, why: string): void {
  response.setHeader('connection', 'close');
  send(response, status, plain, `${why}\n`);
}

/** Node leaves the body out for HEAD. */
function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
