/** Reads peaks as the server measured them: audiowaveform's binary layout, version 1 or 2, 8 bits. */
export interface Peaks {
  /** Milliseconds of sound in one pair. */
  stepMs: number;
  /** The lowest and the highest sample of each step, between -1 and 1. */
  low: Float32Array;
  high: Float32Array;
}

const VERSION_WITH_CHANNELS = 2;
const FULL_SCALE = 128;
const EIGHT_BITS = 1;

/** Null where the bytes are something else; the page then shows no waveform, and plays all the same. */
export function readPeaks(data: ArrayBuffer): Peaks | null {
  if (data.byteLength < 20) return null;
  const view = new DataView(data);
  const [version, flags, rate, perStep, count] = [0, 4, 8, 12, 16].map((at) => view.getUint32(at, true));
  const from = version === VERSION_WITH_CHANNELS ? 24 : 20;
  if (flags !== EIGHT_BITS || !rate || !perStep || !count || data.byteLength < from + 2 * count) return null;
  const [low, high] = [new Float32Array(count), new Float32Array(count)];
  for (let index = 0; index < count; index += 1) {
    low[index] = view.getInt8(from + 2 * index) / FULL_SCALE;
    high[index] = view.getInt8(from + 2 * index + 1) / FULL_SCALE;
  }
  return { stepMs: (1000 * perStep) / rate, low, high };
}

/** The loudest swing in each of so many columns. */
export function columns({ low, high }: Peaks, count: number): [low: number, high: number][] {
  const per = low.length / count;
  return Array.from({ length: count }, (_, column) => {
    const from = Math.floor(column * per);
    const to = Math.max(from + 1, Math.floor((column + 1) * per));
    return [Math.min(...low.subarray(from, to)), Math.max(...high.subarray(from, to))];
  });
}
