import { userGit } from '../../workspace/push.ts';
import type { Repository } from '../../workspace/repository.ts';
import type { HistoryCommit } from './rework.ts';

const fields = ['%H', '%ct', '%s', '%(trailers:only,unfold)', '%b'];
const patience = 60_000;

/**
 * Commits of all local branches and of HEAD that bear a trailer of ours or revert something. Empty where there is no commit
 * yet, or git cannot read them.
 */
export async function readHistory(repo: Repository): Promise<readonly HistoryCommit[]> {
  const { code, stdout } = await userGit(
    repo,
    [
      'log',
      '-z',
      '--no-show-signature',
      '--no-color',
      '--no-notes',
      '--encoding=UTF-8',
      '--extended-regexp',
      '--grep=^Agentloop-Features?: ',
      '--grep=^This reverts commit [0-9a-f]{7,}',
      `--format=${fields.join('%x00')}`,
      '--branches',
      'HEAD',
      '--',
    ],
    { timeoutMs: patience },
  );
  if (code !== 0) return [];
  const parts = stdout.toString('utf8').split('\0');
  const found: HistoryCommit[] = [];
  for (let at = 0; at + fields.length <= parts.length; at += fields.length) {
    const [commit = '', time = '', subject = '', trailers = '', body = ''] = parts.slice(
      at,
      at + fields.length,
    );
    found.push({ commit, at: Number(time) * 1000, subject, ...told(trailers, body) });
  }
  return found;
}

function told(trailers: string, body: string): Omit<HistoryCommit, 'commit' | 'at' | 'subject'> {
  const of = (name: string) => new RegExp(`^${name}: (.+)$`, 'm').exec(trailers)?.[1]?.trim();
  const [run, session, feature, features] = ['Run', 'Session', 'Feature', 'Features'].map((name) =>
    of(`Agentloop-${name}`),
  );
  return {
    ...(run === undefined ? {} : { run }),
    ...(session === undefined ? {} : { session }),
    features: feature === undefined ? (features?.match(/[A-Za-z][\w-]*/g) ?? []) : [feature],
    isSquash: feature === undefined && features !== undefined,
    reverts: [...body.matchAll(/^This reverts commit ([0-9a-f]{40,64})/gm)].map(([, commit]) => commit ?? ''),
  };
}
