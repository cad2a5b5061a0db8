// A list of things to do, as plain data: every function gives a new list.

export function add(list, text, urgent = false) {
  const trimmed = text.trim();
  if (trimmed === '') throw new Error('A thing to do needs a name.');
  return [...list, { id: list.length + 1, text: trimmed, done: false, ...(urgent ? { urgent } : {}) }];
}

export function done(list, id) {
  if (!list.some((item) => item.id === id)) throw new Error(`There is no number ${id}.`);
  return list.map((item) => (item.id === id ? { ...item, done: true } : item));
}

export function open(list) {
  return list.filter((item) => !item.done);
}

export function lines(list) {
  const sorted = [...list].sort((a, b) => Number(b.urgent ?? false) - Number(a.urgent ?? false));
  return sorted.map(
    (item) => `${item.done ? '[x]' : '[ ]'} ${item.id} ${item.urgent ? '! ' : ''}${item.text}`,
  );
}
