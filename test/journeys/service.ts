/** Calls from inside a page, on whichever bridge it has: what a screen would ask for, where a journey needs no screen. */
import type { Page } from 'playwright-core';
import { decodePlain, encodePlain } from '../../core/contracts/codec.ts';
import type { Answer, Input, Output, ServiceEvent } from '../../core/contracts/service.ts';
import type { MethodName } from '../../core/contracts/service-names.ts';

interface PageWindow {
  phonolite?: { call: Record<string, (input: unknown) => Promise<unknown>>; subscribe: (listener: (event: unknown) => void) => () => void };
}

/** The answer as the bridge gives it: refusals and failures are part of it. `input` is sent as it is, however wrong. */
export async function answerTo(page: Page, method: string, input: unknown): Promise<Answer> {
  const isShell = await page.evaluate(() => 'phonolite' in window);
  // Bytes do not survive a page's arguments: both bridges are fed from the encoding of the loopback server.
  const sent = Buffer.from(encodePlain(input)).toString('base64');
  if (!isShell) {
    const answered = await page.evaluate(async ([name, body]) => {
      const response = await fetch(`/call/${name}`, { method: 'POST', headers: { 'content-type': 'application/x-phonolite-call' }, body: Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0)) });
      const bytes = new Uint8Array(await response.arrayBuffer());
      let text = '';
      for (let k = 0; k < bytes.length; k += 8192) text += String.fromCharCode(...bytes.subarray(k, k + 8192));
      return btoa(text);
    }, [method, sent] as const);
    return decodePlain(Buffer.from(answered, 'base64')) as Answer;
  }
  const answered = await page.evaluate(async ([name, tagged]) => {
    const revive = (_key: string, value: unknown): unknown => {
      const { bytes } = (value ?? {}) as { bytes?: { base64?: string } };
      return typeof bytes?.base64 === 'string' ? { ...(value as object), bytes: Uint8Array.from(atob(bytes.base64), (letter) => letter.charCodeAt(0)) } : value;
    };
    const keep = (_key: string, value: unknown): unknown => {
      if (!(value instanceof Uint8Array)) return value;
      let text = '';
      for (let k = 0; k < value.length; k += 8192) text += String.fromCharCode(...value.subarray(k, k + 8192));
      return { base64: btoa(text) };
    };
    return JSON.stringify(await (window as unknown as PageWindow).phonolite!.call[name]!(JSON.parse(tagged, revive)), keep);
  }, [method, JSON.stringify(input, (_key, value: unknown) => (value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value))] as const);
  return JSON.parse(answered, (_key, value: unknown) => (typeof (value as { base64?: unknown } | null)?.base64 === 'string' ? Uint8Array.from(Buffer.from((value as { base64: string }).base64, 'base64')) : value)) as Answer;
}

export async function ask<M extends MethodName>(page: Page, method: M, input: Input<M>): Promise<Output<M>> {
  const answer = await answerTo(page, method, input);
  if ('value' in answer) return answer.value as Output<M>;
  throw new Error('refusal' in answer ? answer.refusal.sentence : answer.failure.sentence);
}

/** Resolves with the run's state once it stands still. */
export async function whenEnded(page: Page, id: string, patience = 90_000): Promise<string> {
  const limit = Date.now() + patience;
  for (;;) {
    const { summary } = await ask(page, 'runs.get', { id });
    if (!['queued', 'running', 'paused'].includes(summary.state)) return summary.state;
    if (Date.now() > limit) throw new Error(`the run ${id} is ${summary.state} after ${String(patience / 1000)} s`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

export type { ServiceEvent };
