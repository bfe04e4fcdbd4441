/** Remembers a visit in this tab, so that a reloaded page goes on with it. */
export interface Kept {
  visit: string;
  key: string;
  nextSeq: number;
  languages: string[];
}

const NAME = 'coupole-visit';

export function keep(kept: Kept): void {
  try {
    sessionStorage.setItem(NAME, JSON.stringify(kept));
  } catch {
    // Without storage a reload starts a new visit; everything else works.
  }
}

export function kept(): Kept | null {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(NAME) ?? 'null');
    return isKept(value) ? value : null;
  } catch {
    return null;
  }
}

export function forget(): void {
  try {
    sessionStorage.removeItem(NAME);
  } catch {
    // Nothing was kept, then.
  }
}

function isKept(value: unknown): value is Kept {
  const one = value as Kept | null;
  return (
    typeof one?.visit === 'string' &&
    typeof one.key === 'string' &&
    Number.isSafeInteger(one.nextSeq) &&
    Array.isArray(one.languages)
  );
}
