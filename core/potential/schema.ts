import { z } from 'zod';
import { isElement } from '../crystal/elements.ts';

/** Building blocks of the schemas of potential terms. zod numbers are finite by themselves: NaN and ∞ never pass. */
export const positive = z.number().positive();
export const nonNegative = z.number().min(0);
export const element = z.string().refine(isElement, 'is not the symbol of a chemical element (as in "Si")');
export const pairOf = z.tuple([element, element]);
