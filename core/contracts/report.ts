import { z } from 'zod';
import { quantity } from './quantity.ts';
import { result } from './results.ts';

/** Experimental points laid over a computed curve. */
export const experiment = z.strictObject({
  property: z.enum(['alphaLinear', 'alphaVolumetric', 'volume', 'heatCapacityP', 'bulkModulus', 'bands']),
  label: z.string(),
  source: z.string(),
  licence: z.string().optional(),
  /** Columns: temperature K (or wave-vector distance for bands), value in stored units, optional standard uncertainty. */
  x: quantity,
  y: quantity,
  /** Axis for direction-dependent values. */
  axis: z.enum(['a', 'b', 'c']).optional(),
});
export type Experiment = z.infer<typeof experiment>;

/** Eigenvectors for the moving crystal: int16, scaled per mode, thinned along the path to keep the report small. */
export const reportModes = z.strictObject({
  /** Indices into the flat list of path points that are kept. */
  points: z.array(z.number().int()),
  modes: z.number().int(),
  atoms: z.number().int(),
  /** base64 of int16 little-endian [kept point][mode][atom][xyz][re,im], full scale 32767 = 1 */
  data: z.string(),
  /** "Every 3rd point of the path is kept …", or null when all are. */
  thinning: z.string().nullable(),
});
export type ReportModes = z.infer<typeof reportModes>;

/** Parts of a report that may be left out; the overview with its verdicts and what was left out always stay. */
export const reportSection = z.enum(['relaxation', 'eos', 'elasticity', 'phonons', 'expansion', 'checks', 'method', 'limits', 'references', 'provenance']);
export type ReportSection = z.infer<typeof reportSection>;

/** Everything a report file knows: the static data source of the result screens. */
export const reportDocument = z.strictObject({
  schema: z.literal('phonolite-report/1'),
  title: z.string(),
  result,
  modes: reportModes.optional(),
  experiments: z.array(experiment),
  conventions: z.array(z.strictObject({ topic: z.string(), text: z.string() })),
  references: z.array(z.string()),
  recipe: z.string(),
  /** What its maker chose to show; absent: everything. */
  sections: z.array(reportSection).optional(),
});
export type ReportDocument = z.infer<typeof reportDocument>;
