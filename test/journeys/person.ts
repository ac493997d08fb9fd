/** What a person does in a window, where Playwright has no one word for it. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Presses Tab until something with this name, text or class has the focus; fails where it cannot be reached. */
export async function tabTo(page: Page, what: RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const passed: string[] = [];
  while (passed.length < 60) {
    await page.keyboard.press(key);
    const name = await page.evaluate(() => {
      const at = document.activeElement as HTMLElement;
      const labels = at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement ? [...(at.labels ?? [])].map((label) => label.textContent.trim()).join(' ') : '';
      return `${at.getAttribute('aria-label') ?? ''} ${labels} ${at.textContent.trim().slice(0, 60)} ${at.className}`;
    });
    if (what.test(name)) return;
    passed.push(name);
  }
  expect.fail(`the keyboard does not reach ${String(what)}: ${passed.join(' | ')}`);
}

/** Lets files fall onto an element, as a person drops them from a folder. */
export async function drop(page: Page, selector: string, files: readonly { readonly name: string; readonly text: string }[]): Promise<void> {
  await page.evaluate(([where, brought]) => {
    const transfer = new DataTransfer();
    for (const { name, text } of brought) transfer.items.add(new File([text], name));
    const target = document.querySelector(where)!;
    for (const type of ['dragenter', 'dragover', 'drop']) target.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, [selector, files] as const);
}
