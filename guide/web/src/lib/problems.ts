/** Refusals of the service in the words of somebody who only wants to listen. */
import type { Problem } from './api.ts';
import { m } from './paraglide/messages.js';

/** True where no further message of this visit can be answered; a 404 may also speak of an exhibit. */
export const isOver = (problem: Problem): boolean =>
  [401, 403, 410].includes(problem.status) || problem.code === 'unknown_visit';

export function whyOver(problem: Problem): string {
  if (problem.status === 410) return m.problem_ended();
  if (problem.status === 404) return m.problem_unknown_visit();
  return m.problem_not_allowed();
}

const COMMANDS: Record<string, () => string> = {
  unknown_exhibit: m.problem_unknown_exhibit,
  unknown_place: m.problem_unknown_place,
  visit_ended: m.problem_ended
};

export function wordsFor(problem: Problem): string {
  const known = COMMANDS[problem.code];
  if (known) return known();
  if (problem.status === 429) return m.problem_too_many();
  return problem.detail || m.problem_other();
}
