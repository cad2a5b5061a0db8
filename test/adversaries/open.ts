/** Scenes that end as they must not, and what the judge would have to see. The table of docs/judge.md shows them. */
export const open: Readonly<Record<string, string>> = {};
