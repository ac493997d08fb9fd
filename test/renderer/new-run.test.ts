/** The draft of a run: from an address and back, and what begins anew. */
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, test } from 'vitest';
import type { LocationQuery } from 'vue-router';
import { runWish } from '../../core/contracts/plan.ts';
import { problemOf, solutionsOf } from '../../renderer/composables/run-plan.ts';
import { splitReference } from '../../renderer/composables/potential-card.ts';
import { textOf } from '../../renderer/composables/settings-text.ts';
import { useNewRun } from '../../renderer/stores/new-run.ts';
import { words } from '../../renderer/words/new-run.ts';

let draft: ReturnType<typeof useNewRun>;
beforeEach(() => {
  setActivePinia(createPinia());
  draft = useNewRun();
});
const asQuery = (query: object): LocationQuery => JSON.parse(JSON.stringify(query)) as LocationQuery;

describe('an address', () => {
  test('that names crystal, potential and last step opens it with everything at standard accuracy', () => {
    draft.accuracy = 'strict';
    draft.properties = ['eos'];
    draft.set('pressure', '5', '0');
    draft.read({ material: 'mgo', potential: 'mgo-lewis-catlow', step: 'check' });
    expect(draft).toMatchObject({ material: 'mgo', potential: 'mgo-lewis-catlow', step: 'check', accuracy: 'standard', properties: ['eos', 'elasticity', 'phonons', 'expansion'], settings: {} });
  });

  test('that names one thing only takes its place in the draft, and asks for what is missing', () => {
    draft.read({ potential: 'si-tersoff' });
    expect(draft).toMatchObject({ material: null, potential: 'si-tersoff', step: 'material' });
    draft.accuracy = 'quick';
    draft.title = 'My silicon';
    draft.read({ material: 'silicon' });
    expect(draft).toMatchObject({ material: 'silicon', potential: 'si-tersoff', step: 'properties', accuracy: 'quick', title: null });
  });

  test('that a draft wrote gives the same draft', () => {
    draft.read({ material: 'mgo', potential: 'mgo-lewis-catlow' });
    draft.properties = ['phonons'];
    draft.accuracy = 'strict';
    draft.set('phonons.displacement', '0.004', '0.002');
    draft.set('expansion.form', 'a=b', 'vinet');
    draft.step = 'check';
    const query = asQuery(draft.query);
    setActivePinia(createPinia());
    const other = useNewRun();
    other.read(query);
    expect(asQuery(other.query)).toEqual(query);
    expect(other.settings).toEqual({ 'phonons.displacement': '0.004', 'expansion.form': 'a=b' });
  });

  test('with nonsense in it is read as far as it means something', () => {
    draft.read({ material: '../../etc', potential: ['si-tersoff', 'other'], step: 'elsewhere', accuracy: 'perfect', properties: 'phonons,magic', set: ['=x', 'a', 'pressure=1'] } as LocationQuery);
    expect(draft).toMatchObject({ material: null, potential: 'si-tersoff', accuracy: 'standard', properties: ['phonons'], settings: { pressure: '1' } });
  });
});

test('the wish follows the contract, relaxation first, and is none while something is missing', () => {
  expect(draft.wish).toBeNull();
  draft.read({ material: 'mgo', potential: 'mgo-lewis-catlow' });
  draft.properties = ['expansion', 'eos'];
  expect(runWish.parse(draft.wish)).toMatchObject({ properties: ['relaxation', 'eos', 'expansion'] });
});

test('a setting typed back to what the accuracy says is no change', () => {
  draft.set('pressure', '2', '0');
  expect(draft.settings).toEqual({ pressure: '2' });
  draft.set('pressure', '0', '0');
  expect(draft.settings).toEqual({});
});

test('starting over forgets everything', () => {
  draft.read({ material: 'mgo', potential: 'mgo-lewis-catlow', step: 'check' });
  expect(draft.untouched).toBe(false);
  draft.reset();
  expect(draft.untouched).toBe(true);
  expect(draft.step).toBe('material');
});

test('names of runs, values as they are typed, DOIs apart from their references', () => {
  expect(words.runTitle('MgO', ['relaxation', 'elasticity', 'phonons', 'expansion'])).toBe('MgO: elastic constants, phonons and thermal expansion');
  expect(words.runTitle('MgO', ['relaxation'])).toBe('MgO: relaxation');
  expect(words.runTitle('', ['eos'])).toBe('equation of state');
  expect([textOf(1e-6), textOf(0.0005), textOf(1e-4), textOf([0, 0, -1]), textOf('full'), textOf(0), textOf(1000)]).toEqual(['1e-6', '0.0005', '1e-4', '0,0,-1', 'full', '0', '1000']);
  expect(splitReference('J. Tersoff, Phys. Rev. B 39 (1989) 5566, doi:10.1103/PhysRevB.39.5566')).toEqual({ text: 'J. Tersoff, Phys. Rev. B 39 (1989) 5566', doi: '10.1103/PhysRevB.39.5566' });
  expect(splitReference('A book')).toEqual({ text: 'A book', doi: null });
});

test('every blocker leads to where it can be solved', () => {
  const blocker = (code: string) => ({ code, values: {}, sentence: '' });
  expect(['run.elements', 'run.notPeriodic', 'settings.range', 'plan.memory', 'plan.kinked', 'project.no.material', 'project.no.potential', 'potential.collapse', 'expansion.gridForm', 'storage.missing', 'files.empty'].map((code) => solutionsOf(blocker(code)))).toEqual([
    ['potential'], ['material'], ['properties'], ['properties', 'settings'], ['properties', 'potential'], ['material'], ['potential'], ['material'], ['properties'], ['potential'], ['potential'],
  ]);
  const plan = { blockers: [{ code: 'settings.range', values: { key: 'eos.points' }, sentence: 'Too few.' }], cautions: [], steps: [], settings: [], estimate: null };
  expect([problemOf(plan, 'eos.points'), problemOf(plan, 'pressure'), problemOf(null, 'pressure')]).toEqual(['Too few.', null, null]);
});
