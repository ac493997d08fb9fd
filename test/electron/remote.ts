/** Calls to a browser host from outside of a browser. */
import { decodePlain, encodePlain } from '../../core/contracts/codec.ts';
import type { Answer, Input, Output } from '../../core/contracts/service.ts';
import type { MethodName } from '../../core/contracts/service-names.ts';

export type Remote = <M extends MethodName>(method: M, input: Input<M>) => Promise<Output<M>>;

/** `url`: the link that the host printed. */
export async function remote(url: string): Promise<Remote> {
  const { origin } = new URL(url);
  const cookie = (await fetch(url, { redirect: 'manual' })).headers.get('set-cookie')?.split(';')[0] ?? '';
  return async <M extends MethodName>(method: M, input: Input<M>): Promise<Output<M>> => {
    const response = await fetch(`${origin}/call/${method}`, { method: 'POST', headers: { 'content-type': 'application/x-phonolite-call', cookie }, body: encodePlain(input) as Uint8Array<ArrayBuffer> });
    const answer = decodePlain(new Uint8Array(await response.arrayBuffer())) as Answer<M>;
    if ('value' in answer) return answer.value;
    throw new Error(('refusal' in answer ? answer.refusal : answer.failure).sentence);
  };
}
