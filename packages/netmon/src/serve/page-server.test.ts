import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveCluster } from '../live/live-cluster.ts';
import { reading } from '../rates/testing/readings.fixture.ts';
import { answers } from './answer-json.ts';
import { type ListeningServer, listenForPages } from './listen-for-pages.ts';
import { LiveStreams } from './live-streams.ts';
import { metricsPage } from './metrics-page.ts';

const token = 'token-of-the-page-0';
const metricsToken = 'token-of-metrics-01';
const cluster = new LiveCluster({ nodes: ['n1'], intervalMs: 1000 });
const hello = {
  title: 't',
  intervalMs: 1000,
  frameMs: 50,
  units: 'bits',
  groupings: [],
  recording: false,
} as const;
let streams: LiveStreams;
let server: ListeningServer;

beforeAll(async () => {
  cluster.accept({ kind: 'reading', reading: reading(1) });
  streams = new LiveStreams({ cluster, hello, findings: () => [], mostClients: 2 });
  server = await listenForPages({ host: '127.0.0.1', port: 0 }, token, {
    metrics: (accept) => metricsPage(cluster, accept),
    metricsOpen: false,
    metricsToken,
    openStream: (response) => streams.open(response),
    answer: answers(cluster, undefined),
    onError: (error) => {
      throw error;
    },
  });
});
afterAll(async () => {
  streams[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(path: string, { method = 'GET', headers = {} }: Asked = {}) {
  const sent = request({ port: server.port, host: '127.0.0.1', path, method, headers }).end();
  const [response] = await once(sent, 'response');
  return { status: Number(response.statusCode), headers: response.headers, body: await text(response) };
}

const bearer = { authorization: `Bearer ${token}` };

describe('the server of the page', () => {
  it.each([
    ['the page', '/', {}, 401],
    ['its modules', '/page/main.js', {}, 401],
    ['the stream', '/api/live', {}, 401],
    ['the figures', '/metrics', {}, 401],
    ['the page by the token of /metrics', '/', { authorization: `Bearer ${metricsToken}` }, 401],
    ['/metrics by its own token', '/metrics', { authorization: `Bearer ${metricsToken}` }, 200],
    ['/metrics by the token of the page', '/metrics', bearer, 200],
    ['the page under a foreign name', '/', { ...bearer, host: 'rebound.example' }, 421],
    [
      '/metrics under a foreign name',
      '/metrics',
      { authorization: `Bearer ${metricsToken}`, host: 'rebound.example' },
      421,
    ],
    ['a body', '/', { ...bearer, 'content-length': '1' }, 413],
    ['what is not there', '/page/nothing.js', bearer, 404],
    ['a node that is not there', '/api/node?node=n9', bearer, 404],
    ['a past that was not recorded', '/api/at?time=1', bearer, 404],
    ['a time that is none', '/api/at?time=x', bearer, 400],
  ])('%s: %s', async (_, path, headers, status) => {
    expect((await ask(path, { headers })).status).toBe(status);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('refuses %s', async (method) => {
    const { status, headers } = await ask('/', { method, headers: bearer });
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it.each([
    '/page/../serve/access.ts',
    '/page/..%2fserve%2faccess.ts',
    '/page//etc/passwd',
    '/serve/access.ts',
    '/view/figures.ts',
    '/page/rows.test.ts',
    '/page/tsconfig.json',
    '/page/index.html',
    '/../../package.json',
  ])('serves nothing but the page: %s', async (path) => {
    expect((await ask(path, { headers: bearer })).status).toBe(404);
  });

  it('the token in the address becomes a cookie, which is enough from then on', async () => {
    const first = await ask(`/?token=${token}`);
    expect(first.status).toBe(200);
    const [cookie = ''] = first.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/);
    const second = await ask('/page/main.js', { headers: { cookie: cookie.split(';')[0] ?? '' } });
    expect([second.status, second.headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect(second.headers['set-cookie']).toBeUndefined();
  });

  it('says to the browser that nothing comes from elsewhere, also where it refuses', async () => {
    for (const { headers } of [await ask('/'), await ask('/', { headers: bearer })]) {
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('HEAD has the headers and no body', async () => {
    const { status, headers, body } = await ask('/', { method: 'HEAD', headers: bearer });
    expect([status, Number(headers['content-length']) > 500, body]).toEqual([200, true, '']);
  });

  it('tells a stream who it is, then frames; and turns away the third reader', async () => {
    const open = async () => {
      const sent = request({
        port: server.port,
        host: '127.0.0.1',
        path: '/api/live',
        headers: bearer,
      }).end();
      const [response] = await once(sent, 'response');
      return { sent, response };
    };
    const [one, two] = [await open(), await open()];
    expect(one.response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    let heard = '';
    for await (const piece of one.response) {
      heard += String(piece);
      if (heard.split('event: frame').length > 2) break;
    }
    expect(heard).toMatch(/^retry: \d+\n\nevent: hello\ndata: \{"title":"t",/);
    const third = await open();
    const statuses = [third.response.statusCode, two.response.statusCode];
    // Leaving the loop has ended the first one, so the third may have its place.
    expect(statuses).toEqual([200, 200]);
    expect((await ask('/api/live', { headers: bearer })).status).toBe(503);
    two.sent.destroy();
    third.sent.destroy();
  });

  it('too long a head is refused', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.end(`GET /${'x'.repeat(10_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1.1 431 /);
  });

  it('a port that is taken is said', async () => {
    const again = listenForPages({ host: '127.0.0.1', port: server.port }, token, {
      metrics: (accept) => metricsPage(cluster, accept),
      metricsOpen: true,
      metricsToken: undefined,
      openStream: () => false,
      answer: answers(cluster, undefined),
      onError: () => {},
    });
    await expect(again).rejects.toMatchObject({
      code: 'listen',
      message: `127.0.0.1:${server.port} is taken already`,
    });
  });
});
