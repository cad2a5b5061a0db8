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
  'snapshot.filtered': {
    means:
      'A file was changed that git keeps in another form (Git LFS, encryption), which only a filter can make.',
    todo: 'Leave it as it is, or claim needs-human and say what has to be in it.',
  },
  'snapshot.unreadable': {
    means: 'A file or folder cannot be read.',
    todo: 'Give it ordinary permissions, or remove it.',
  },
  'snapshot.secret': {
    means: 'What would be committed holds a secret.',
    todo: 'Take it out: let the program read it from its environment when it runs, and let tests make a key of their own or use one that can be seen to be made up (EXAMPLE). If the file has to hold it, claim needs-human: people allow it by its path in "judge.allow" of agentloop.config.json.',
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
  'tests.edited': {
    means: 'Existing tests, or files that they load, were changed and not only added to.',
    todo: 'Put them back as they were and put new tests beside them: new tests, suites and imports may be added to any file. If an old test must change for the feature, claim needs-human and say which and why: people allow it by its path in "judge.allow" of agentloop.config.json.',
  },
  'tests.removed': {
    means: 'Existing tests, or files that they load, were removed.',
    todo: 'Bring them back as they were. A file may be moved or renamed when its tests stay as they are. If a test has to go, claim needs-human and say which and why: people allow it by its path in "judge.allow" of agentloop.config.json.',
  },
  'tests.shadowed': {
    means: 'Existing tests, their helpers or configuration would load something else than they did.',
    todo: 'Give what is new another name or another place, so that what was found before is still found. If it has to be, claim needs-human and say why: people allow it by its path in "judge.allow" of agentloop.config.json.',
  },
  'rules.edited': {
    means: 'What decides how the project is checked was changed: configuration, scripts, CI or ignore rules.',
    todo: 'Put it back as it was: new scripts and dependencies may be added beside what is there. If the feature needs the change, claim needs-human and say which and why: people allow it by its path in "judge.allow" of agentloop.config.json.',
  },
  'rules.removed': {
    means: 'What decides how the project is checked or installed was removed.',
    todo: 'Bring it back as it was. If it has to go, claim needs-human and say why: people allow it by its path in "judge.allow" of agentloop.config.json.',
  },
  'rules.dependencies': {
    means: 'Dependencies were changed in another way than by adding packages of a registry by their version.',
    todo: 'Put back what was there, and add what is new by name and version range, with the lock file as the package manager writes it. If the feature needs more, claim needs-human and say what: people allow it by the path of the file in "judge.allow" of agentloop.config.json.',
  },
  'rules.ci-added': {
    means: 'New files run by themselves with the keys of people, on a server or when somebody commits.',
    todo: 'Take them out. If the feature is about them, claim needs-human and say so: people allow them by their path in "judge.allow" of agentloop.config.json.',
  },
} as const satisfies Rows;
