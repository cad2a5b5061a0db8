import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BugError } from '../errors.ts';
import type { ObjectFormat } from './bare-repository.ts';
import type { Git } from './git.ts';
import {
  type GitObject,
  halfOf,
  isWhole,
  loosePath,
  type ObjectType,
  readLoose,
  syncFile,
  writeLoose,
} from './loose.ts';

/** Bodies up to this size are remembered, in bytes; as many of them as fit into the second figure, or the third. */
const rememberUpTo = 64 * 1024;
const rememberInAll = 2 * 1024 * 1024;
const rememberMost = 1000;
/** Files of which it is known that they are synced: those of the last sessions are asked for again, others once more. */
const safeMost = 1000;

/**
 * The objects of the vault, made and read without a process for each: git's loose object files, which are a header,
 * the body, and deflate. A session makes some ten objects, and a git process for each would take longer than all of them.
 * What is written appears whole and is named by its hash; what is read is checked against its name.
 * A power cut may still take what was put: `makeDurable` comes before anything that lasts speaks of it.
 */
export class Objects {
  readonly format: ObjectFormat;
  readonly #vault: Git;
  /** Its object folder. */
  readonly home: string;
  readonly #borrowed: string;
  /** Files that were written and not yet synced. */
  readonly #fresh = new Set<string>();
  /** Files that this process has synced. */
  readonly #safe = new Set<string>();
  readonly #remembered = new Map<string, GitObject>();
  #rememberedBytes = 0;

  constructor(vault: Git, shelf: Git, format: ObjectFormat) {
    this.format = format;
    this.#vault = vault;
    this.home = join(vault.dir, 'objects');
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
    const file = join(this.home, loosePath(oid));
    // One that is there may be what a power cut left of it: looked into, and written anew when it is broken.
    if (!isWhole(file)) writeLoose(file, { type, body });
    // One that is there may come from a process that was killed before it could sync it.
    else if (this.#safe.has(file)) return oid;
    this.#fresh.add(file);
    return oid;
  }

  /** Takes a file that holds this object, deflated, and stands in the object folder under another name. */
  adopt(half: string, oid: string): void {
    const file = join(this.home, loosePath(oid));
    mkdirSync(dirname(file), { recursive: true });
    renameSync(half, file);
    this.#fresh.add(file);
  }

  /** Git wrote these as loose files, unsynced. */
  wrote(oids: readonly string[]): void {
    for (const oid of oids) this.#fresh.add(join(this.home, loosePath(oid)));
  }

  /** Waits until everything that was put is on the disk. All at once: a file system commits many syncs as one. */
  async makeDurable(): Promise<void> {
    const files = [...this.#fresh].filter((file) => existsSync(file));
    await Promise.all(files.map(syncFile));
    for (const file of files) this.#safe.add(file);
    for (const file of this.#safe) {
      if (this.#safe.size <= safeMost) break;
      this.#safe.delete(file);
    }
    this.#fresh.clear();
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
    return existsSync(join(this.home, loosePath(oid)));
  }

  /**
   * Copies objects into another object folder, never as links: who may write there must not reach the vault's files.
   * They appear whole, and with `durable` when they are on the disk. Gives the names of those that are no loose files.
   */
  async copyTo(
    folder: string,
    oids: Iterable<string>,
    options: { readonly durable: boolean },
  ): Promise<string[]> {
    const elsewhere: string[] = [];
    const halves: [half: string, target: string][] = [];
    for (const oid of oids) {
      const target = join(folder, loosePath(oid));
      if (existsSync(target)) continue;
      if (!this.isLoose(oid)) {
        elsewhere.push(oid);
        continue;
      }
      const half = halfOf(target);
      copyFileSync(join(this.home, loosePath(oid)), half);
      halves.push([half, target]);
    }
    if (options.durable) await Promise.all(halves.map(([half]) => syncFile(half)));
    for (const [half, target] of halves) renameSync(half, target);
    return elsewhere;
  }

  #loose(oid: string): GitObject | undefined {
    for (const folder of [this.home, this.#borrowed]) {
      const file = join(folder, loosePath(oid));
      const object = readLoose(file);
      if (!object) continue;
      if (this.nameOf(object.type, object.body) !== oid)
        throw new BugError(`${file} does not hold what its name says`);
      this.#remember(oid, object);
      return object;
    }
    return undefined;
  }

  #remember(oid: string, object: GitObject): void {
    if (object.body.length > rememberUpTo || this.#remembered.has(oid)) return;
    // A small Buffer is a piece of a larger one, all of which it would keep.
    const body = Buffer.alloc(object.body.length);
    object.body.copy(body);
    this.#remembered.set(oid, { type: object.type, body });
    this.#rememberedBytes += body.length;
    for (const [old, { body }] of this.#remembered) {
      if (this.#rememberedBytes <= rememberInAll && this.#remembered.size <= rememberMost) break;
      this.#remembered.delete(old);
      this.#rememberedBytes -= body.length;
    }
  }
}
