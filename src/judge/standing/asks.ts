import type { BytePath } from '../../workspace/trees.ts';
import type { RefusalCode } from '../codes.ts';
import { ciFiles, fileName } from '../protected.ts';
import type { Standing } from './standing.ts';

/** Something that a person has to allow. */
export interface Asked {
  readonly code: RefusalCode;
  readonly path: BytePath;
  /** Where it shows, or what it is; may be empty. */
  readonly why: string;
}

/** What one changed file asks for by itself; manifests, lock files and ignore rules are looked at elsewhere. */
export function askedOf({ change, kind, is, why, allowed }: Standing): readonly Asked[] {
  if (allowed) return [];
  const { path } = change;
  const ask = (code: Asked['code']): readonly Asked[] => [{ code, path, why }];
  const [isTest, isRule] = [kind === 'test' || kind === 'helper', kind === 'config'];
  const isNeed = kind === 'manifest' || kind === 'lock';
  if (is === 'removed') return isTest ? ask('tests.removed') : isRule || isNeed ? ask('rules.removed') : [];
  if (is === 'edited') {
    const becomesLink = isNeed && change.new?.mode === '120000';
    return isTest ? ask('tests.edited') : isRule || becomesLink ? ask('rules.edited') : [];
  }
  return is === 'new' && isRule && ciFiles.test(fileName(path)) ? ask('rules.ci-added') : [];
}
