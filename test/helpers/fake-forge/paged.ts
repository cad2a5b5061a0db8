import type { Described } from './described.ts';

/** Entries on a page where none is asked for, and at most. */
const sizes = {
  github: { name: 'per_page', usual: 30, most: 100 },
  gitlab: { name: 'per_page', usual: 20, most: 100 },
  forgejo: { name: 'limit', usual: 30, most: 50 },
} as const;

/** The page of a list that was asked for, with the header by which clients find the next one. What is not paged stays whole. */
export function paged(
  kind: keyof typeof sizes,
  { operations }: Described,
  operation: string,
  url: URL,
  body: unknown,
): { readonly body: unknown; readonly headers: Record<string, string> } {
  const isPaged = operations[operation]?.parameters.some(({ name }) => name === 'page') ?? false;
  if (!Array.isArray(body) || !isPaged) return { body, headers: {} };
  const { name, usual, most } = sizes[kind];
  const size = Math.min(Number(url.searchParams.get(name) ?? usual) || usual, most);
  const page = Number(url.searchParams.get('page') ?? 1);
  if (page * size >= body.length) return { body: body.slice((page - 1) * size), headers: {} };
  const next = new URL(url);
  next.searchParams.set('page', String(page + 1));
  return {
    body: body.slice((page - 1) * size, page * size),
    headers: { link: `<${next.href}>; rel="next"`, 'x-next-page': String(page + 1) },
  };
}
