/** Phonons of a published charged NEP: the ladder of ranges converges, and only on the tail that the energy has. */
import { describe, expect, test } from 'vitest';
import { standardPrimitive } from '../../core/crystal/symmetry.ts';
import { dipoleDynamics } from '../../core/longrange/dipole-dynamics.ts';
import { shortRangeForceConstants } from '../../core/phonons/force-constants.ts';
import { nepPolarResponse, nepPotential } from '../../core/potential/nep.ts';
import type { Potential } from '../../core/potential/potential.ts';
import { nepCoulombConstant } from '../../core/potential/zbl.ts';
import { phonons } from '../../core/properties/phonons.ts';
import { relaxation } from '../../core/properties/relaxation.ts';
import { inPlaceTasks } from '../in-place-tasks.ts';
import { cubic } from '../potential/models.ts';
import { nepAvailable, nepModel } from '../potential/nep-models.ts';
import { contextFor } from '../properties/context.ts';
import { describeWith } from '../shared.ts';

describeWith(nepAvailable, 'the folder ../shared with reference results is missing', 'cubic BaTiO3 through qNEP', () => {
  const structure = cubic(4.0098, [['Ba', [0, 0, 0]], ['Ti', [0.5, 0.5, 0.5]], ['O', [0.5, 0.5, 0]], ['O', [0.5, 0, 0.5]], ['O', [0, 0.5, 0.5]]]);
  const model = nepModel('BaTiO3_qNEP1_zbl');

  describe('force constants', () => {
    const { crystal } = standardPrimitive(structure, 1e-4);
    const outside = async (potential: Potential, range: number): Promise<number> => {
      const ranged: Potential = { ...potential, asymptotics: { ...potential.asymptotics!, range } };
      return (await shortRangeForceConstants(inPlaceTasks(ranged), crystal, ranged, 0.002)).outside;
    };
    const potential = nepPotential(model, 'BaTiO3', { coulombSums: 'converged' });

    test('what is left beside the tail falls much faster than the cube of the distance', async () => {
      const [near, far] = [await outside(potential, 12), await outside(potential, 18)];
      // Dipoles would fall by 1.5³ = 3.4, dipole with octupole by 1.5⁵ = 7.6; images of the supercell add to both.
      expect(near / far).toBeGreaterThan(6);
    });

    test('with the Born charges that the model was trained to report it does not', async () => {
      const trained: Potential = {
        ...potential,
        asymptotics: {
          range: 12,
          bindDynamics: (cell) => dipoleDynamics(cell, nepPolarResponse(model, cell).bornCharges, model.rootDielectric! ** 2, { coulombConstant: nepCoulombConstant, accuracy: 1e-10 }),
        },
      };
      expect((await outside(trained, 18)) / (await outside(potential, 18))).toBeGreaterThan(3);
    });
  });

  test('run through to a verdict: unstable, as cubic BaTiO3 is, and nothing else', async () => {
    const context = contextFor(structure, nepPotential(model, 'BaTiO3'), { 'temperature.maximum': '300' });
    const { relaxed } = await relaxation(context);
    const { result } = await phonons(context, relaxed);
    const failed = result.verdict.checks.filter(({ passed }) => !passed).map(({ name }) => name);
    // Imaginary modes also leave thermal functions, their classical limit and the Lyddane-Sachs-Teller relation without their modes.
    expect(failed).toEqual(['no imaginary modes', 'mesh of thermal functions', 'classical limit', 'Lyddane-Sachs-Teller relation']);
    expect(result.verdict.state).toBe('unreliable');
    const transverse = result.gamma.frequencies.value as number[], longitudinal = result.gamma.loTo[0]!.frequencies.value as number[];
    // First-principles values of the hardest transverse and longitudinal modes are about 14 and 21 THz (Ghosez et al., Phys. Rev. B 60 (1999) 836).
    expect(transverse.at(-1)!).toBeGreaterThan(13);
    expect(transverse.at(-1)!).toBeLessThan(15);
    expect(longitudinal.at(-1)!).toBeGreaterThan(17);
    expect(longitudinal.at(-1)!).toBeLessThan(21);
  });
});
