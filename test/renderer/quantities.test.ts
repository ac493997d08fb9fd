import { expect, test } from 'vitest';
import { uncertaintiesOf, uncertaintyOf } from '../../renderer/composables/quantities.ts';

test('the errors of the evaluation and of a committee add in squares, in any shape; nothing known stays nothing', () => {
  expect(uncertaintyOf({ value: 1, unit: '', uncertainty: { numerical: 3, committee: 4 } })).toBe(5);
  expect(uncertaintyOf({ value: [[1, null]], unit: '', uncertainty: { numerical: [[3, null]], committee: [[4, null]] } })).toEqual([[5, null]]);
  expect(uncertaintyOf({ value: [1, 2], unit: '', uncertainty: { committee: [4, 1] } })).toEqual([4, 1]);
  expect(uncertaintiesOf({ value: [1, 2], unit: '' })).toBeNull();
});
