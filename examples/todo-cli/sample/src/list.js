// A list of things to do, as plain data: every function gives a new list.

export function add(list, text) {
  const trimmed = text.trim();
  if (trimmed === '') throw new Error('A thing to do needs a name.');
  return [...list, { id: list.length + 1, text: trimmed, done: false }];
}

export function done(list, id) {
  if (!list.some((item) => item.id === id)) throw new Error(`There is no number ${id}.`);
  return list.map((item) => (item.id === id ? { ...item, done: true } : item));
}

export function lines(list) {
  return list.map((item) => `${item.done ? '[x]' : '[ ]'} ${item.id} ${item.text}`);
}
