import type { Feature } from '../../src/project/feature.ts';
import { feature } from './feature.ts';

/** What the brain does on a feature, session by session, as a script takes it. */
export interface Story {
  readonly feature: Feature;
  readonly sessions: readonly Session[];
  /** How it is to end. */
  readonly end: 'landed' | 'blocked' | 'waiting' | 'held up';
}
interface Session {
  readonly steps: readonly object[];
  readonly afterRefusal?: readonly (readonly object[])[];
}

const minute = 60_000;
export const ids = Array.from({ length: 100 }, (_, n) => `F${String(n + 1).padStart(3, '0')}`);

/** What a session on it costs, in cents: sums of such dollars are not exact in binary. */
export function centsOf(id: string): number {
  return 11 + ((Number(id.slice(1)) * 7) % 23);
}

/** A night's worth of features. Most land at once; the others meet what nights hold. */
export const stories: readonly Story[] = ids.map((id) => {
  const pays = {
    usage: { usd: centsOf(id) / 100, inputTokens: 900, outputTokens: 300, model: 'scripted-1' },
  };
  const works = [pays, { wait: { ms: 235_000 } }];
  const writes = (text: string) => ({ write: { path: `out/${id}`, content: `${text}\n` } });
  const lands: Session = {
    steps: [...works, writes('done'), { claim: { claim: 'done', did: `Wrote out/${id}.` } }],
  };
  const away = (reason: string, more: object = {}): Session => ({
    steps: [{ fail: { kind: 'unavailable', reason, ...more } }],
  });
  const ends = (end: Story['end'], ...sessions: readonly Session[]): Story => ({
    feature: feature(id, {
      proof: 'command',
      verify: `grep -qx done out/${id}`,
      ...(id === 'F095' ? { dependsOn: ['F080'] } : {}),
    }),
    sessions,
    end,
  });
  const says = (claim: object): Session => ({ steps: [...works, { claim }] });
  const dies: Session = { steps: [...works, writes('half'), { crash: true }] };
  const diesAtOnce: Session = { steps: [pays, { crash: true }] };
  const half = [...works, writes('half')];
  switch (id) {
    case 'F005':
    case 'F026':
    case 'F057':
      return ends('landed', away('429: too many requests', { retryAfterMs: 90_000 }), lands);
    case 'F010':
    case 'F053':
      return ends('landed', { steps: [pays, { wait: { ms: 300 * minute } }] }, lands);
    case 'F015':
      return ends('landed', away('529: overloaded'), away('529: overloaded'), away('529: overloaded'), lands);
    case 'F018':
      return ends('landed', dies, lands);
    case 'F022':
      return ends('landed', { steps: half, afterRefusal: [lands.steps] });
    case 'F028':
      return ends('landed', { steps: half }, lands);
    case 'F035':
      return ends('landed', away('usage window closed', { retryAfterMs: 60 * minute }), lands);
    case 'F045':
      return ends('landed', says({ claim: 'needs-human', question: 'Tabs or spaces?' }), lands);
    case 'F052':
      return ends(
        'landed',
        { steps: [...half, { claim: { claim: 'partial', next: 'The other half.' } }] },
        lands,
      );
    case 'F060':
      return ends('blocked', diesAtOnce, diesAtOnce);
    case 'F070':
      return ends('blocked', { steps: half }, { steps: half }, { steps: half });
    case 'F075':
    case 'F076':
      return ends('waiting', says({ claim: 'needs-human', question: `Which colour is ${id} to have?` }));
    case 'F080':
      return ends(
        'blocked',
        ...Array.from({ length: 3 }, () => says({ claim: 'stuck', did: 'Found no way.' })),
      );
    case 'F085': {
      const declines: Session = {
        steps: [pays, { fail: { kind: 'declined', reason: 'I would rather not.' } }],
      };
      return ends('blocked', declines, declines);
    }
    case 'F095':
      return ends('held up', lands);
    default:
      return ends('landed', lands);
  }
});
