/** Draws renderer/public/icon.svg in Chromium at every size that a system asks for, into resources/icons. Run it when the drawing changes. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { findBrowser } from '../electron/services/browser.ts';
import { icnsOf, icoOf, type Picture } from './icon-files.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'resources/icons');
const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
/** macOS leaves a margin around the shape: 824 of 1024 pixels are drawn on. */
const appleScale = 824 / 1024;

const executablePath = findBrowser();
if (executablePath === null) {
  process.stderr.write('Icons are drawn by Chromium, and none was found. Install it, or set PHONOLITE_CHROMIUM to its path.\n');
  process.exit(2);
}

async function draw(page: Page, svg: string, size: number, scale: number): Promise<Picture> {
  const { png, rgba } = await page.evaluate(async ([source, pixels, part]) => {
    const image = new Image();
    // Drawn at its final size: a drawing of 64 pixels that is enlarged would be blurred.
    image.src = `data:image/svg+xml,${encodeURIComponent(source.replace('<svg ', `<svg width="${String(pixels * part)}" height="${String(pixels * part)}" `))}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = pixels;
    const context = canvas.getContext('2d')!;
    const margin = (pixels * (1 - part)) / 2;
    context.drawImage(image, margin, margin, pixels * part, pixels * part);
    return { png: canvas.toDataURL('image/png').split(',')[1]!, rgba: [...context.getImageData(0, 0, pixels, pixels).data] };
  }, [svg, size, scale] as const);
  return { size, png: Buffer.from(png, 'base64'), rgba: Uint8Array.from(rgba) };
}

const svg = readFileSync(join(root, 'renderer/public/icon.svg'), 'utf8');
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  const page = await browser.newPage();
  const plain: Picture[] = [], apple: Picture[] = [];
  for (const size of sizes) plain.push(await draw(page, svg, size, 1));
  for (const size of [16, 32, 64, 128, 256, 512, 1024]) apple.push(await draw(page, svg, size, appleScale));
  mkdirSync(folder, { recursive: true });
  for (const { size, png } of plain.filter((one) => one.size <= 512)) writeFileSync(join(folder, `${String(size)}x${String(size)}.png`), png);
  writeFileSync(join(folder, 'icon.ico'), icoOf(plain.filter(({ size }) => size <= 256)));
  writeFileSync(join(folder, 'icon.icns'), icnsOf(apple));
} finally {
  await browser.close();
}
