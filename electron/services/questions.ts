/** The host's side of the question process: started when first needed, and again after it has ended or had to be ended. */
import { message, Refusal } from '../../core/contracts/messages.ts';
import type { ProcessHandle, SpawnProcess } from '../engine/process-channel.ts';
import type { Answered, Asked, Question, QuestionAnswer, QuestionInput } from '../engine/questions.ts';

/** ms. Reading the largest file that is taken, or making the largest report, takes some seconds on a slow machine. */
const patience = 60_000;

interface Waiting {
  readonly asked: Asked;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export class QuestionDesk {
  private readonly spawn: SpawnProcess;
  private readonly patience: number;
  private process: ProcessHandle | null = null;
  private readonly waiting: Waiting[] = [];
  private serial = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(spawn: SpawnProcess, limit = patience) {
    this.spawn = spawn;
    this.patience = limit;
  }

  /** Rejects with a `Refusal` where the answer is one, where the question takes too long, or where the process ends over it. */
  ask<Q extends Question>(question: Q, input: QuestionInput<Q>): Promise<QuestionAnswer<Q>> {
    return new Promise<unknown>((resolve, reject) => {
      const asked: Asked = { id: ++this.serial, question, input };
      this.waiting.push({ asked, resolve, reject });
      this.open().post(asked);
      this.watch();
    }) as Promise<QuestionAnswer<Q>>;
  }

  /** Starts the process before it is needed, so that the first answer comes at once. */
  warm(): void {
    this.open();
  }

  close(): void {
    this.abandon(null);
  }

  private open(): ProcessHandle {
    if (this.process) return this.process;
    const started = this.spawn('questions');
    started.onMessage((received) => { this.onAnswer(received as Answered); });
    started.onExit((reason) => {
      if (this.process === started) this.abandon(reason);
    });
    this.process = started;
    return started;
  }

  private onAnswer(answered: Answered): void {
    const index = this.waiting.findIndex(({ asked }) => asked.id === answered.id);
    const [found] = index < 0 ? [] : this.waiting.splice(index, 1);
    if (found) {
      if ('value' in answered) found.resolve(answered.value);
      else if ('refusal' in answered) found.reject(new Refusal(answered.refusal));
      else found.reject(new Error(answered.error));
    }
    this.watch();
  }

  /** Answers come in order: the clock runs for the first that is waited for. */
  private watch(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.waiting.length > 0) this.timer = setTimeout(() => { this.abandon('too long'); }, this.patience).unref();
  }

  /** Ends the process. The question that it was at is refused, those behind it are asked again. */
  private abandon(reason: string | null): void {
    const { process } = this;
    this.process = null;
    process?.kill();
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const [current, ...rest] = this.waiting.splice(0);
    if (!current) return;
    if (reason === null) {
      for (const one of [current, ...rest]) one.reject(new Refusal(message('service.closed')));
      return;
    }
    current.reject(new Refusal(reason === 'too long' ? message('service.tooLong', { seconds: this.patience / 1000 }) : message('service.ended', { reason })));
    if (rest.length === 0) return;
    this.waiting.push(...rest);
    const again = this.open();
    for (const { asked } of rest) again.post(asked);
    this.watch();
  }
}
