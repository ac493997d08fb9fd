import type { Message } from '../contracts/quantity.ts';

/**
 * The machine failed, not the physics and not the input: a full disk, a worker that keeps dying. It ends the whole run
 * (what is finished is kept), while a `Refusal` out of one property leaves the others to be computed.
 */
export class HostFailure extends Error {
  readonly detail: Message;
  constructor(detail: Message) {
    super(detail.sentence);
    this.name = 'HostFailure';
    this.detail = detail;
  }
}
