/** A project of its own in this process, with a browser host in front, for journeys through the library. */
import { rmSync } from 'node:fs';
import { startBrowserHost } from '../../electron/browser/server.ts';
import { startApplication, type TestApplication } from '../electron/application.ts';

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
