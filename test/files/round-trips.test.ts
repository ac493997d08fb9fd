import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellParameters, fractionalPositions, massesOf } from '../../core/crystal/structure.ts';
import { writePoscar } from '../../core/files/poscar.ts';
import { writeCif } from '../../core/files/write-cif.ts';
import { writeExtendedXyz, writeXyz } from '../../core/files/xyz.ts';
import { labels, structures, title } from './arbitraries.ts';
import { read } from './text.ts';

const everywhere = fc.constant([true, true, true] as const);
const nowhere = fc.constant([false, false, false] as const);
const anywhere = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean());
const untitled = fc.option(title, { nil: undefined });

describe('what is written is read back', () => {
  test('POSCAR, to the last bit', () => {
    fc.assert(fc.property(structures({ periodic: everywhere, masses: false, titled: untitled }), (structure) => {
      const { format, structures: read1 } = read(writePoscar(structure));
      expect(format).toBe('poscar');
      expect(read1).toEqual([structure]);
    }));
  });

  test('extended XYZ with labels and several frames, to the last bit', () => {
    const frame = structures({ periodic: anywhere, masses: true, titled: untitled }).chain((structure) => fc.record({ structure: fc.constant(structure), labels: labels(structure.species.length) }));
    fc.assert(fc.property(fc.array(frame, { minLength: 1, maxLength: 3 }), (frames) => {
      const file = read(writeExtendedXyz(frames));
      expect(file.format).toBe('extxyz');
      expect(file.structures).toEqual(frames.map(({ structure }) => structure));
      expect(file.labels).toEqual(frames.map(({ labels: own }) => own));
    }));
  });

  test('XYZ, to the last bit', () => {
    fc.assert(fc.property(fc.array(structures({ periodic: nowhere, masses: false, titled: fc.option(title.filter((text) => !/(lattice|properties)\s*=/i.test(text)), { nil: undefined }) }), { minLength: 1, maxLength: 3 }), (frames) => {
      const file = read(writeXyz(frames));
      expect(file.format).toBe('xyz');
      // The format holds no cell: the reader makes a box of its own.
      expect(file.structures.map(({ species, positions, title: text, periodic }) => ({ species, positions, periodic, ...(text !== undefined && { title: text }) })))
        .toEqual(frames.map(({ species, positions, title: text, periodic }) => ({ species, positions, periodic, ...(text !== undefined && { title: text }) })));
    }));
  });

  test('CIF: cell and masses to the last bit, positions to the rounding of fractional coordinates', () => {
    fc.assert(fc.property(structures({ periodic: everywhere, masses: true, titled: title }), (structure) => {
      const { format, structures: [back], notes } = read(writeCif(structure));
      expect(format).toBe('cif');
      expect(notes).toEqual([]);
      expect(back!.title).toBe(structure.title);
      expect(back!.species).toEqual(structure.species);
      expect(back!.cell).toEqual(structure.cell);
      if (structure.masses) expect(massesOf(back!)).toEqual(structure.masses);
      else expect(back!.masses).toBeUndefined();
      // r = f H rounds by a few ulp of its largest term |f| |H|; f itself by the condition of the cell.
      const fractional = fractionalPositions(structure);
      const largest = Math.max(1, ...fractional.map(Math.abs)) * Math.max(...cellParameters(structure.cell).lengths);
      structure.positions.forEach((value, i) => expect(Math.abs(back!.positions[i]! - value)).toBeLessThan(20 * Number.EPSILON * largest));
    }));
  });

  test('each format is recognised by content, whatever the file is called', () => {
    fc.assert(fc.property(structures({ periodic: everywhere, masses: false, titled: title }), fc.constantFrom('POSCAR', 'a.cif', 'b.xyz', 'c.extxyz', 'd.json', ''), (structure, name) => {
      expect(read(writePoscar(structure), name).format).toBe('poscar');
      expect(read(writeCif(structure), name).format).toBe('cif');
      expect(read(writeExtendedXyz([{ structure }]), name).format).toBe('extxyz');
    }), { numRuns: 30 });
  });
});
