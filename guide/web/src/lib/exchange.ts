/**
 * One line of polls and commands, one at a time. Both take their number from one counter, and a message
 * that got no answer is sent again with the same number and the same body: the service then gives the
 * answer it gave, so nothing happens twice and nothing is lost.
 */
import type { Answer, CommandBody, Outcome, PollBody } from './api.ts';

export type Draft = Omit<PollBody, 'seq'> | Omit<CommandBody, 'seq'>;
export type Result = Exclude<Outcome<Answer>, { kind: 'offline' }>;

export interface Wire {
  poll(body: PollBody): Promise<Outcome<Answer>>;
  command(body: CommandBody): Promise<Outcome<Answer>>;
}

interface Options {
  firstSeq: number;
  /** Called with the next number before the one in hand is sent, so that a reload never uses it again. */
  remember(nextSeq: number): void;
  /** Called when the service stops or starts answering. */
  connected(yes: boolean): void;
  /** Resolves after so many milliseconds, or as soon as the network is back. */
  wait(ms: number): Promise<void>;
}

const BACKOFF_MS = [500, 1000, 2000, 4000, 5000];
/** Another tab may have used our numbers; far enough ahead is beyond whatever it has sent meanwhile. */
const JUMP = 100;
const OUT_OF_STEP = new Set(['seq_reused', 'seq_out_of_order']);

export class Exchange {
  #seq: number;
  #closed = false;
  #tail: Promise<unknown> = Promise.resolve();
  #commands = 0;
  readonly #wire: Wire;
  readonly #options: Options;

  constructor(wire: Wire, options: Options) {
    this.#wire = wire;
    this.#options = options;
    this.#seq = options.firstSeq;
  }

  /** True while a command waits for its answer: what polls say of pausing is older than the visitor's wish. */
  get commanding(): boolean {
    return this.#commands > 0;
  }

  /** Sends a poll when its turn comes; `draft` is asked only then, so that position and player are fresh. */
  poll(draft: () => Omit<PollBody, 'seq'>): Promise<Result | null> {
    return this.#enqueue(async () => this.#send((seq) => (body) => this.#wire.poll({ ...body, seq }), draft()));
  }

  command(draft: () => Omit<CommandBody, 'seq'>): Promise<Result | null> {
    this.#commands += 1;
    return this.#enqueue(async () => {
      try {
        return await this.#send((seq) => (body) => this.#wire.command({ ...body, seq }), draft());
      } finally {
        this.#commands -= 1;
      }
    });
  }

  /** Nothing more is sent; what waits resolves to null. */
  close(): void {
    this.#closed = true;
  }

  #enqueue(job: () => Promise<Result | null>): Promise<Result | null> {
    const run = this.#tail.then(() => (this.#closed ? null : job()));
    this.#tail = run.catch(() => undefined);
    return run;
  }

  async #send<B>(post: (seq: number) => (body: B) => Promise<Outcome<Answer>>, body: B): Promise<Result | null> {
    const result = await this.#persist(post(this.#take()), body);
    if (result?.kind !== 'problem' || !OUT_OF_STEP.has(result.problem.code)) return result;
    this.#seq += JUMP;
    return this.#persist(post(this.#take()), body);
  }

  #take(): number {
    const seq = this.#seq;
    this.#seq += 1;
    this.#options.remember(this.#seq);
    return seq;
  }

  async #persist<B>(post: (body: B) => Promise<Outcome<Answer>>, body: B): Promise<Result | null> {
    for (let attempt = 0; !this.#closed; attempt += 1) {
      const outcome = await post(body);
      const busy = outcome.kind === 'problem' && outcome.problem.status === 429 ? outcome.problem : null;
      if (outcome.kind !== 'offline') this.#options.connected(true);
      else this.#options.connected(false);
      if (outcome.kind !== 'offline' && !busy) return outcome;
      await this.#options.wait(busy?.retryAfterMs ?? BACKOFF_MS[Math.min(attempt, BACKOFF_MS.length - 1)] ?? 5000);
    }
    return null;
  }
}
