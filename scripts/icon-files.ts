/** Icons in the containers of Windows and macOS. */

export interface Picture {
  /** Pixels along each edge. */
  readonly size: number;
  readonly png: Uint8Array;
  /** Rows from the top, four bytes a pixel: red, green, blue, opacity. */
  readonly rgba: Uint8Array;
}

/**
 * An .ico file: a directory and its pictures. 256 pixels as PNG; smaller ones as bitmaps, which every program that reads
 * icons understands (installers among them).
 */
export function icoOf(pictures: readonly Picture[]): Uint8Array {
  const bodies = pictures.map((picture) => (picture.size >= 256 ? picture.png : bitmapOf(picture)));
  const head = 6 + 16 * pictures.length;
  const out = new Uint8Array(bodies.reduce((sum, body) => sum + body.length, head));
  const view = new DataView(out.buffer);
  view.setUint16(2, 1, true);
  view.setUint16(4, pictures.length, true);
  let at = head;
  for (const [k, { size }] of pictures.entries()) {
    const entry = 6 + 16 * k, body = bodies[k]!;
    // 0 stands for 256.
    out[entry] = out[entry + 1] = size % 256;
    view.setUint16(entry + 4, 1, true);
    view.setUint16(entry + 6, 32, true);
    view.setUint32(entry + 8, body.length, true);
    view.setUint32(entry + 12, at, true);
    out.set(body, at);
    at += body.length;
  }
  return out;
}

/** BITMAPINFOHEADER, rows from the bottom as blue, green, red, opacity, and the mask that older systems read in place of the opacity. */
function bitmapOf({ size, rgba }: Picture): Uint8Array {
  const maskRow = 4 * Math.ceil(size / 32);
  const out = new Uint8Array(40 + 4 * size * size + maskRow * size);
  const view = new DataView(out.buffer);
  view.setUint32(0, 40, true);
  view.setInt32(4, size, true);
  // Picture and mask lie on top of each other.
  view.setInt32(8, 2 * size, true);
  view.setUint16(12, 1, true);
  view.setUint16(14, 32, true);
  view.setUint32(20, out.length - 40, true);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const from = 4 * ((size - 1 - row) * size + column), to = 40 + 4 * (row * size + column);
      out.set([rgba[from + 2]!, rgba[from + 1]!, rgba[from]!, rgba[from + 3]!], to);
      if (rgba[from + 3]! < 128) out[40 + 4 * size * size + maskRow * row + (column >> 3)]! |= 0x80 >> (column & 7);
    }
  }
  return out;
}

/** Kinds of an .icns file and the pixels that belong to them; the second of a pair is for screens of double density. */
const appleKinds: readonly (readonly [string, number])[] = [
  ['icp4', 16], ['ic11', 32], ['icp5', 32], ['ic12', 64], ['ic07', 128], ['ic13', 256], ['ic08', 256], ['ic14', 512], ['ic09', 512], ['ic10', 1024],
];

/** An .icns file: named blocks with one PNG each. Sizes: 16, 32, 64, 128, 256, 512, 1024. */
export function icnsOf(pictures: readonly Picture[]): Uint8Array {
  const blocks = appleKinds.map(([kind, size]) => {
    const picture = pictures.find((one) => one.size === size);
    if (!picture) throw new Error(`an icon for macOS needs a picture of ${String(size)} pixels`);
    return { kind, png: picture.png };
  });
  const out = new Uint8Array(blocks.reduce((sum, { png }) => sum + 8 + png.length, 8));
  const view = new DataView(out.buffer);
  const text = new TextEncoder();
  out.set(text.encode('icns'));
  view.setUint32(4, out.length);
  let at = 8;
  for (const { kind, png } of blocks) {
    out.set(text.encode(kind), at);
    view.setUint32(at + 4, 8 + png.length);
    out.set(png, at + 8);
    at += 8 + png.length;
  }
  return out;
}
