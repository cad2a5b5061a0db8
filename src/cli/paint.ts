/** Colours by what they mean; without colours every call gives its text back. */
export interface Paint {
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  name(text: string): string;
  strong(text: string): string;
  quiet(text: string): string;
}

const same = (text: string): string => text;
/** No colours. */
export const plainPaint: Paint = { good: same, bad: same, warn: same, name: same, strong: same, quiet: same };

/** Colours for a terminal, or none. chalk is loaded only when it is used. */
export async function makePaint(colour: boolean): Promise<Paint> {
  if (!colour) return plainPaint;
  const { Chalk } = await import('chalk');
  // Sixteen colours: they follow the theme of the terminal and are readable in all of them.
  const chalk = new Chalk({ level: 1 });
  return {
    good: chalk.green,
    bad: chalk.red,
    warn: chalk.yellow,
    name: chalk.cyan,
    strong: chalk.bold,
    quiet: chalk.dim,
  };
}
