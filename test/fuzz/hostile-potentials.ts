/** Broken and hostile potential files, each with the code and a pattern of the sentence that refuses it. */
import { expect } from 'vitest';
import { alloyFunctions, describedBy, setfl } from '../potential/models.ts';

export const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const morse = { type: 'morse', cutoff: { radius: 6, style: 'plain' }, pairs: [{ elements: ['Na', 'Cl'], depth: 0.1, alpha: 1.5, r0: 2.7 }] };
export const good = JSON.stringify(describedBy([morse]), null, 1);

type Change = (value: { card: Record<string, unknown>; units: Record<string, unknown>; terms: Record<string, unknown>[] } & Record<string, unknown>) => void;
function changed(change: Change): Uint8Array {
  const value = JSON.parse(good) as Parameters<Change>[0];
  change(value);
  return encode(JSON.stringify(value, null, 1));
}
const withTerms = (...terms: unknown[]): Uint8Array => changed((value) => { value.terms = terms as Record<string, unknown>[]; });
const replaced = (from: string, to: string): Uint8Array => {
  expect(good).toContain(from);
  return encode(good.replace(from, to));
};

export const table = setfl(['Cu'], { ...alloyFunctions, nrho: 11, nr: 11 });
const tableWith = (line: number, text: string): Uint8Array => {
  const lines = table.split('\n');
  lines[line - 1] = text;
  return encode(lines.join('\n'));
};
const utf16 = (text: string): Uint8Array => {
  const out = new Uint8Array(2 + 2 * text.length);
  out.set([0xff, 0xfe]);
  for (let k = 0; k < text.length; k++) {
    out[2 + 2 * k] = text.charCodeAt(k) & 255;
    out[3 + 2 * k] = text.charCodeAt(k) >> 8;
  }
  return out;
};

const stillingerWeber = {
  type: 'stillinger-weber', pairs: [{ elements: ['Si', 'Si'], epsilon: 2, sigma: 2, a: 1.8, gamma: 1.2, A: 7, B: 0.6, p: 4, q: 0 }],
  triplets: [{ elements: ['Si', 'Si', 'Si'], epsilon: 2, lambda: 21, cosTheta0: -0.33 }],
};
const tersoff = {
  type: 'tersoff', entries: [{ elements: ['Si', 'Si', 'Si'], R: 2.8, D: 0.2, lambda3: 0, m: 3, gamma: 1, c: 1, d: 1, cosTheta0: 0, twoBody: { A: 1, B: 1, lambda1: 1, lambda2: 1, beta: 1, n: 1 } }],
};

/** name, bytes, code, what the sentence must say */
export const hostilePotentials: readonly (readonly [string, () => Uint8Array, string, RegExp])[] = [
  // ── not a text, or not one of ours ──
  ['an empty file', () => new Uint8Array(0), 'files.empty', /bad\.json is empty/],
  ['only white space', () => encode(' \n\t\n'), 'files.empty', /bad\.json is empty/],
  ['binary data', () => Uint8Array.from({ length: 4096 }, (_, k) => (k * 37) % 256), 'files.utf8', /not UTF-8/],
  ['text with zero bytes', () => encode('{"format": \u0000}'), 'files.binary', /line 1, column 12.*0x00/],
  ['UTF-16', () => utf16(good), 'files.utf16', /UTF-16/],
  ['Latin-1', () => encode(good).map((byte) => (byte === 0xc3 ? 0xe5 : byte)), 'files.utf8', /not UTF-8/],
  ['a gzip archive', () => Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0), 'files.archive', /gzip archive/],
  ['a POSCAR', () => encode('MgO\n1.0\n4 0 0\n0 4 0\n0 0 4\nMg O\n1 1\nDirect\n0 0 0\n.5 .5 .5\n'), 'potential.unrecognised', /begins with "MgO".*phonolite-potential\/1/],
  ['a gigantic line', () => encode('x'.repeat(5_000_000)), 'files.longLine', /5000000 characters/],
  // ── JSON syntax ──
  ['a truncated file', () => encode(good.slice(0, 300)), 'json.syntax', /line \d+, column \d+.*Correct the file/],
  ['a trailing comma', () => replaced('"charge": "e",', '"charge": "e",,'), 'json.syntax', /line 6, column 17: found ",".*a key in quotation marks/],
  ['a single quotation mark', () => replaced('"Å"', "'Å'"), 'json.syntax', /found "'Å',?".*a value/],
  ['NaN', () => replaced('1.5', 'NaN'), 'json.syntax', /line \d+, column \d+: found "NaN,?".*NaN and Infinity are not numbers/],
  ['an infinite number', () => replaced('1.5', '1e999'), 'json.syntax', /a number below 1\.8e308/],
  ['a hexadecimal number', () => replaced('1.5', '0x1F'), 'json.syntax', /found "x1F/],
  ['an unclosed text', () => replaced('"tests"', '"tests'), 'json.syntax', /ends with a quotation mark/],
  ['text behind the end', () => encode(`${good} {}`), 'json.syntax', /nothing more after the closing brace/],
  ['nesting beyond any stack', () => encode('['.repeat(500_000)), 'json.syntax', /at most 64 levels/],
  ['nested objects', () => encode('{"a":'.repeat(100_000)), 'json.syntax', /at most 64 levels/],
  ['a prototype key', () => replaced('"card"', '"__proto__": { "polluted": true }, "card"'), 'json.forbiddenKey', /line \d+, column \d+: the key "__proto__" is not allowed/],
  ['a constructor key', () => replaced('"card"', '"constructor": { "prototype": {} }, "card"'), 'json.forbiddenKey', /the key "constructor"/],
  ['an escaped prototype key', () => replaced('"card"', '"\\u005f_proto__": {}, "card"'), 'json.forbiddenKey', /the key "__proto__"/],
  ['a key twice', () => replaced('"title"', '"title": "First", "title"'), 'json.duplicateKey', /the key "title" stands twice/],
  // ── fields ──
  ['an array', () => encode('[1, 2, 3]'), 'potential.field', /the whole file is not of the type "object"/],
  ['another format', () => changed((v) => { v['format'] = 'phonolite-potential/9'; }), 'potential.field', /format is none of "phonolite-potential\/1"; found "phonolite-potential\/9"\. /],
  ['other units', () => changed((v) => { v.units['energy'] = 'kcal/mol'; }), 'potential.field', /units\.energy is none of "eV"; found "kcal\/mol"\./],
  ['no units', () => changed((v) => { delete (v as Record<string, unknown>)['units']; }), 'potential.field', /units is not of the type "object"; found nothing\./],
  ['no terms', () => withTerms(), 'potential.field', /terms is empty; found a list of 0/],
  ['an unknown term', () => withTerms({ ...morse, type: 'magic' }), 'potential.field', /terms\[0\]\.type is none of the known kinds \(lennard-jones/],
  ['an unknown key', () => withTerms({ ...morse, strength: 3 }), 'potential.field', /terms\[0\] has the unknown key "strength"/],
  ['a text for a number', () => withTerms({ ...morse, cutoff: { radius: '6', style: 'plain' } }), 'potential.field', /terms\[0\]\.cutoff\.radius is not of the type "number"; found "6"\./],
  ['a negative cutoff', () => withTerms({ ...morse, cutoff: { radius: -6, style: 'plain' } }), 'potential.field', /line \d+, column \d+: terms\[0\]\.cutoff\.radius is not above 0; found -6\./],
  ['a taper wider than the cutoff', () => withTerms({ ...morse, cutoff: { radius: 6, style: 'tapered', width: 7 } }), 'potential.field', /width is 7, wider than the cutoff radius 6/],
  ['an unknown element', () => withTerms({ ...morse, pairs: [{ ...morse.pairs[0], elements: ['Na', 'Xx'] }] }), 'potential.field', /terms\[0\]\.pairs\[0\]\.elements\[1\] is not the symbol of a chemical element.*found "Xx"\./],
  ['three elements in a pair', () => withTerms({ ...morse, pairs: [{ ...morse.pairs[0], elements: ['Na', 'Cl', 'K'] }] }), 'potential.field', /elements has more than 2 entries/],
  ['a pair twice', () => withTerms({ ...morse, pairs: [morse.pairs[0], { ...morse.pairs[0], elements: ['Cl', 'Na'] }] }), 'potential.field', /pairs\[1\] gives Cl–Na a second time \(first in entry 1\)/],
  ['both ρ and b', () => withTerms({ ...morse, type: 'buckingham', pairs: [{ elements: ['Na', 'Cl'], A: 1, rho: 1, b: 1, C: 1 }] }), 'potential.field', /exactly one of "rho" \(Å\) and "b"/],
  ['Mie exponents exchanged', () => withTerms({ ...morse, type: 'mie', pairs: [{ elements: ['Na', 'Cl'], epsilon: 1, sigma: 3, m: 6, n: 12 }] }), 'potential.field', /is 6, not larger than n = 12/],
  ['a charge missing', () => withTerms(morse, { type: 'coulomb', charges: { Na: 1 }, constant: 14.4 }), 'potential.field', /gives no charge for Cl; write 0/],
  ['a charge for no element', () => withTerms(morse, { type: 'coulomb', charges: { Na: 1, Qq: -1 }, constant: 14.4 }), 'potential.field', /keyed by something that is not the symbol/],
  ['masses of other elements', () => changed((v) => { v.card['masses'] = { K: 39 }; }), 'potential.field', /card\.masses\.K is the mass of an element that no term names/],
  ['a path for a name', () => changed((v) => { v.card['name'] = '../../etc/passwd'; }), 'potential.field', /card\.name is not a short name/],
  ['Stillinger-Weber without triplets', () => withTerms({ ...stillingerWeber, triplets: [] }), 'potential.field', /triplets lacks an entry for Si–Si–Si/],
  ['Stillinger-Weber with a stranger', () => withTerms({ ...stillingerWeber, triplets: [...stillingerWeber.triplets, { elements: ['Si', 'Si', 'Ge'], epsilon: 1, lambda: 1, cosTheta0: 0 }] }), 'potential.field', /names Ge, which has no pairs/],
  ['Tersoff with D beyond R', () => withTerms({ ...tersoff, entries: [{ ...tersoff.entries[0], D: 3 }] }), 'potential.field', /is 3, not smaller than R = 2\.8/],
  ['Tersoff without its two-body constants', () => withTerms({ type: 'tersoff', entries: tersoff.entries.map(({ twoBody: _, ...rest }) => rest) }), 'potential.field', /is Si-Si-Si and needs "twoBody"/],
  ['Tersoff lacking a mixture', () => withTerms({ type: 'tersoff', entries: [...tersoff.entries, { ...tersoff.entries[0], elements: ['C', 'C', 'C'] }] }), 'potential.field', /lacks an entry for Si–Si–C/],
  ['a table that is not there', () => withTerms({ type: 'eam', table: '../secret' }), 'potential.table', /uses the table "\.\.\/secret", but no file/],
  // ── EAM tables ──
  ['huge announced counts', () => tableWith(5, '2000000 0.1 2000000 0.1 4.8'), 'eam.truncated', /announces 2000000 numbers/],
  ['counts beyond any table', () => tableWith(5, '999999999999 0.1 11 0.48 4.8'), 'eam.malformed', /line 5, column 1: found "999999999999".*from 5 to 2000000/],
  ['a negative count', () => tableWith(5, '-11 0.1 11 0.48 4.8'), 'eam.malformed', /found "-11"/],
  ['a truncated setfl', () => encode(table.slice(0, table.length - 60)), 'eam.truncated', /pair function of Cu and Cu announces 11 numbers/],
  ['a setfl cut in its header', () => encode(table.split('\n').slice(0, 5).join('\n')), 'files.truncated', /atomic number, mass and lattice of Cu/],
  ['NaN in a table', () => tableWith(10, 'nan'), 'files.notANumber', /line 10, column 1: "nan".*number 4 of 11 of the embedding function of Cu/],
  ['stars in a table', () => tableWith(10, '***********'), 'files.notANumber', /line 10/],
  ['a word in a table', () => tableWith(20, '0.5 oops'), 'files.notANumber', /line 20, column 5: "oops".*density of Cu/],
  ['more numbers than announced', () => encode(`${table}1.0\n`), 'eam.malformed', /the end of the file.*eam\/fs/],
  ['an unknown element in a setfl', () => tableWith(4, '1 Zz'), 'eam.malformed', /line 4, column 3: found "Zz".*a chemical symbol/],
  ['an element twice', () => tableWith(4, '2 Cu Cu'), 'eam.malformed', /each chemical symbol once/],
  ['fewer elements than announced', () => tableWith(4, '3 Cu'), 'eam.malformed', /\(1 follow\)/],
  ['a cutoff beyond the table', () => tableWith(5, '11 0.004 11 0.48 48'), 'eam.malformed', /column 18: found "48".*which end at 5\.28/],
  ['a spacing of zero', () => tableWith(5, '11 0 11 0.48 4.8'), 'eam.malformed', /spacing of densities drho, a positive number/],
  ['a funcfl without an element', () => encode(`x\n0 63.55 3.615 FCC\n11 0.1 11 0.48 4.8\n${'1 '.repeat(33)}\n`), 'eam.malformed', /atomic number, a whole number from 1 to 118/],
];
