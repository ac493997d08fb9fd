/** `phonolite report`: the report of a finished run as HTML, PDF or CSV. */
import { refuse } from '../../core/contracts/messages.ts';
import { loadCore } from '../../core/index.ts';
import { coreBytes } from '../services/layout.ts';
import { writeReport } from '../services/reports.ts';

const formats = ['html', 'pdf', 'csv'] as const;

export async function report(folder: string, options: { readonly format: string; readonly out: string }): Promise<number> {
  const format = formats.find((name) => name === options.format) ?? refuse('report.format', { value: options.format.slice(0, 80) });
  loadCore(coreBytes());
  await writeReport(folder, format, options.out);
  process.stdout.write(`${options.out}\n`);
  return 0;
}
