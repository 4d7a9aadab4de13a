// Opens pages in a headless Chromium and writes, as JSON, what a reader finds there: a list with an object for each page on
// each screen. Chromium, its libraries and its fonts are unpacked into FOLDER/chromium when they are not there.
//
// usage: [PICTURES=FOLDER] node pages.mjs FOLDER [FILE]...
// FOLDER is where npm has installed package.json (jobs/target/clients/browser, and node is in its bin); PICTURES is where a
// picture of each screen is left.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { look } from './look.mjs';

const SCREENS = [
  { width: 1440, height: 900 },
  { width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
];

const [given, ...files] = process.argv.slice(2);
const folder = resolve(given);
const home = join(folder, 'chromium');
mkdirSync(home, { recursive: true });
process.env.TMPDIR = home; // where it unpacks, and a browser leaves what it needs while it runs
const installed = createRequire(join(folder, 'package.json'));
const packed = installed('@sparticuz/chromium');
const puppeteer = installed('puppeteer-core').default;
await packed.inflate(join(folder, 'node_modules/@sparticuz/chromium/bin/al2023.tar.br'));
packed.setupLambdaEnvironment(join(home, 'al2023/lib'));
const browser = await puppeteer.launch({
  executablePath: await packed.default.executablePath(),
  headless: 'shell',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const found = [];
  for (const file of files) {
    for (const screen of SCREENS) {
      for (const scheme of ['light', 'dark']) {
        found.push({ file, width: screen.width, scheme, ...(await opened(file, screen, scheme)) });
      }
    }
  }
  console.log(JSON.stringify(found));
} finally {
  await browser.close();
}

async function opened(file, screen, scheme) {
  const page = await browser.newPage();
  const requests = [];
  const complaints = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push('dialog: ' + dialog.message());
    dialog.dismiss();
  });
  await page.setViewport(screen);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(pathToFileURL(file).href);
  const seen = await page.evaluate(look);
  if (process.env.PICTURES) {
    const name = `${basename(file, '.html')}-${screen.width}-${scheme}.png`;
    await page.screenshot({ path: join(process.env.PICTURES, name), fullPage: true });
  }
  const tip = await tipOver(page);
  await page.close();
  return { requests, complaints, ...seen, tip };
}

/** What the script of a page tells when the pointer is over its first chart with curves, or nothing. */
async function tipOver(page) {
  const chart = await page.$('svg[data-axes]');
  if (!chart) {
    return '';
  }
  await chart.hover();
  return page.$eval('#tip', (tip) => (getComputedStyle(tip).display === 'none' ? '' : tip.textContent));
}
