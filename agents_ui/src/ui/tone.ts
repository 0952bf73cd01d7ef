/** How a mark feels. Always beside a word or an icon, never alone. */
export type Tone = "neutral" | "accent" | "success" | "warning" | "danger";
