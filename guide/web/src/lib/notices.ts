/** Of two notices of one kind about one exhibit only the later is shown: a gap is told once, not ten times. */
import type { Notice } from './api.ts';

export function toldOnce(notices: readonly Notice[], dismissed: ReadonlySet<string>): Notice[] {
  const latest = new Map(notices.map((notice) => [`${notice.kind} ${notice.exhibit ?? ''}`, notice]));
  return [...latest.values()].filter((notice) => !dismissed.has(notice.id));
}
