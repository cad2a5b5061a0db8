import { expect, test } from 'vitest';
import { moveRemote, pushUrl, remoteRefs } from '../../src/workspace/push-request.ts';
import { openRepository } from '../../src/workspace/repository.ts';
import { tempRepo } from '../helpers/repo.ts';

test('a branch that moved between the look and the push is not overwritten, and nothing else goes either', async () => {
  await using there = await tempRepo();
  await using here = await tempRepo({ 'a.txt': 'a\n' });
  await here.git('remote', 'add', 'origin', there.dir);
  const repo = await openRepository(here.dir);
  expect(await pushUrl(repo, 'origin')).toBe(there.dir);
  expect(await pushUrl(repo, 'elsewhere')).toBeUndefined();
  const target = { remote: 'origin', url: there.dir };
  const [one, two] = ['refs/heads/agentloop/x', 'refs/agentloop/evidence/x'];
  const first = await here.git('rev-parse', 'HEAD');
  expect(await moveRemote(repo, target, [{ ref: one, commit: first, from: undefined }])).toBeUndefined();
  const second = await here.commit('two', { 'a.txt': 'b\n' });
  await here.git('push', '-q', 'origin', `${second}:${one}`);

  const third = await here.commit('three', { 'a.txt': 'c\n' });
  const moves = [
    { ref: one, commit: third, from: first },
    { ref: two, commit: third, from: undefined },
  ];
  expect(await moveRemote(repo, target, moves)).toMatch(/stale info/);
  expect(await remoteRefs(repo, target, [one, two])).toEqual(new Map([[one, second]]));
  expect(await moveRemote(repo, target, [{ ref: one, commit: first, from: second }])).toBeUndefined();
  expect(await remoteRefs(repo, { ...target, remote: '/nowhere' }, [one])).toMatch(/nowhere/);
});

test('hooks of the user do not run', async () => {
  await using there = await tempRepo();
  await using here = await tempRepo({ 'a.txt': 'a\n' });
  await here.git('remote', 'add', 'origin', there.dir);
  await here.write({ '.git/hooks/pre-push': { script: '#!/bin/sh\nexit 1\n' } });
  const repo = await openRepository(here.dir);
  const commit = await here.git('rev-parse', 'HEAD');
  const move = { ref: 'refs/heads/x', commit, from: undefined };
  expect(await moveRemote(repo, { remote: 'origin', url: there.dir }, [move])).toBeUndefined();
});
