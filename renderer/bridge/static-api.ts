import type { ReportDocument } from '../../core/contracts/report.ts';

/** The document that a report file carries in its JSON block, or null in an unfilled template. */
export function readEmbeddedDocument(page: Document): ReportDocument | null {
  const text = page.querySelector('#phonolite-document')?.textContent ?? 'null';
  // Checked against its schema when the file was written.
  return JSON.parse(text) as ReportDocument | null;
}
