import type { IconName } from "./icons";

export interface Command {
  id: string;
  label: string;
  /** What sort of thing it is; searched too. */
  group: string;
  icon?: IconName;
  keys?: string;
  /** Other words that people may type for it. */
  also?: string;
  run: () => void;
}

/** Those that have every word typed: where the label begins with it first, then as they came. */
export function bestOf(commands: readonly Command[], typed: string): Command[] {
  const words = typed.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const whole = typed.trim().toLowerCase();
  const fits = ({ label, group, also = "" }: Command) =>
    words.every((word) => `${label} ${group} ${also}`.toLowerCase().includes(word));
  const rank = ({ label }: Command) => {
    const at = label.toLowerCase().indexOf(whole);
    return at < 0 ? 2 : Math.min(at, 1);
  };
  return commands.filter(fits).sort((a, b) => rank(a) - rank(b));
}
