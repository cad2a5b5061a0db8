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
  // chalk prints whatever else it is given, such as the index that `map` hands over.
  const one = (style: (text: string) => string) => (text: string) => style(text);
  return {
    good: one(chalk.green),
    bad: one(chalk.red),
    warn: one(chalk.yellow),
    name: one(chalk.cyan),
    strong: one(chalk.bold),
    quiet: one(chalk.dim),
  };
}
