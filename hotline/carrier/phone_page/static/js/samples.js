// What a first-time visitor picks from. The callers' numbers are placeholders that nobody owns.

export const CALLERS = [
  { id: "aunt", number: "+8613900000101" },
  { id: "worker", number: "+8613900000102" },
  { id: "herder", number: "+8613900000103" },
  { id: "shop", number: "+864730000104" },
  { id: "withheld", number: "anonymous" },
  { id: "own", number: null },
];

// The hotline hears Mandarin; the gloss is for visitors who read English.
export const SENTENCES = [
  { text: "我家暖气不热，我在滨河街道", gloss: "The heating is cold, I live in Binhe" },
  { text: "人工", gloss: "A person, please" },
  { text: "着火了", gloss: "There is a fire" },
  { text: "社保卡丢了怎么补", gloss: "I lost my social security card" },
  { text: "找人通下水道，我在乌达", gloss: "Unblock my drain, in Wuda" },
];

export const OTHER_LINES = ["119", "120", "110", "122", "12356"];
export const ANSWERS = ["answer", "busy", "no-answer", "reject", "failed"];
