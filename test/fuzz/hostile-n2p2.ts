/** Files of a small n2p2 potential, and random damage to them. */
import type { Random } from '../../core/math/random.ts';
import { filesOf, smallDescription } from '../files/n2p2/potentials.ts';

export const files = filesOf(smallDescription());

const words = ['NaN', 'inf', '-1', '0', '1e999', '999999999999', '__proto__', 'constructor', '', 'begin', 'end', 'atom', 'elements', 'symfunction_short', '#', '!', '\u00e5', '3', '21', 'Si', 'Xx'];

/** One to three changes: a byte, a word, a line lost, doubled or moved, a cut. */
export function mutated(bytes: Uint8Array, source: Random): Uint8Array {
  let text = new TextDecoder().decode(bytes);
  for (let n = source.integer(3); n >= 0; n--) {
    const lines = text.split('\n'), at = source.integer(lines.length);
    switch (source.integer(6)) {
      case 0: text = text.slice(0, source.integer(text.length)); break;
      case 1: lines.splice(at, 1); text = lines.join('\n'); break;
      case 2: lines.splice(at, 0, lines[source.integer(lines.length)]!); text = lines.join('\n'); break;
      case 3: {
        const own = lines[at]!.split(' ');
        own[source.integer(own.length)] = words[source.integer(words.length)]!;
        lines[at] = own.join(' ');
        text = lines.join('\n');
        break;
      }
      case 4: {
        const place = source.integer(Math.max(text.length, 1));
        text = text.slice(0, place) + String.fromCharCode(source.integer(128)) + text.slice(place + 1);
        break;
      }
      default: lines[at] = `${lines[at]!} ${words[source.integer(words.length)]!}`; text = lines.join('\n');
    }
  }
  return new TextEncoder().encode(text);
}
