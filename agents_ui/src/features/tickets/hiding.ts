/** A piece of the original words, in order; what is hidden is a piece of its own. */
export interface Piece {
  from: number;
  to: number;
  text: string;
  isHidden: boolean;
}

type Span = readonly [number, number];

const WORDS = /[\u3400-\u9fff]|[A-Za-z0-9]+|\s+|[^\s]/gu;

/** Words to click on: Chinese by the character, else by the word, each hidden or not. */
export function piecesOf(text: string, hidden: readonly Span[]): Piece[] {
  const found = [...text.matchAll(WORDS)].map((match) => ({
    from: match.index,
    to: match.index + match[0].length,
    text: match[0],
  }));
  return found.map((piece) => ({ ...piece, isHidden: isWithin(piece, hidden) }));
}

/** The spans with a piece hidden that was shown, or shown that was hidden. */
export function toggled(pieces: readonly Piece[], at: number): Span[] {
  const changed = pieces.map((one, index) => (index === at ? !one.isHidden : one.isHidden));
  const spans: [number, number][] = [];
  pieces.forEach((piece, index) => {
    if (!changed[index]) return;
    const last = spans.at(-1);
    if (last && last[1] === piece.from) last[1] = piece.to;
    else spans.push([piece.from, piece.to]);
  });
  return spans;
}

function isWithin({ from, to }: { from: number; to: number }, spans: readonly Span[]): boolean {
  return spans.some(([start, end]) => from < end && to > start);
}
