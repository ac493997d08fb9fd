/** The foot of every printed page: what was computed with what, and the page number. CSS margin boxes hold it. */
import { onBeforeUnmount, onMounted } from 'vue';
import type { ReportDocument } from '../../core/contracts/report.ts';
import { words } from '../words/english.ts';

/** A CSS string: quotes and backslashes escaped, nothing that could end it. */
function cssString(text: string): string {
  return `"${text.replace(/["\\<\n\r]/g, (letter) => `\\${letter.codePointAt(0)!.toString(16)} `)}"`;
}

/** The beginning of a hash is enough to tell two files apart on paper. */
function shortHash(hash: string): string {
  return hash.replace(/^sha256[:-]/, '').slice(0, 12);
}

/** The two lines at the foot. */
export function pageFooter({ result: { provenance }, recipe }: ReportDocument): readonly [string, string] {
  const origin = `${words.footer.structure} ${shortHash(provenance.structureHash)}   ${words.footer.potential} ${shortHash(provenance.potentialHash)}   ${provenance.application} ${provenance.version}`;
  return [origin, `${words.footer.recreate} ${recipe.length > 130 ? `${recipe.slice(0, 129)}…` : recipe}`];
}

export function usePageFooter(document_: ReportDocument): void {
  const style = document.createElement('style');
  const [origin, recipe] = pageFooter(document_);
  style.textContent = `@page {
    @bottom-left { content: ${cssString(origin)} "\\A" ${cssString(recipe)}; white-space: pre-wrap; font: 6.5pt/1.35 "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif; color: #56616f; width: 88%; vertical-align: top; padding-top: 3mm; }
    @bottom-right { content: counter(page) " / " counter(pages); font: 8pt "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif; color: #56616f; vertical-align: top; padding-top: 3mm; }
  }`;
  onMounted(() => document.head.append(style));
  onBeforeUnmount(() => {
    style.remove();
  });
}
