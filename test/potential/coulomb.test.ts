import { describe, expect, it } from 'vitest';
import { potentialCard } from '../../core/contracts/card.ts';
import { Refusal } from '../../core/contracts/messages.ts';
import { chargedCellNote, coulombPotential } from '../../core/potential/coulomb.ts';
import { coulomb } from '../../core/units/constants.ts';
import { ionic, rockSalt } from '../longrange/crystals.ts';

const potential = coulombPotential({ charges: { Mg: 2, O: -2 }, name: 'mgo-charges' });
const { structure } = rockSalt(4.2, 2);

describe('Coulomb potential', () => {
  it('has the Madelung energy of MgO in eV, with CODATA’s constant unless another is given', () => {
    const energy = potential.bind(structure).evaluate(structure.positions, structure.cell, {}).energy;
    expect(energy / ((-1.7475645946331822 * 4 * coulomb) / 2.1)).toBeCloseTo(1, 13);
    const metal = coulombPotential({ charges: { Mg: 2, O: -2 }, coulombConstant: 14.399645 });
    expect(metal.bind(structure).evaluate(structure.positions, structure.cell, {}).energy / energy).toBeCloseTo(14.399645 / coulomb, 13);
    expect(metal.card.constants).toEqual({ coulomb: '14.399645 eV·Å' });
  });

  it('gives what is wanted and nothing else; energies add up; charges always', () => {
    const evaluator = potential.bind(structure);
    const bare = evaluator.evaluate(structure.positions, structure.cell, {});
    expect(Object.keys(bare).sort()).toEqual(['charges', 'energy']);
    const full = evaluator.evaluate(structure.positions, structure.cell, { forces: true, stress: true, energies: true });
    expect([...full.charges!]).toEqual([2, -2]);
    expect(full.energies![0]! + full.energies![1]!).toBeCloseTo(full.energy, 12);
    expect(full.energies![0]).toBeCloseTo(full.energies![1]!, 12);
    // Cubic: σ = E/3V, negative (it would collapse).
    expect(full.stress![0]).toBeCloseTo(-full.energy / (3 * 4.2 ** 3 / 4), 12);
  });

  it('reaches to infinity and says so', () => {
    expect(potential.interactionRange).toBeNull();
    expect(potentialCard.parse(potential.card)).toEqual(potential.card);
    expect(potential.card.limits.join(' ')).toMatch(/ε∞ = 1.*tin-foil.*uniform background/s);
  });

  it('has no stress for a molecule', () => {
    const molecule = ionic([[9, 0, 0], [0, 9, 0], [0, 0, 9]], [['Mg', 2, [0, 0, 0]], ['O', -2, [0.2, 0, 0]]], [false, false, false]).structure;
    const result = potential.bind(molecule).evaluate(molecule.positions, molecule.cell, { forces: true, stress: true });
    expect(result.stress).toBeUndefined();
    expect(result.energy).toBeCloseTo((-4 * coulomb) / 1.8, 11);
  });

  it('refuses elements without a charge, also ones named like properties of every object', () => {
    for (const element of ['Ca', 'constructor']) {
      const other = { ...structure, species: ['Mg', element] };
      for (const bind of [() => potential.bind(other), () => potential.bindDynamics!(other)]) {
        try {
          bind();
          expect.unreachable();
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
          expect((error as Refusal).detail).toMatchObject({
            code: 'longrange.no-charge',
            sentence: expect.stringContaining(`Atom 2 is ${element}`),
          });
        }
      }
    }
  });

  it('hands out its own dynamics', () => {
    const dynamics = potential.bindDynamics!(structure);
    const out = new Float64Array(72);
    dynamics.addForceConstants([0, 0, 0], out);
    // −(4π/3) k q²/V, see the tests of the dynamics.
    expect(out[0]! / ((-4 * Math.PI * coulomb * 4) / 3 / (4.2 ** 3 / 4))).toBeCloseTo(1, 11);
  });

  it('notes a net charge of a periodic cell', () => {
    expect(chargedCellNote(structure, [2, -2])).toBeNull();
    expect(chargedCellNote(structure, [0.1 + 0.2, -0.3])).toBeNull();
    expect(chargedCellNote(structure, [2, -1])?.sentence).toContain('net charge of 1 e');
    expect(chargedCellNote({ ...structure, periodic: [false, false, false] }, [2, -1])).toBeNull();
  });
});
