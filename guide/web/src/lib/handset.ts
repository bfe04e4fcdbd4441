/** What a telephone offers beside the page: keys on the headphones, and a screen that stays on. */

export interface Keys {
  play(): void;
  pause(): void;
  back(): void;
  forward(): void;
  skip(): void;
}

/** Media keys act like the buttons on the page. */
export function useMediaKeys(keys: Keys): void {
  if (!('mediaSession' in navigator)) return;
  const { mediaSession } = navigator;
  mediaSession.setActionHandler('play', keys.play);
  mediaSession.setActionHandler('pause', keys.pause);
  mediaSession.setActionHandler('seekbackward', keys.back);
  mediaSession.setActionHandler('seekforward', keys.forward);
  mediaSession.setActionHandler('nexttrack', keys.skip);
}

export function showOnLockScreen(title: string | null, museum: string): void {
  if (!('mediaSession' in navigator)) return;
  navigator.mediaSession.metadata = title === null ? null : new MediaMetadata({ title, artist: museum });
}

/** Keeps the screen on; gives back what lets it sleep again. Plain http offers no such lock, which is no fault. */
export function stayAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  const ask = async (): Promise<void> => {
    if (!('wakeLock' in navigator) || document.visibilityState !== 'visible') return;
    lock = await navigator.wakeLock.request('screen').catch(() => null);
  };
  const again = (): void => void ask();
  document.addEventListener('visibilitychange', again);
  void ask();
  return () => {
    document.removeEventListener('visibilitychange', again);
    void lock?.release();
  };
}

/** Waits, but no longer than until the network is back. */
export function waitOrOnline(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener('online', done);
  });
}

/** The time of this device, as the contract writes times. */
export const now = (): string => new Date().toISOString();
