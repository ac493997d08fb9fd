/** A project of its own in this process, with a browser host in front, for journeys through the library. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect } from 'vitest';
import { startBrowserHost } from '../../electron/browser/server.ts';
import { startApplication, type TestApplication } from '../electron/application.ts';
import { openBrowser, type Look, type Opened, type TestBrowser } from './window.ts';

export interface Library extends TestApplication {
  /** The link that opens the application. */
  readonly url: string;
  end(): Promise<void>;
}

export async function openLibrary(): Promise<Library> {
  const application = await startApplication();
  const host = await startBrowserHost({ application: application.application });
  return {
    ...application, url: host.url,
    end: async () => {
      await host.close();
      await application.close();
      rmSync(application.home, { recursive: true, force: true });
    },
  };
}

export interface Visitor {
  readonly browser: TestBrowser;
  /** The library of the group of tests that asked for it. */
  readonly library: Library;
  /** Gives the group of tests that calls it a library of its own. */
  fresh(): void;
  /** Motion is as people usually have it. */
  visit(path: string, look?: Look): Promise<Opened>;
}

/** One browser for a file of tests. At the end it has complained about nothing. */
export function useLibraries(): Visitor {
  let browser: TestBrowser, library: Library;
  beforeAll(async () => { browser = await openBrowser(); });
  afterAll(async () => {
    expect(browser.problems).toEqual([]);
    await browser.close();
  });
  return {
    get browser() { return browser; },
    get library() { return library; },
    fresh: () => {
      beforeAll(async () => { library = await openLibrary(); });
      afterAll(async () => {
        await browser.leave();
        await library.end();
      });
    },
    visit: (path, look = {}) => browser.open(library, path, { motion: 'no-preference', ...look }),
  };
}

/** Waits as long as a machine needs that does other things beside. */
export const soon = <T>(look: () => T | Promise<T>, message?: string): ReturnType<typeof expect.poll<T>> => expect.poll(look, { timeout: 15_000, ...(message !== undefined && { message }) });
