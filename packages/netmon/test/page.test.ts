// The web page of the built netmon in Debian's Chromium, over the nodes of an embedded lab. Needs chromium.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedLab, startEmbeddedLab } from '@heorot/lab';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LiveCluster } from '../src/live/live-cluster.ts';
import { port, quietHost, reading } from '../src/rates/testing/readings.fixture.ts';
import { answers } from '../src/serve/answer-json.ts';
import { listenForPages } from '../src/serve/listen-for-pages.ts';
import { LiveStreams } from '../src/serve/live-streams.ts';
import {
  freePort,
  openBrowser,
  openPage,
  type ServedNetmon,
  startServe,
  type WatchedPage,
} from './served-netmon.ts';

let folder: string;
let lab: EmbeddedLab;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-netmon-page-'));
  lab = await startEmbeddedLab({ folder: join(folder, 'lab'), nodes: 6 });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const environment = () => ({ HOME: folder, HEOROT_CLUSTER: lab.clusterFile });
const any = ['--listen', '127.0.0.1:0'];

describe('the page', () => {
  let served: ServedNetmon;
  let watched: WatchedPage;

  beforeEach(async () => {
    const flags = [
      '-a',
      '-i',
      '0.2s',
      '--iface',
      'lo',
      '--record',
      join(folder, `${Date.now()}.netmon`),
      ...any,
    ];
    served = await startServe(flags, environment());
    watched = await openPage(browser);
    await watched.page.goto(served.url);
    await watched.page.locator('tr.node.sampling').nth(5).waitFor();
  });
  afterEach(async () => {
    await watched.page.context().close();
    await served[Symbol.asyncDispose]();
  });

  const names = async () => await watched.page.locator('tr.node th').allTextContents();

  it('shows every node, live, and takes nothing from elsewhere; the token leaves the address', async () => {
    const { page, requests, complaints } = watched;
    expect((await names()).toSorted()).toEqual(['n1', 'n2', 'n3', 'n4', 'n5', 'n6']);
    await expect(page.getByRole('status').textContent()).resolves.toBe('live');
    expect(page.url()).toBe(`${served.origin}/`);
    expect(requests.filter((url) => !url.startsWith(`${served.origin}/`))).toEqual([]);
    expect(complaints).toEqual([]);
    await page.reload();
    await page.locator('tr.node.sampling').nth(5).waitFor();
  });

  it('sorts by a heading, filters, groups, folds, and changes units', async () => {
    const { page } = watched;
    await page.getByRole('button', { name: 'node', exact: true }).click();
    await expect.poll(names).toEqual(['n1', 'n2', 'n3', 'n4', 'n5', 'n6']);
    await page.getByRole('button', { name: 'node', exact: true }).click();
    await expect.poll(names).toEqual(['n6', 'n5', 'n4', 'n3', 'n2', 'n1']);
    await expect(page.locator('th[aria-sort=descending]').textContent()).resolves.toBe('node');
    await page.getByLabel('Filter').fill('n3');
    await expect.poll(names).toEqual(['n3']);
    await page.getByLabel('Filter').fill('');
    await page.getByLabel('Group by').selectOption('rack');
    await page.getByRole('button', { name: /^rack1: / }).click();
    await expect.poll(names).toEqual(['n6', 'n5', 'n4']);
    await expect(page.locator('.nodes thead').textContent()).resolves.toContain('rx bit/s');
    await page.getByRole('button', { name: 'bit/s', exact: true }).click();
    await expect.poll(async () => await page.locator('.nodes thead').textContent()).toContain('rx B/s');
  });

  it('a cell of the heat map opens its node with a chart and its interfaces', async () => {
    const { page, complaints } = watched;
    await page.getByRole('link', { name: 'Heat map' }).click();
    await page.getByRole('link', { name: /^n2: received / }).click();
    await expect(page.getByRole('heading', { name: 'n2' }).textContent()).resolves.toBe('n2');
    await page.locator('.chart canvas').waitFor();
    await expect
      .poll(async () => await page.getByRole('img').getAttribute('aria-label'))
      .toMatch(/^Chart: received .*bit\/s/);
    await page.getByRole('rowheader', { name: 'lo *' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('goes through the heat map with the keyboard', async () => {
    const { page } = watched;
    await page.goto(`${served.origin}/#heatmap`);
    await page.getByRole('link', { name: /^n1: / }).focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(async () => await page.locator('.told').textContent()).toMatch(/^n2: /);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'n2' }).waitFor();
  });

  it('a click is one, however many samples come while the button is down', async () => {
    const { page } = watched;
    await page.getByRole('link', { name: 'n2', exact: true }).hover();
    await page.mouse.down();
    await sleep(1000);
    await page.mouse.up();
    await expect.poll(() => page.url()).toMatch(/#node=n2$/);
  });

  it('a node that dies turns down, in the table, in the heat map and in the events', async () => {
    const { page } = watched;
    await lab.fault('n4', { kind: 'freeze' });
    try {
      await page.locator('tr.node.down', { hasText: 'n4' }).waitFor();
      await expect(page.locator('tr.node.down').textContent()).resolves.toMatch(/^n4down since /);
      await expect
        .poll(async () => await page.locator('.summary').textContent())
        .toContain('6 nodes, 1 down');
      await page.getByRole('link', { name: 'Heat map' }).click();
      await page.locator('.cell.down', { hasText: '!' }).waitFor();
      await page.getByRole('link', { name: 'Events' }).click();
      await page.locator('#view-events tr', { hasText: 'down' }).first().waitFor();
    } finally {
      await lab.fault('n4', { kind: 'thaw' });
    }
  });

  it('goes back in time and returns', async () => {
    const { page, complaints } = watched;
    await page.getByText('Back in time').click();
    await expect
      .poll(async () => await page.getByRole('status').first().textContent())
      .toMatch(/^as it was at /);
    // Not of all six: one that was late on a busy machine is down at that moment, and stays so.
    await page.locator('tr.node.sampling').first().waitFor();
    await page.getByLabel('Span').selectOption('chosen');
    await page.locator('#from').waitFor();
    await page.getByLabel('Span').selectOption('all');
    await page.locator('#from').waitFor({ state: 'hidden' });
    await page.getByRole('link', { name: 'n1', exact: true }).click();
    await page.getByText('made of readings').waitFor();
    await page.getByRole('link', { name: 'All nodes' }).click();
    await page.getByRole('slider').fill('0');
    await page.locator('tr.node.down', { hasText: 'nothing recorded' }).first().waitFor();
    await page.getByRole('button', { name: 'Now' }).click();
    await expect.poll(async () => await page.getByRole('status').first().textContent()).toBe('live');
    expect(complaints).toEqual([]);
  });

  it('fits on a phone', async () => {
    const { page } = watched;
    await page.setViewportSize({ width: 390, height: 844 });
    const widths: unknown[] = [];
    for (const view of ['table', 'heatmap', 'node=n1', 'sick', 'events']) {
      await page.goto(`${served.origin}/#${view}`);
      await page.locator('main > section:visible').waitFor();
      widths.push(await page.evaluate('document.documentElement.scrollWidth'));
    }
    expect(widths).toEqual([390, 390, 390, 390, 390]);
  });
});

it('says when it is cut off, and is live again when the server is back', async () => {
  const listen = ['--listen', `127.0.0.1:${await freePort()}`, '--token-file', join(folder, 'token')];
  const { page } = await openPage(browser);
  const status = async () => await page.getByRole('status').first().textContent();
  {
    await using first = await startServe(['-w', 'n1', '-i', '0.2s', ...listen], environment());
    await page.goto(`${first.origin}/?token=${readFileSync(join(folder, 'token'), 'utf8').trim()}`);
    await page.locator('tr.node.sampling').waitFor();
    expect(await first.end('SIGINT')).toBe(130);
    expect(first.stderr()).toBe('\nended with 130');
  }
  await expect.poll(status, { timeout: 10_000 }).toMatch(/^cut off since .*trying again$/);
  await using _second = await startServe(['-w', 'n1', '-i', '0.2s', ...listen], environment());
  await expect.poll(status, { timeout: 15_000 }).toBe('live');
  await page.context().close();
});

it('what a node says is text, whatever it says', async () => {
  const hostile = '<img src=x onerror=alert(1)>';
  const cluster = new LiveCluster({ nodes: [hostile], intervalMs: 1000 });
  for (const second of [1, 2]) {
    const interfaces = [port({ rxBytes: BigInt(second * 1000) }, { name: '<b onclick=a()>' })];
    const told = reading(second, { node: hostile, interfaces, host: quietHost, arrivedMs: Date.now() });
    cluster.accept({ kind: 'reading', reading: told });
  }
  const contact = {
    node: hostile,
    state: 'late',
    sinceMs: Date.now(),
    detail: `"><script>alert(2)</script>`,
  } as const;
  cluster.accept({ kind: 'contact', contact });
  const time = new Date().toISOString();
  cluster.accept({
    kind: 'event',
    event: {
      type: 'event',
      node: hostile,
      event: 'late',
      detail: '<svg onload=alert(3)>',
      time,
      interface: null,
    },
  });
  const finding = {
    kind: 'errors',
    node: hostile,
    link: hostile,
    severity: 50,
    why: hostile,
    check: hostile,
  } as const;
  const hello = { title: hostile, intervalMs: 1000, frameMs: 250, units: 'bits', recording: false } as const;
  const groupings = [{ name: hostile, groups: { [hostile]: hostile } }];
  using streams = new LiveStreams({ cluster, hello: { ...hello, groupings }, findings: () => [finding] });
  const token = 'a-token-for-this-test';
  await using server = await listenForPages({ host: '127.0.0.1', port: 0 }, token, {
    metrics: () => ({ contentType: 'text/plain', body: '' }),
    metricsOpen: false,
    metricsToken: undefined,
    openStream: (response) => streams.open(response),
    answer: answers(cluster, undefined),
    onError: (error) => {
      throw error;
    },
  });
  const { page, complaints } = await openPage(browser);
  const origin = `http://127.0.0.1:${server.port}`;
  await page.goto(`${origin}/?token=${token}`);
  await page.getByLabel('Group by').selectOption(hostile);
  await page.getByRole('link', { name: hostile }).first().waitFor();
  for (const view of ['heatmap', 'sick', 'events', `node=${encodeURIComponent(hostile)}`]) {
    await page.goto(`${origin}/#${view}`);
    await page
      .locator('main > section:visible', { hasText: view.startsWith('n') ? '<b onclick=a()>' : '' })
      .waitFor();
    expect(await page.locator('main img, main script, main svg, main b').count()).toBe(0);
  }
  await expect(page.locator('h1').textContent()).resolves.toBe(hostile);
  expect(complaints).toEqual([]);
  await page.context().close();
});
