// One keep-alive connection of one fake node, from an address of its choice.
import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface HttpClient extends Disposable {
  request(
    url: URL,
    method: string,
    body?: string,
    session?: string,
  ): Promise<{ readonly status: number; readonly text: string }>;
  pause(ms: number, signal?: AbortSignal): Promise<void>;
}

export function httpClient(localAddress?: string): HttpClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    request: (url, method, body, session) =>
      new Promise((resolve, reject) => {
        const request = httpRequest(
          url,
          {
            agent,
            method,
            ...(localAddress === undefined ? {} : { localAddress }),
            headers: {
              ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
              ...(session === undefined || session === '' ? {} : { authorization: `Bearer ${session}` }),
            },
          },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('error', reject);
            response.on('end', () =>
              resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
            );
          },
        );
        request.on('error', reject);
        request.end(body);
      }),
    pause: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
    [Symbol.dispose]: () => agent.destroy(),
  };
}
