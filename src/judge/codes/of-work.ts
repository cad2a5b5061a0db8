import type { Rows } from './row.ts';

/** Refusals that lie in what was handed over: the files, the claim, the rules. */
export const workCodes = {
  'snapshot.link-out': {
    means: 'A symlink leads out of the repository.',
    todo: 'Remove it, or let it point to a relative path inside the repository.',
  },
  'snapshot.nested-repository': {
    means: 'There is a git repository inside the workspace.',
    todo: 'Remove its .git, or the folder.',
  },
  'snapshot.special-file': {
    means: 'There is a file that is neither a regular file nor a symlink nor a folder.',
    todo: 'Remove it: pipes, sockets and devices cannot be committed.',
  },
  'snapshot.hard-link': {
    means: 'A file has a second name (a hard link).',
    todo: 'Replace it with a copy.',
  },
  'snapshot.too-large': {
    means: 'A file is larger than a candidate may hold.',
    todo: 'Remove it, or add it to .gitignore if it is produced by a build.',
  },
  'snapshot.total-too-large': {
    means: 'The changes are larger than a candidate may be.',
    todo: 'Remove what does not belong to the feature, or add it to .gitignore if it is produced by a build.',
  },
  'snapshot.unreadable': {
    means: 'A file or folder cannot be read.',
    todo: 'Give it ordinary permissions, or remove it.',
  },
  'claim.no-work': {
    means: 'The feature does not pass yet, so there is work to do on it.',
    todo: 'Do it. If you cannot, claim stuck or needs-human and say why.',
  },
  'work.missing': {
    means: 'Nothing was changed.',
    todo: 'Do the work before claiming that it is done. If there is nothing to do, claim stuck or needs-human and say why.',
  },
  'rules.changed': {
    means: 'The rules of the judge were changed.',
    todo: 'Put them back as they were: only a person changes what is checked. If they are wrong, claim needs-human and say why.',
  },
} as const satisfies Rows;
