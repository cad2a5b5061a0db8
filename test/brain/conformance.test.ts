import { afterAll, test } from 'vitest';
import { conformance } from './conformance.ts';
import { realRoom } from './real-room.ts';
import { command, scripted } from './subjects.ts';

const rooms = { bubblewrap: await realRoom('bubblewrap'), none: await realRoom('none') };
afterAll(async () => {
  for (const room of Object.values(rooms)) await room?.close();
});

for (const subject of [scripted, command]) {
  for (const [mode, room] of Object.entries(rooms)) {
    if (room !== undefined) conformance(subject, room);
    else test.skip(`${subject.name} behind ${mode}: this machine has no such fence`, () => undefined);
  }
}
