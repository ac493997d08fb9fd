/** The look of paper for a part of the screen: the rules of print, applied inside `.paper` alone. */
import { onBeforeUnmount, onMounted } from 'vue';
import printed from '../styles/print.css?inline';

/** The one style sheet of print, with its page box left out and its root made the paper. */
export function paperRules(text: string): string {
  return text
    .replace(/@page[^{]*\{[^}]*\}/g, '')
    .replace(/@media print/g, '@scope (.paper)')
    .replace(/:root(\[[^\]]*\]|:not\([^)]*\))*/g, ':scope')
    .replace(/\bhtml,\s*body\b|\bbody\b/g, ':scope');
}

/** While the calling component is shown. Browsers without scoped rules show the paper in the look of the screen. */
export function usePaperRules(): void {
  const style = document.createElement('style');
  style.textContent = paperRules(printed);
  onMounted(() => document.head.append(style));
  onBeforeUnmount(() => { style.remove(); });
}
