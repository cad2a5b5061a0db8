import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import { BugError, codeOf } from '../errors.ts';
import type { ObjectFormat } from './bare-repository.ts';
import type { Git } from './git.ts';

export type ObjectType = 'blob' | 'tree' | 'commit';

export interface GitObject {
  readonly type: ObjectType;
  readonly body: Buffer;
}

/** Bodies up to this size are remembered, in bytes; and as many of them as fit into the second figure. */
const rememberUpTo = 64 * 1024;
const rememberInAll = 4 * 1024 * 1024;

/**
 * The objects of the vault, made and read without a process for each: git's loose object files, which are a header,
 * the body, and deflate. A session makes some ten objects, and a git process for each would take longer than all of them.
 * What is written is synced, appears whole, and is named by its hash; what is read is checked against its name.
 */
export class Objects {
  readonly format: ObjectFormat;
  readonly #vault: Git;
  readonly #home: string;
  readonly #borrowed: string;
  readonly #remembered = new Map<string, GitObject>();
  #rememberedBytes = 0;
  #made = 0;

  constructor(vault: Git, shelf: Git, format: ObjectFormat) {
    this.format = format;
    this.#vault = vault;
    this.#home = join(vault.dir, 'objects');
    this.#borrowed = join(shelf.dir, 'objects');
  }

  /** The name of an object, whether it exists or not. */
  nameOf(type: ObjectType, body: Buffer): string {
    return createHash(this.format).update(`${type} ${body.length}\0`).update(body).digest('hex');
  }

  /** Writes an object into the vault and gives its name. */
  put(type: ObjectType, body: Buffer): string {
    const oid = this.nameOf(type, body);
    this.#remember(oid, { type, body });
    const file = join(this.#home, loosePath(oid));
    if (!existsSync(file)) {
      const data = deflateSync(Buffer.concat([Buffer.from(`${type} ${body.length}\0`), body]), { level: 1 });
      this.#appear(file, (half) => {
        const fd = openSync(half, 'wx', 0o444);
        try {
          for (let at = 0; at < data.length; ) at += writeSync(fd, data, at);
          fsyncSync(fd);
        } finally {
          closeSync(fd);
        }
      });
    }
    return oid;
  }

  /** An object of the vault. BugError when it is not there or is not what its name says. */
  async get(oid: string): Promise<GitObject> {
    const found = (await this.getAll([oid])).get(oid);
    if (!found) throw new BugError(`object ${oid} is missing in ${this.#vault.dir}`);
    return found;
  }

  /** Those of these objects that exist, by name; one process at most. */
  async getAll(oids: readonly string[]): Promise<ReadonlyMap<string, GitObject>> {
    const found = new Map<string, GitObject>();
    const packed: string[] = [];
    for (const oid of new Set(oids)) {
      const one = this.#remembered.get(oid) ?? this.#loose(oid);
      if (one) found.set(oid, one);
      else packed.push(oid);
    }
    if (packed.length === 0) return found;
    const out = await this.#vault.run(['cat-file', '--batch'], { input: `${packed.join('\n')}\n` });
    for (let at = 0; at < out.length; ) {
      const end = out.indexOf('\n', at);
      const [oid, type, size] = out.slice(at, end).split(' ') as [string, string, string];
      at = end + 1;
      if (type === 'missing') continue;
      const object = {
        type: type as ObjectType,
        body: Buffer.from(out.slice(at, at + Number(size)), 'latin1'),
      };
      at += Number(size) + 1;
      this.#remember(oid, object);
      found.set(oid, object);
    }
    return found;
  }

  /** Whether the vault, or the shelf it borrows from, has all of these objects. */
  async has(oids: readonly string[]): Promise<boolean> {
    const unseen = oids.filter((oid) => !this.isLoose(oid));
    if (unseen.length === 0) return true;
    const out = await this.#vault.run(['cat-file', '--batch-check'], { input: `${unseen.join('\n')}\n` });
    return !/ missing$/m.test(out);
  }

  /** Whether the vault's own folder holds it as a file. */
  isLoose(oid: string): boolean {
    return existsSync(join(this.#home, loosePath(oid)));
  }

  /**
   * Copies objects into another object folder, never as links: who may write there must not reach the vault's files.
   * Gives the names of those the vault does not hold as files.
   */
  copyTo(folder: string, oids: Iterable<string>, options: { readonly durable: boolean }): string[] {
    const elsewhere: string[] = [];
    for (const oid of oids) {
      const target = join(folder, loosePath(oid));
      if (existsSync(target)) continue;
      if (!this.isLoose(oid)) {
        elsewhere.push(oid);
        continue;
      }
      this.#appear(target, (half) => {
        copyFileSync(join(this.#home, loosePath(oid)), half);
        if (options.durable) syncFile(half);
      });
    }
    return elsewhere;
  }

  #loose(oid: string): GitObject | undefined {
    const name = loosePath(oid);
    for (const folder of [this.#home, this.#borrowed]) {
      let data: Buffer;
      try {
        data = readFileSync(join(folder, name));
      } catch (error) {
        if (codeOf(error) === 'ENOENT') continue;
        throw error;
      }
      const whole = inflateSync(data);
      const end = whole.indexOf(0);
      const type = whole.toString('latin1', 0, whole.indexOf(' ')) as ObjectType;
      const object = { type, body: whole.subarray(end + 1) };
      if (this.nameOf(type, object.body) !== oid)
        throw new BugError(`${join(folder, name)} does not hold what its name says`);
      this.#remember(oid, object);
      return object;
    }
    return undefined;
  }

  #remember(oid: string, object: GitObject): void {
    if (object.body.length > rememberUpTo || this.#remembered.has(oid)) return;
    this.#remembered.set(oid, object);
    this.#rememberedBytes += object.body.length;
    for (const [old, { body }] of this.#remembered) {
      if (this.#rememberedBytes <= rememberInAll) break;
      this.#remembered.delete(old);
      this.#rememberedBytes -= body.length;
    }
  }

  #appear(file: string, write: (half: string) => void): void {
    mkdirSync(dirname(file), { recursive: true });
    this.#made += 1;
    const half = join(dirname(file), `tmp_obj_${process.pid}_${this.#made}`);
    write(half);
    renameSync(half, file);
  }
}

function syncFile(file: string): void {
  const fd = openSync(file, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function loosePath(oid: string): string {
  return `${oid.slice(0, 2)}/${oid.slice(2)}`;
}
