/** Round numbers for an axis: from nothing to just above the greatest value. */
export function ticksTo(greatest: number, wanted = 4): number[] {
  if (!(greatest > 0)) return [0, 1];
  const rough = greatest / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((one) => one * power >= rough) ?? 10) * power;
  const count = Math.ceil(greatest / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, n) => n * step);
}

/** A line for an axis that does not begin at nothing: rates between 90 % and 100 % would be flat. */
export function ticksBetween(least: number, greatest: number, wanted = 4): number[] {
  if (greatest - least < 1e-9) return ticksTo(greatest, wanted);
  const rough = (greatest - least) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((one) => one * power >= rough) ?? 10) * power;
  const first = Math.floor(least / step + 1e-9) * step;
  const count = Math.ceil((greatest - first) / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, n) => first + n * step);
}
