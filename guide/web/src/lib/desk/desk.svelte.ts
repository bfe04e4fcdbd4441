/** Who is at the desk. The page asks the service only where somebody signed in before, or each look would be refused. */
import type { Outcome } from '../api.ts';
import { m } from '../paraglide/messages.js';
import { DeskCalls, readSession, sentencesOf, signIn, type Session } from './desk-api.ts';

const HINT = 'coupole-desk';
const MAY = new Set(['curator', 'admin']);

export class Desk {
  phase = $state<'asking' | 'out' | 'in' | 'barred'>('asking');
  session = $state.raw<Session | null>(null);
  calls = $state.raw<DeskCalls | null>(null);
  trouble = $state('');

  async look(): Promise<void> {
    if (localStorage.getItem(HINT) === null) {
      this.phase = 'out';
      return;
    }
    const found = await readSession();
    if (found.kind === 'ok') this.#enter(found.data);
    else this.#leave(found.kind === 'offline' ? m.problem_offline() : m.desk_session_over());
  }

  async enter(email: string, password: string): Promise<void> {
    this.trouble = '';
    const found: Outcome<Session> = await signIn(email, password);
    if (found.kind === 'ok') this.#enter(found.data);
    else if (found.kind === 'offline') this.trouble = m.problem_offline();
    else this.trouble = found.problem.status === 401 ? m.desk_wrong() : sentencesOf(found.problem);
  }

  async out(): Promise<void> {
    const { calls } = this;
    this.#leave('');
    await calls?.signOut();
  }

  #enter(session: Session): void {
    localStorage.setItem(HINT, session.email);
    this.session = session;
    this.calls = new DeskCalls(session);
    this.phase = MAY.has(session.role) ? 'in' : 'barred';
  }

  #leave(trouble: string): void {
    localStorage.removeItem(HINT);
    this.session = null;
    this.calls = null;
    this.trouble = trouble;
    this.phase = 'out';
  }
}
