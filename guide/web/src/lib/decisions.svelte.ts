/** The last decisions of a visit, newest first, as the service words them. */
import type { Answer, Decision, VisitCalls } from './api.ts';

const SHOWN = 40;
/** Suppressed triggers are written while nothing changes in what is heard. */
const LOOK_EVERY = 3;

export class Decisions {
  items = $state.raw<Decision[]>([]);
  #busy = false;
  #last = '';
  #quiet = 0;

  get latest(): Decision | null {
    return this.items[0] ?? null;
  }

  clear(): void {
    this.items = [];
  }

  /** Whether an answer says that there may be something new to read: a change, or some time without one. */
  due(answer: Pick<Answer, 'action' | 'reason' | 'next'>, language: string): boolean {
    const now = `${answer.action} ${answer.reason} ${answer.next?.exhibit ?? ''} ${language}`;
    this.#quiet = now === this.#last ? this.#quiet + 1 : 0;
    this.#last = now;
    return this.#quiet % LOOK_EVERY === 0;
  }

  async refresh(calls: VisitCalls, language: string): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    const outcome = await calls.decisions(language);
    if (outcome.kind === 'ok') this.items = outcome.data.slice(-SHOWN).reverse();
    this.#busy = false;
  }
}
