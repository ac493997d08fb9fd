/** Just enough PDF to read the words that Chromium prints: inflates streams, follows ToUnicode maps, collects shown text. */
import { inflateSync } from 'node:zlib';

interface Parts {
  readonly objects: Map<string, string>;
  readonly streams: Map<string, string>;
}

function partsOf(bytes: Buffer): Parts {
  const text = bytes.toString('latin1');
  const objects = new Map<string, string>();
  const streams = new Map<string, string>();
  for (const match of text.matchAll(/(\d+) 0 obj\s(.*?)endobj/gs)) {
    const [, number, body] = match as unknown as [string, string, string];
    const stream = /^(.*?)stream\r?\n(.*?)\r?\nendstream/s.exec(body);
    objects.set(number, stream?.[1] ?? body);
    if (stream?.[1]?.includes('/FlateDecode')) {
      try {
        streams.set(number, inflateSync(Buffer.from(stream[2]!, 'latin1')).toString('latin1'));
      } catch {
        // Images and fonts whose data happens to hold "endstream" are of no interest.
      }
    }
  }
  return { objects, streams };
}

function glyphs(map: string): Map<string, string> {
  const letters = new Map<string, string>();
  const decode = (hex: string): string => Buffer.from(hex, 'hex').swap16().toString('utf16le');
  for (const block of map.matchAll(/beginbfchar(.*?)endbfchar/gs)) {
    for (const [, from, to] of block[1]!.matchAll(/<(\w+)>\s*<(\w+)>/g)) letters.set(from!.toUpperCase(), decode(to!));
  }
  for (const block of map.matchAll(/beginbfrange(.*?)endbfrange/gs)) {
    for (const [, low, high, to] of block[1]!.matchAll(/<(\w+)>\s*<(\w+)>\s*<(\w+)>/g)) {
      for (let code = parseInt(low!, 16); code <= parseInt(high!, 16); code += 1) {
        letters.set(code.toString(16).toUpperCase().padStart(4, '0'), String.fromCodePoint(parseInt(to!, 16) + code - parseInt(low!, 16)));
      }
    }
  }
  return letters;
}

export interface Printed {
  readonly pages: number;
  /** All text in the order of the pages, without spaces: printed words are placed, not spaced. */
  readonly text: string;
}

export function readPdf(bytes: Buffer): Printed {
  const { objects, streams } = partsOf(bytes);
  const fonts = new Map<string, Map<string, string>>();
  for (const [number, body] of objects) {
    const map = /\/ToUnicode (\d+) 0 R/.exec(body)?.[1];
    if (map !== undefined && streams.has(map)) fonts.set(number, glyphs(streams.get(map)!));
  }
  const pages = [...objects.values()].filter((body) => /\/Type \/Page\b(?!s)/.test(body));
  let text = '';
  for (const page of pages) {
    const named = new Map([...page.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, number]) => [name!, fonts.get(number!)]));
    const content = streams.get(/\/Contents (\d+) 0 R/.exec(page)?.[1] ?? '') ?? '';
    let font: Map<string, string> | undefined;
    for (const [, name, shown] of content.matchAll(/\/(F\d+) [\d.]+ Tf|(\[[^\]]*\]\s*TJ|<\w+>\s*Tj)/g)) {
      if (name !== undefined) font = named.get(name);
      else for (const [, hex] of shown!.matchAll(/<(\w+)>/g)) text += hex!.match(/.{4}/g)?.map((code) => font?.get(code.toUpperCase()) ?? '').join('') ?? '';
    }
  }
  return { pages: pages.length, text: text.replace(/\s/g, '') };
}
