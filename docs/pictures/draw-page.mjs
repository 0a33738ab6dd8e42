// A picture of a page in Debian's Chromium, after some seconds: node draw-page.mjs ADDRESS FILE
import { createRequire } from 'node:module';

const [address, path] = process.argv.slice(2);
const { chromium } = createRequire(new URL('../../packages/netmon/package.json', import.meta.url))(
  'playwright-core',
);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 760 } });
await page.goto(address);
await page.selectOption('#grouping', 'rack');
await page.waitForTimeout(5000);
await page.screenshot({ path });
await browser.close();
