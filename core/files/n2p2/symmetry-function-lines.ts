/** `symfunction_short` lines: one symmetry function each, read and written. */
import { atomicNumber } from '../../crystal/elements.ts';
import { compactShapes, type CompactShape } from '../../descriptors/cutoff-functions.ts';
import type { SignedVolume, SymmetryFunction } from '../../descriptors/symmetry-functions.ts';
import type { KeywordFile, KeywordLine } from './keywords.ts';

/** What the format can hold. */
export type N2p2Function = Exclude<SymmetryFunction, SignedVolume>;

/** Values behind the type, by type: the names say what is read where. */
const layouts: Readonly<Record<number, { readonly elements: number; readonly values: readonly string[]; readonly optional?: string }>> = {
  2: { elements: 1, values: ['eta', 'rs', 'rc'] },
  3: { elements: 2, values: ['eta', 'lambda', 'zeta', 'rc'], optional: 'rs' },
  9: { elements: 2, values: ['eta', 'lambda', 'zeta', 'rc'], optional: 'rs' },
  12: { elements: 0, values: ['eta', 'rs', 'rc'] },
  13: { elements: 0, values: ['eta', 'rs', 'lambda', 'zeta', 'rc'] },
  20: { elements: 1, values: ['rl', 'rc', 'subtype'] },
  21: { elements: 2, values: ['rl', 'rc', 'left', 'right', 'subtype'] },
  22: { elements: 2, values: ['rl', 'rc', 'left', 'right', 'subtype'] },
  23: { elements: 0, values: ['rl', 'rc', 'subtype'] },
  24: { elements: 0, values: ['rl', 'rc', 'left', 'right', 'subtype'] },
  25: { elements: 0, values: ['rl', 'rc', 'left', 'right', 'subtype'] },
};

const spoken: Readonly<Record<string, string>> = {
  eta: 'eta', rs: 'the shift rs', rc: 'the cutoff rc', rl: 'the inner end rl', lambda: 'lambda', zeta: 'zeta', left: 'the left end of the angles', right: 'the right end of the angles',
};

/** `elements`: those of the potential, ascending atomic number. */
export function readFunctionLine(file: KeywordFile, line: KeywordLine, elements: readonly string[]): { element: string; definition: N2p2Function } {
  const elementAt = (index: number): string => {
    const text = line.values[index];
    if (text === undefined) file.refuse('files.missingValue', line, index, { expected: 'the symbol of an element' });
    return elements.includes(text) ? text : file.refuse('n2p2.foreignElement', line, index, { elements: elements.join(', ') });
  };
  const element = elementAt(0);
  const type = file.number(line, 1, 'the type of a symmetry function');
  const layout = Object.hasOwn(layouts, type) ? layouts[type]! : file.refuse('n2p2.functionType', line, 1);
  const neighbours = Array.from({ length: layout.elements }, (_, k) => elementAt(2 + k)).sort((a, b) => atomicNumber(a) - atomicNumber(b));
  const from = 2 + layout.elements;
  const most = from + layout.values.length + (layout.optional ? 1 : 0);
  if (line.values.length > most) file.refuse('n2p2.functionWords', line, most, { type, form: formOf(type) });
  const index = (name: string): number => from + (layout.optional === name ? layout.values.length : layout.values.indexOf(name));
  const value = (name: string): number => file.number(line, index(name), spoken[name]!);
  const mustBe = (name: string, holds: boolean, condition: string): void => {
    if (!holds) file.refuse('n2p2.functionValue', line, index(name), { what: spoken[name]!, condition });
  };
  const cutoff = value('rc');
  mustBe('rc', cutoff > 0, 'positive');

  if (type < 20) {
    const eta = value('eta');
    const shift = layout.optional && line.values.length < most ? 0 : value('rs');
    if (type === 2 || type === 12) return { element, definition: { type, neighbours, eta, shift, cutoff } };
    return { element, definition: { type: type as 3 | 9 | 13, neighbours, eta, shift, lambda: value('lambda'), zeta: value('zeta'), cutoff } };
  }
  const inner = value('rl');
  mustBe('rl', inner < cutoff, 'smaller than rc');
  const shape = line.values[index('subtype')];
  if (shape === undefined) file.refuse('files.missingValue', line, index('subtype'), { expected: `one of ${compactShapes.join(', ')}` });
  if (!(compactShapes as readonly string[]).includes(shape)) file.refuse('n2p2.value', line, index('subtype'), { expected: `one of ${compactShapes.join(', ')}` });
  if (type === 20 || type === 23) return { element, definition: { type, neighbours, inner, cutoff, shape: shape as CompactShape } };
  const left = value('left'), right = value('right');
  mustBe('left', left < right && right - left <= 360, 'smaller than the right end, by 360 degrees at most');
  mustBe('left', left >= 0 || left + right === 0, 'zero or positive, or minus the right end');
  mustBe('right', right <= 180 || left + right === 360, '180 at most, or 360 minus the left end');
  return { element, definition: { type: type as 21 | 22 | 24 | 25, neighbours, inner, cutoff, from: left, to: right, shape: shape as CompactShape } };
}

function formOf(type: number): string {
  const { elements, values, optional } = layouts[type]!;
  const neighbours = ['', ' neighbour', ' neighbour neighbour'][elements]!;
  return `element ${type}${neighbours} ${values.join(' ')}${optional ? ` [${optional}]` : ''}`;
}

/** The line of one function, numbers in the shortest form that is read back as the same bits. */
export function functionLine(element: string, definition: N2p2Function): string {
  const words = ((): (string | number)[] => {
    switch (definition.type) {
      case 2:
      case 12: return [definition.eta, definition.shift, definition.cutoff];
      case 3:
      case 9: return [definition.eta, definition.lambda, definition.zeta, definition.cutoff, definition.shift];
      case 13: return [definition.eta, definition.shift, definition.lambda, definition.zeta, definition.cutoff];
      case 20:
      case 23: return [definition.inner, definition.cutoff, definition.shape];
      default: return [definition.inner, definition.cutoff, definition.from, definition.to, definition.shape];
    }
  })();
  return ['symfunction_short', element, definition.type, ...definition.neighbours, ...words].join(' ');
}
