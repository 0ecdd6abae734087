// Seconds as people read them: minutes:seconds, always rounded down, as on every page.

/** Return "4:07" for 247.9; minutes run on past 99. */
export function clockText(seconds) {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Return seconds with at most three decimals, as the interface wants them. */
export function toMillis(seconds) {
  return Math.round(seconds * 1000) / 1000;
}
