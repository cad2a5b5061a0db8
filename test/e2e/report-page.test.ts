import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportHtml } from '../../src/cli/packet/html/report-html.ts';
import { type Browser, findChromium, startBrowser } from '../helpers/browser.ts';
import { longNight } from '../helpers/long-night.ts';

const program = findChromium();
if (program === undefined)
  process.stderr.write('skipped: the report in a real browser (there is no chromium on this machine)\n');

const images = join(import.meta.dirname, '..', '..', 'docs', 'images');
const folder = mkdtempSync(join(tmpdir(), 'agentloop-page-'));
const page = pathToFileURL(join(folder, 'report.html')).href;

/** How people see it: a colour, a medium, a width in pixels, and how much of it a picture shows. */
const sights = [
  { name: 'wide', scheme: 'light', media: 'screen', width: 1280, tall: 1800 },
  { name: 'narrow', scheme: 'light', media: 'screen', width: 390, tall: 2000 },
  { name: 'dark', scheme: 'dark', media: 'screen', width: 1280, tall: 1800 },
  { name: 'print', scheme: 'dark', media: 'print', width: 794, tall: 1800 },
] as const;

describe.skipIf(program === undefined)('the report in a real browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    writeFileSync(join(folder, 'report.html'), reportHtml(longNight()));
    browser = await startBrowser(program ?? '');
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  async function look({ scheme, media, width }: (typeof sights)[number]): Promise<void> {
    const features = [{ name: 'prefers-color-scheme', value: scheme }];
    await browser.send('Emulation.setEmulatedMedia', { media, features });
    await browser.send('Emulation.setDeviceMetricsOverride', {
      width,
      height: 900,
      deviceScaleFactor: 1,
      mobile: false,
    });
    await browser.open(page);
  }

  it.each(sights)('$name: axe finds nothing, nothing sticks out, nothing is asked for', async (sight) => {
    await look(sight);
    await browser.evaluate(`${axe.source}; undefined`);
    const found = await browser.evaluate<object[]>(
      `axe.run(document, { resultTypes: ['violations', 'incomplete'] }).then(({ violations, incomplete }) =>
        [...violations, ...incomplete].map(({ id, nodes }) => ({ id, where: nodes.slice(0, 3).map(({ html, failureSummary }) => html + ' ' + failureSummary) })))`,
    );
    expect(found).toEqual([]);
    const { wide, is } = await browser.evaluate<{ wide: number; is: number }>(
      '({ wide: document.documentElement.scrollWidth, is: innerWidth })',
    );
    expect(wide).toBeLessThanOrEqual(is);
    expect(browser.asked).toEqual([page]);
    if (process.env['SCREENSHOTS'] === undefined) return;
    const { cssContentSize } = await browser.send<{ cssContentSize: { height: number } }>(
      'Page.getLayoutMetrics',
    );
    const clip = {
      x: 0,
      y: 0,
      width: sight.width,
      height: Math.min(sight.tall, Math.ceil(cssContentSize.height)),
      scale: 1,
    };
    const { data } = await browser.send<{ data: string }>('Page.captureScreenshot', {
      format: 'png',
      captureBeyondViewport: true,
      clip,
    });
    writeFileSync(join(images, `report-${sight.name}.png`), Buffer.from(data, 'base64'));
  });

  it('its colours are those it was made with: the policy lets its style through, and nothing else', async () => {
    await look(sights[0]);
    expect(await browser.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
      'rgb(250, 249, 246)',
    );
    await look(sights[2]);
    expect(await browser.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(20, 23, 27)');
    expect(await browser.evaluate('document.scripts.length')).toBe(0);
  });
});
