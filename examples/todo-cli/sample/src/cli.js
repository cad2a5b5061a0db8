#!/usr/bin/env node
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { add, done, lines } from './list.js';

const file = 'todo.json';
const list = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
const [command, ...rest] = process.argv.slice(2);

function save(next) {
  writeFileSync(file, `${JSON.stringify(next, null, 2)}\n`);
}

try {
  if (command === 'add') save(add(list, rest.join(' ')));
  else if (command === 'done') save(done(list, Number(rest[0])));
  else if (command === 'list') for (const line of lines(list)) console.log(line);
  else throw new Error('Use add, done or list.');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
