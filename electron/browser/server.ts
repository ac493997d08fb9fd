/**
 * The same services for a browser page on this machine: a server on the loopback address that answers nobody but the
 * browser it was opened in. POST for calls, server-sent events back.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodePlain, encodePlain } from '../../core/contracts/codec.ts';
import { message, Refusal } from '../../core/contracts/messages.ts';
import type { ServiceEvent } from '../../core/contracts/service.ts';
import { messageLimit } from '../bridge/size.ts';
import type { Application } from '../services/application.ts';
import { windowFile, windowHeaders } from '../services/window-files.ts';

/** A content type of our own: no page of another origin can send it without asking first, and is then refused. */
export const callType = 'application/x-phonolite-call';
/** Between two signs of life on an open event stream (ms): a page that sleeps must not look like one that is gone. */
const heartbeat = 20_000;

export interface BrowserHost {
  /** With the token that opens it. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  close(): Promise<void>;
}

export interface BrowserHostOptions {
  readonly application: Pick<Application, 'call' | 'subscribe'>;
  /** 0: any free one. */
  readonly port?: number;
  /** Folder with the pages; by default the built ones. */
  readonly pages?: string;
  readonly patience?: Patience;
}

/** ms. Whoever sends more slowly holds a connection for its own sake. */
interface Patience {
  /** until the head of a call is there */
  readonly head: number;
  /** until all of it is there: the largest message takes seconds on this machine */
  readonly whole: number;
  /** between two looks at what is open */
  readonly look: number;
}
const usualPatience: Patience = { head: 10_000, whole: 120_000, look: 5000 };

function same(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

export async function startBrowserHost({ application, port = 0, pages, patience = usualPatience }: BrowserHostOptions): Promise<BrowserHost> {
  const token = randomBytes(32).toString('base64url');
  // Ports of one address share their cookies: each instance has a name of its own.
  const cookieName = `phonolite-${randomBytes(6).toString('hex')}`;
  const streams = new Set<ServerResponse>();
  let authority = '';

  const answerWith = (response: ServerResponse, status: number, type: string, body: string | Uint8Array, more: Readonly<Record<string, string>> = {}): void => {
    response.writeHead(status, { ...windowHeaders, 'cache-control': 'no-store', ...more, 'content-type': type }).end(body);
  };
  const deny = (response: ServerResponse, status: number, why: string): void => { answerWith(response, status, 'text/plain; charset=utf-8', `${why}\n`); };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers } = request;
    // A name that resolves to this address in a foreign page (DNS rebinding) still sends its own name.
    if (headers.host !== authority) { deny(response, 421, 'This address answers under its own name only.'); return; }
    if (headers.origin !== undefined && headers.origin !== `http://${authority}`) { deny(response, 403, 'This call comes from another page.'); return; }
    const site = headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') { deny(response, 403, 'This call comes from another page.'); return; }
    const url = new URL(request.url ?? '/', `http://${authority}`);
    const offered = url.searchParams.get('token');
    if (request.method === 'GET' && offered !== null) {
      if (!same(offered, token)) { deny(response, 401, 'This link is not valid any more. Start Phonolite again, or use the link that it printed last.'); return; }
      answerWith(response, 303, 'text/plain; charset=utf-8', '', { location: '/', 'set-cookie': `${cookieName}=${token}; HttpOnly; SameSite=Strict; Path=/` });
      return;
    }
    const cookie = (headers.cookie ?? '').split(';').map((part) => part.trim()).find((part) => part.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1) ?? '';
    if (!same(cookie, token)) { deny(response, 401, 'Open Phonolite with the link that it printed when it started.'); return; }
    if (url.pathname === '/events') {
      if (request.method !== 'GET') deny(response, 405, 'Events are only read.');
      else openStream(request, response);
    } else if (url.pathname.startsWith('/call/')) await answerCall(request, response, url.pathname.slice('/call/'.length));
    else if (request.method !== 'GET') deny(response, 405, 'Pages are only read.');
    else {
      const file = await windowFile(url.pathname, pages);
      if (!file) deny(response, 404, 'There is no such page.');
      else answerWith(response, 200, file.type, file.bytes, file.lasting ? { 'cache-control': 'private, max-age=31536000, immutable' } : {});
    }
  }

  async function answerCall(request: IncomingMessage, response: ServerResponse, method: string): Promise<void> {
    if (request.method !== 'POST') { deny(response, 405, 'Calls are posted.'); return; }
    if (request.headers['content-type'] !== callType) { deny(response, 415, `Calls have the content type ${callType}.`); return; }
    const body = await readBody(request);
    if (body === null) {
      // What is still on its way is not read; the sentence is sent all the same.
      answerWith(response, 413, callType, encodePlain({ refusal: message('service.tooLarge', { limit: messageLimit / 1e6 }) }), { connection: 'close' });
      request.resume();
      return;
    }
    let input: unknown;
    try {
      input = decodePlain(body);
    } catch {
      deny(response, 400, 'The call cannot be read.');
      return;
    }
    answerWith(response, 200, callType, encodePlain(await application.call(method, input)));
  }

  function openStream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { ...windowHeaders, 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': open\n\n');
    streams.add(response);
    const alive = setInterval(() => { response.write(': still here\n\n'); }, heartbeat).unref();
    request.on('close', () => {
      clearInterval(alive);
      streams.delete(response);
    });
  }

  const unsubscribe = application.subscribe((event) => {
    const line = `data: ${encodedEvent(event)}\n\n`;
    for (const stream of streams) stream.write(line);
  });
  const server = createServer({ headersTimeout: patience.head, requestTimeout: patience.whole, connectionsCheckingInterval: patience.look }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      // Whoever sent it has gone, or was too slow: nobody waits for an answer.
      if (error instanceof Error && 'code' in error && error.code === 'ECONNRESET') return;
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      if (!response.headersSent) deny(response, 500, 'Phonolite met a condition it did not expect.');
      else response.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' || error.code === 'EACCES' ? new Refusal(message('serve.portTaken', { port, reason: error.code })) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  authority = `127.0.0.1:${String(taken)}`;
  return {
    url: `http://${authority}/?token=${token}`, port: taken, token,
    close: async () => {
      unsubscribe();
      for (const stream of streams) stream.end();
      await new Promise<void>((resolve) => {
        server.close(() => { resolve(); });
        server.closeAllConnections();
      });
    },
  };
}

/** base64 of the plain data: an event may carry files, and a line of a stream must not break. */
function encodedEvent(event: ServiceEvent): string {
  return Buffer.from(encodePlain(event)).toString('base64');
}

/** Null where it is longer than the limit. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | null> {
  if (Number(request.headers['content-length'] ?? 0) > messageLimit) return null;
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > messageLimit) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
