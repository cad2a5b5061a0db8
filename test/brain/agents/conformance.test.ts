import { afterAll, test } from 'vitest';
import { conformance } from '../conformance.ts';
import { realRoom } from '../real-room.ts';
import { standIns } from './stand-ins.ts';

const rooms = { bubblewrap: await realRoom('bubblewrap'), none: await realRoom('none') };
afterAll(async () => {
  for (const room of Object.values(rooms)) await room?.close();
});

const [first, ...others] = standIns;
for (const [mode, room] of Object.entries(rooms)) {
  if (room === undefined)
    test.skip(`agent CLIs behind ${mode}: this machine has no such fence`, () => undefined);
  else if (first !== undefined) conformance(first, room);
}
// One driver for all of them: what a fence changes, the first has shown.
const room = rooms.bubblewrap ?? rooms.none;
for (const subject of others) if (room !== undefined) conformance(subject, room);
