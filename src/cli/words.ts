/** "3 h 12 min", "12 min", "45 s", "2 d 3 h": a time in ms as people say it. Negative times are 0 s. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60)
    return minutes < 10 && seconds % 60 > 0 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 > 0 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  const days = Math.floor(hours / 24);
  return hours % 24 > 0 ? `${days} d ${hours % 24} h` : `${days} d`;
}

/** Local time HH:MM of an ISO instant or of ms since 1970. */
export function clock(instant: string | number): string {
  const at = new Date(instant);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Local time HH:MM:SS of an ISO instant. */
export function clockWithSeconds(instant: string): string {
  return `${clock(instant)}:${two(new Date(instant).getSeconds())}`;
}

/** Local date and time, YYYY-MM-DD HH:MM. */
export function dateAndClock(instant: string | number): string {
  const at = new Date(instant);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock(instant)}`;
}

/** HH:MM for an instant less than half a day away, which cannot be mistaken; others have their date. */
export function when(instant: string | number, now: number): string {
  const away = Math.abs(new Date(instant).getTime() - now);
  return away < 12 * 3_600_000 ? clock(instant) : dateAndClock(instant);
}

/** "$1.24"; less than a cent keeps four places, so that something never looks like nothing. */
export function dollars(usd: number): string {
  return `$${usd > 0 && usd < 0.01 ? usd.toFixed(4) : usd.toFixed(2)}`;
}

/** "1 feature", "2 features". */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** "3 of 6 features pass", "0 of 1 feature passes". */
export function passing(pass: number, all: number): string {
  return `${pass} of ${count(all, 'feature')} ${all === 1 ? 'passes' : 'pass'}`;
}

/** "12 KB", "3.4 MB": bytes in steps of 1000. */
export function bytes(number: number): string {
  if (number < 1000) return `${number} bytes`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  let value = number / 1000;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
