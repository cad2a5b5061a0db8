import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { approve } from '../../src/cli/approve.ts';
import { fakeIo } from '../helpers/fake-io.ts';

const what = ['push abc to agentloop/night on origin'];

/** A person at a terminal who types this. */
function at(typed: string) {
  const io = fakeIo({ tty: true });
  return { ...io, stdin: Object.assign(Readable.from([typed]), { isTTY: true }) };
}

test('a person is shown what leaves the machine, and only a yes lets it', async () => {
  const io = at('y\n');
  await approve(io, false, what);
  expect(io.err()).toMatch(
    /This leaves your machine:\n {2}push abc to agentloop\/night on origin\nGo on\? \[y\/N\]/,
  );
  for (const typed of ['n\n', '\n', 'yesterday\n', ''])
    await expect(approve(at(typed), false, what)).rejects.toThrow('Nothing has left your machine.');
});

test('the flag and CI have said so; a pipe cannot', async () => {
  await approve(fakeIo(), true, what);
  await approve(fakeIo({ env: { CI: 'true' } }), false, what);
  await expect(approve(fakeIo({ stdin: 'y\n' }), false, what)).rejects.toThrow(
    /nobody can be asked:\n {2}push abc/,
  );
});
