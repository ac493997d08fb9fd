/** Sessions: which schemes are served and how, which requests may leave, which permissions a page gets. All is permitted that no handler refuses. */
import { hasScheme } from './chromium.ts';
import { KnownEvents, needsReady, state } from './state.ts';

type Serve = (request: Request) => Response | Promise<Response>;
interface BeforeRequest { (details: { url: string; method: string; resourceType: string }, answer: (response: { cancel?: boolean; redirectURL?: string }) => void): void }

export class Session extends KnownEvents {
  readonly schemes = new Map<string, Serve>();
  private beforeRequest: BeforeRequest | null = null;
  private onPermission: ((contents: unknown, permission: string, answer: (granted: boolean) => void, details: object) => void) | null = null;
  private checkPermission: ((contents: unknown, permission: string, origin: string, details: object) => boolean) | null = null;
  private deviceHandler: ((details: object) => boolean) | null = null;

  constructor() {
    super('Session', ['will-download']);
  }

  readonly protocol = {
    handle: (scheme: string, serve: Serve): void => {
      if (!hasScheme(scheme)) throw new Error(`the scheme ${scheme} was not registered as privileged`);
      if (this.schemes.has(scheme)) throw new Error(`the scheme ${scheme} is handled already`);
      this.schemes.set(scheme, serve);
    },
    isProtocolHandled: (scheme: string): boolean => this.schemes.has(scheme),
  };

  readonly webRequest = {
    onBeforeRequest: (listener: BeforeRequest | null): void => { this.beforeRequest = listener; },
  };

  setPermissionRequestHandler(handler: typeof this.onPermission): void { this.onPermission = handler; }
  setPermissionCheckHandler(handler: typeof this.checkPermission): void { this.checkPermission = handler; }
  setDevicePermissionHandler(handler: typeof this.deviceHandler): void { this.deviceHandler = handler; }

  /** Whether the request goes on. */
  passes(details: { url: string; method: string; resourceType: string }): Promise<boolean> {
    const { beforeRequest } = this;
    if (!beforeRequest) return Promise.resolve(true);
    return new Promise((resolve) => { beforeRequest(details, ({ cancel }) => { resolve(cancel !== true); }); });
  }

  async permits(contents: unknown, permission: string, check: boolean, origin: string): Promise<boolean> {
    // Devices are first chosen by an event of the session, and nobody listens: only a standing grant gives one.
    if (permission.startsWith('device-')) return this.deviceHandler?.({ deviceType: permission.slice(7), origin }) ?? false;
    const granted = check
      ? (this.checkPermission?.(contents, permission, origin, {}) ?? true)
      : await new Promise<boolean>((resolve) => { if (this.onPermission) this.onPermission(contents, permission, resolve, { requestingUrl: origin }); else resolve(true); });
    if (granted) state.granted.push(`${check ? 'check' : 'request'}:${permission}`);
    return granted;
  }
}

const partitions = new Map<string, Session>();

export const session = {
  get defaultSession(): Session {
    needsReady('session');
    return session.fromPartition('');
  },
  fromPartition: (name: string): Session => {
    needsReady('session');
    if (!partitions.has(name)) partitions.set(name, new Session());
    return partitions.get(name)!;
  },
};
