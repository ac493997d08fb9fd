/** The icons that are committed, and the writers that made two of them; resedit reads .ico files by itself. */
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { Data } from 'resedit';
import { describe, expect, test } from 'vitest';
import { icnsOf, icoOf, type Picture } from '../../scripts/icon-files.ts';

const icons = new URL('../../resources/icons/', import.meta.url);
const read = (name: string): Buffer => readFileSync(new URL(name, icons));
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Width and height of a PNG, and whether it has an opacity for each pixel. */
function pngFacts(png: Buffer): { width: number; height: number; rgba: boolean } {
  expect(png.subarray(0, 8).equals(signature)).toBe(true);
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20), rgba: png[24] === 8 && png[25] === 6 };
}

const picture = (size: number): Picture => ({ size, png: Buffer.concat([signature, Buffer.from(`picture of ${String(size)}`)]), rgba: Uint8Array.from({ length: size < 256 ? 4 * size * size : 0 }, (_, k) => (k * 7 + size) % 256) });

describe('.ico', () => {
  test('is read back by another program, pixel by pixel', () => {
    const made = [16, 24, 256].map(picture);
    const { icons: found } = Data.IconFile.from(icoOf(made).slice().buffer);
    expect(found.map(({ width, height, bitCount }) => [width, height, bitCount])).toEqual([[16, 16, 32], [24, 24, 32], [0, 0, 32]]);
    const [small, , large] = found;
    expect(small!.data.isIcon()).toBe(true);
    const item = small!.data as Data.IconItem;
    expect([item.width, item.height, item.bitmapInfo.bitCount]).toEqual([16, 16, 32]);
    const { rgba } = made[0]!;
    const pixels = new Uint8Array(item.pixels);
    for (const [x, y] of [[0, 0], [15, 0], [0, 15], [7, 9]] as const) {
      const from = 4 * (16 * y + x), at = 4 * (16 * (15 - y) + x);
      expect([...pixels.subarray(at, at + 4)], `${String(x)}, ${String(y)}`).toEqual([rgba[from + 2], rgba[from + 1], rgba[from], rgba[from + 3]]);
    }
    // Two rows of mask a line of 16 pixels take, to the next multiple of four bytes.
    const masks = new Uint8Array(item.masks!);
    expect(masks.length).toBe(4 * 16);
    for (const [x, y] of [[0, 0], [5, 3], [15, 15]] as const) expect((masks[4 * (15 - y) + (x >> 3)]! >> (7 - (x & 7))) & 1).toBe(rgba[4 * (16 * y + x) + 3]! < 128 ? 1 : 0);
    expect(large!.data.isRaw()).toBe(true);
    expect(Buffer.from((large!.data as Data.RawIconItem).bin).equals(Buffer.from(made[2]!.png))).toBe(true);
  });

  test('as committed has every size that Windows shows, and the picture is not empty', () => {
    const { icons: found } = Data.IconFile.from(Uint8Array.from(read('icon.ico')).buffer);
    expect(found.map(({ width }) => width || 256)).toEqual([16, 24, 32, 48, 64, 128, 256]);
    const middle = new Uint8Array((found[3]!.data as Data.IconItem).pixels).subarray(4 * (48 * 10 + 24), 4 * (48 * 10 + 25));
    // Inside the dark plate: blue, green, red, opaque.
    expect(middle[3]).toBe(255);
  });
});

describe('.icns', () => {
  const blocks = (bytes: Buffer): [string, Buffer][] => {
    expect(bytes.subarray(0, 4).toString()).toBe('icns');
    expect(bytes.readUInt32BE(4)).toBe(bytes.length);
    const found: [string, Buffer][] = [];
    for (let at = 8; at < bytes.length; at += bytes.readUInt32BE(at + 4)) found.push([bytes.subarray(at, at + 4).toString(), bytes.subarray(at + 8, at + bytes.readUInt32BE(at + 4))]);
    return found;
  };

  test('names each picture by its size, and twice where screens have double density', () => {
    const made = [16, 32, 64, 128, 256, 512, 1024].map(picture);
    const found = blocks(Buffer.from(icnsOf(made)));
    expect(found.map(([kind, png]) => [kind, Number(/picture of (\d+)/.exec(png.toString('latin1'))?.[1])])).toEqual([['icp4', 16], ['ic11', 32], ['icp5', 32], ['ic12', 64], ['ic07', 128], ['ic13', 256], ['ic08', 256], ['ic14', 512], ['ic09', 512], ['ic10', 1024]]);
    expect(() => icnsOf(made.slice(1))).toThrow('16 pixels');
  });

  test('as committed has pictures of the sizes that their names promise', () => {
    const sizes: Record<string, number> = { icp4: 16, ic11: 32, icp5: 32, ic12: 64, ic07: 128, ic13: 256, ic08: 256, ic14: 512, ic09: 512, ic10: 1024 };
    for (const [kind, png] of blocks(read('icon.icns'))) expect(pngFacts(png), kind).toEqual({ width: sizes[kind], height: sizes[kind], rgba: true });
  });
});

test('pictures for Linux are as large as they are called', () => {
  for (const size of [16, 24, 32, 48, 64, 128, 256, 512]) {
    const png = read(`${String(size)}x${String(size)}.png`);
    expect(pngFacts(png)).toEqual({ width: size, height: size, rgba: true });
    // All rows are there.
    const data: Buffer[] = [];
    for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) if (png.subarray(at + 4, at + 8).toString() === 'IDAT') data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
    expect(inflateSync(Buffer.concat(data)).length).toBe(size * (4 * size + 1));
  }
});
