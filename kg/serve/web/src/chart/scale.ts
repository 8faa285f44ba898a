/** From values to pixels, and the round values that an axis shows. */

export interface Scale {
  (value: number): number;
  readonly ticks: readonly number[];
}

/** An axis from `from` to `to` pixels over values; it begins at zero unless `tight`. */
export function linear(values: readonly number[], from: number, to: number, wanted: number): Scale {
  const step = roundStep((Math.max(0, ...values) - Math.min(0, ...values)) / wanted);
  const low = Math.floor(Math.min(0, ...values) / step) * step;
  const high = Math.max(low + step, Math.ceil(Math.max(0, ...values) / step) * step);
  const at = (value: number) => from + ((value - low) / (high - low)) * (to - from);
  const ticks = Array.from({ length: Math.round((high - low) / step) + 1 }, (_, tick) => Number((low + tick * step).toPrecision(12)));
  return Object.assign(at, { ticks });
}

/** The same in powers of ten; values are above zero. */
export function logarithmic(values: readonly number[], from: number, to: number): Scale {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const at = (value: number) => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
  const every = Math.ceil((high - low) / 5);
  const ticks = Array.from({ length: Math.floor((high - low) / every) + 1 }, (_, tick) => 10 ** (low + tick * every));
  return Object.assign(at, { ticks });
}

function roundStep(least: number): number {
  if (!(least > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= least) ?? 10);
}

/** Every year from the first to the last, or as many as there is room for, the last always. */
export function years(values: readonly number[], from: number, to: number, wanted: number): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const at = (year: number) => (low === high ? (from + to) / 2 : from + ((year - low) / (high - low)) * (to - from));
  const every = Math.max(1, Math.ceil((high - low + 1) / wanted));
  const ticks = Array.from({ length: Math.floor((high - low) / every) + 1 }, (_, tick) => high - tick * every).reverse();
  return Object.assign(at, { ticks });
}
