/**
 * What a person does to the window, with a mouse or with nothing but keys: a journey is written once and made with either.
 * Keys know no shortcut past what is in the way: whatever is pressed or filled in has been reached by Tab and by arrows.
 */
import type { FileChooser, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { JourneyHost } from './hosts.ts';

export interface Hands {
  readonly name: 'mouse' | 'keyboard';
  /** Clicks that were made; the keys are not counted. */
  readonly clicks: number;
  /** A button or a link. */
  press(target: Locator): Promise<void>;
  /** A box to tick: it changes. */
  tick(target: Locator): Promise<void>;
  /** One of several. */
  choose(target: Locator): Promise<void>;
  /** Instead of what stands there. */
  write(target: Locator, text: string): Promise<void>;
  /** A file for the chooser that a button opens. */
  bring(button: Locator, file: { readonly name: string; readonly text: string }): Promise<void>;
}

/** More presses of Tab than anybody has the patience for. */
const patience = 80;

async function give(page: Page, file: { readonly name: string; readonly text: string }, press: () => Promise<void>): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser') as Promise<FileChooser>, press()]);
  await chooser.setFiles({ name: file.name, mimeType: 'text/plain', buffer: Buffer.from(file.text) });
}

export function mouse(page: Page): Hands {
  let clicks = 0;
  const click = async (target: Locator): Promise<void> => {
    await target.click();
    clicks += 1;
  };
  /** People click on the words beside a box. */
  const label = (target: Locator): Locator => target.locator('xpath=ancestor::label[1]');
  return {
    name: 'mouse',
    get clicks() { return clicks; },
    press: click,
    tick: (target) => click(label(target)),
    choose: (target) => click(label(target)),
    write: async (target, text) => {
      await click(target);
      await page.keyboard.press('Control+a');
      await page.keyboard.insertText(text);
    },
    bring: (button, file) => give(page, file, () => click(button)),
  };
}

export function keyboard(page: Page): Hands {
  /** Tab, in the direction in which it lies, until it has the focus; arrows within a group that Tab enters as one. */
  async function reach(target: Locator): Promise<void> {
    await target.waitFor({ state: 'attached' });
    for (let presses = 0; presses < patience; presses++) {
      const way = await target.evaluate((wanted) => {
        const now = document.activeElement ?? document.body;
        if (now === wanted) return 'there';
        const group = wanted instanceof HTMLInputElement && wanted.type === 'radio' && now instanceof HTMLInputElement && now.name === wanted.name;
        const before = (now.compareDocumentPosition(wanted) & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
        return group ? (before ? 'ArrowUp' : 'ArrowDown') : before ? 'Shift+Tab' : 'Tab';
      });
      if (way === 'there') {
        await shows(target);
        return;
      }
      await page.keyboard.press(way);
    }
    throw new Error(`${String(target)} cannot be reached by Tab`);
  }
  /** Whoever sees where the focus is does not need a mouse. */
  async function shows(target: Locator): Promise<void> {
    expect(await target.evaluate((focused) => {
      // A box that is drawn by its words around it shows it there.
      for (let element: Element | null = focused, up = 0; element && up < 3; element = element.parentElement, up++) {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
        if ((outlineStyle !== 'none' && outlineWidth !== '0px') || (up === 0 && boxShadow !== 'none')) return 'seen';
      }
      return `the focus on ${focused.outerHTML.slice(0, 120)} cannot be seen`;
    })).toBe('seen');
    const box = await target.boundingBox();
    const { height } = page.viewportSize()!;
    expect(box !== null && box.y + box.height > 0 && box.y < height, `${String(target)} has the focus outside the window`).toBe(true);
  }
  const reachAnd = async (target: Locator, key: string): Promise<void> => {
    await reach(target);
    await page.keyboard.press(key);
  };
  return {
    name: 'keyboard',
    clicks: 0,
    press: (target) => reachAnd(target, 'Enter'),
    tick: (target) => reachAnd(target, 'Space'),
    choose: async (target) => {
      await reach(target);
      // Arrows have chosen it on the way; where Tab has led to it, it is only pointed at.
      if (!(await target.isChecked())) await page.keyboard.press('Space');
    },
    write: async (target, text) => {
      await reach(target);
      await page.keyboard.press('Control+a');
      await page.keyboard.insertText(text);
    },
    bring: (button, file) => give(page, file, () => reachAnd(button, 'Enter')),
  };
}

const bothHands = [{ name: 'mouse', of: mouse }, { name: 'keys alone', of: keyboard }] as const;

/** The page is the same behind every way in: the mouse walks through the browser host, keys alone through the shell. */
export function handsAt(host: JourneyHost): readonly (typeof bothHands)[number][] {
  return bothHands.filter(({ of }) => (of === mouse) === (host.name === 'browser'));
}
