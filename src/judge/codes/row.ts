/** One code in words. */
export interface Row {
  /** What it means, a sentence. */
  readonly means: string;
  /** What the brain (or, where the judge is broken, the person) can do about it. */
  readonly todo: string;
}

export type Rows = Readonly<Record<string, Row>>;
