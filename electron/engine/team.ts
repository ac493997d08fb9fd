/**
 * Threads that share one evaluation, through a few words of shared memory: the evaluating thread opens a call, every thread that
 * is free enters it, takes pieces by counting up, and leaves; the call is closed when the pieces are used up and everyone has
 * left. Nobody waits for a thread that has not entered, so that helpers may come and go at any time.
 */
import type { KernelModule, SharedKernel, Team } from '../../core/index.ts';

/** Words of the control memory. `state`: how many threads are inside, and the bit of an open call; `calls` counts events that helpers wake for. */
const word = { state: 0, calls: 1, next: 2, pieces: 3, header: 4, lanes: 5 } as const;
const words = 6;
const open = 1 << 30;

/** What a helper needs to take part: the code, its memory, and the words above. */
export interface Invitation {
  readonly module: KernelModule;
  readonly memory: SharedKernel['memory'];
  readonly control: Int32Array<SharedArrayBuffer>;
}

/** Takes pieces of an open call until there are none. Lanes are numbered in the order of their first pieces, so that there are never more than pieces. */
function takePieces({ begin, work }: SharedKernel['exports'], control: Int32Array): void {
  const pieces = control[word.pieces]!;
  let begun = false;
  for (;;) {
    const piece = Atomics.add(control, word.next, 1);
    if (piece >= pieces) return;
    if (!begun) begin(control[word.header]!, Atomics.add(control, word.lanes, 1));
    begun = true;
    work(piece);
  }
}

/** The team of an evaluating thread. `invite`: asks for helpers, or, with null, sends them away. */
export function createTeam(lanes: number, invite: (invitation: Invitation | null) => void): Team & { dismiss(): void } {
  let invitation: Invitation | null = null;
  const dismiss = (): void => {
    if (invitation) invite(null);
    invitation = null;
  };
  return {
    lanes,
    dismiss,
    run({ module, memory, exports }, header, count) {
      if (invitation?.memory !== memory) {
        dismiss();
        invitation = { module, memory, control: new Int32Array(new SharedArrayBuffer(4 * words)) };
        invite(invitation);
      }
      const { control } = invitation!;
      control[word.next] = 0;
      control[word.pieces] = count;
      control[word.header] = header;
      control[word.lanes] = 0;
      Atomics.store(control, word.state, open);
      Atomics.add(control, word.calls, 1);
      Atomics.notify(control, word.calls);
      try {
        takePieces(exports, control);
      } finally {
        Atomics.and(control, word.state, ~open);
        // Whoever is inside works on what nobody else has: a helper that dies takes this thread with it (`helpers.ts`).
        for (let inside = Atomics.load(control, word.state); inside !== 0; inside = Atomics.load(control, word.state)) Atomics.wait(control, word.state, inside);
      }
    },
  };
}

/** How many threads took pieces of the last call. */
export function lanesUsed({ control }: Invitation): number {
  return control[word.lanes]!;
}

/** Takes part in calls until `leave` is set. */
export function takePart(exports: SharedKernel['exports'], control: Int32Array, leave: Int32Array): void {
  let served = 0;
  while (Atomics.load(leave, 0) === 0) {
    const calls = Atomics.load(control, word.calls);
    if (calls === served || !enter(control)) {
      Atomics.wait(control, word.calls, calls);
      continue;
    }
    // Inside, the count belongs to the call that is open.
    served = Atomics.load(control, word.calls);
    takePieces(exports, control);
    Atomics.sub(control, word.state, 1);
    Atomics.notify(control, word.state);
  }
}

/** Enters the call that is open, if there is one. */
function enter(control: Int32Array): boolean {
  for (;;) {
    const state = Atomics.load(control, word.state);
    if ((state & open) === 0) return false;
    if (Atomics.compareExchange(control, word.state, state, state + 1) === state) return true;
  }
}

/** Lets helpers see that they are to leave. */
export function wake(control: Int32Array): void {
  Atomics.add(control, word.calls, 1);
  Atomics.notify(control, word.calls);
}

/** Ends a call whose evaluating thread is gone. */
export function abandon(control: Int32Array): void {
  Atomics.store(control, word.next, open);
  wake(control);
}
