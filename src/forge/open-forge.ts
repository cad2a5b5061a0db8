import type { Forge } from './forge.ts';
import { type Patience, patientFetch } from './patient-fetch.ts';
import type { Place } from './place.ts';

/** The forge of a place; its client is loaded with it. */
export async function openForge(place: Place, token: string, patience: Patience): Promise<Forge> {
  const patient = patientFetch(patience);
  switch (place.kind) {
    case 'github':
      return (await import('./github.ts')).github(place, token, patient);
    case 'gitlab':
      return (await import('./gitlab.ts')).gitlab(place, token, patient);
    case 'forgejo':
      return (await import('./forgejo.ts')).forgejo(place, token, patient);
  }
}
