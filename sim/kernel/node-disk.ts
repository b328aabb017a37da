import {
  type CellKind,
  type Disk,
  DiskCell,
  DiskFile,
  type DiskState,
  type FileKind,
} from './disk.ts';
import { type Random } from './random.ts';
import { type Duration } from './time.ts';

interface AnyFile {
  readonly losePower: (random: Random) => number;
}

/** What has rotted: an entry of a file, as it now is. */
export interface Rot<E> {
  readonly file: string;
  readonly entry: E;
}

/** The disk of one simulated node. */
export class NodeDisk implements Disk {
  state: DiskState = 'ok';
  latency: Duration = 0;
  readonly #files = new Map<string, Map<string, AnyFile>>();
  readonly #cells = new Map<string, Map<string, DiskCell<never>>>();

  file<E>(kind: FileKind<E>, name: string): DiskFile<E> {
    const files = named(this.#files, kind.name);
    const known = files.get(name);
    // One kind object per name space is what makes this true; TypeScript cannot see it.
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions, @typescript-eslint/no-unsafe-class-instance-assignment
    if (known !== undefined) return known as DiskFile<E>;
    const file = new DiskFile<E>(kind);
    files.set(name, file);
    return file;
  }

  cell<E>(kind: CellKind<E>, name: string): DiskCell<E> {
    const cells = named(this.#cells, kind.name);
    const known = cells.get(name) ?? new DiskCell<never>();
    cells.set(name, known);
    // As above.
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
    return known as DiskCell<unknown> as DiskCell<E>;
  }

  fileNames<E>(kind: FileKind<E>): readonly string[] {
    return [...named(this.#files, kind.name).keys()];
  }

  deleteFile<E>(kind: FileKind<E>, name: string): void {
    named(this.#files, kind.name).delete(name);
  }

  deleteCell<E>(kind: CellKind<E>, name: string): void {
    named(this.#cells, kind.name).delete(name);
  }

  /** The power is gone: what was not flushed may be lost. Returns how many entries were. */
  losePower(random: Random): number {
    let lost = 0;
    for (const files of this.#files.values()) {
      for (const file of files.values()) lost += file.losePower(random);
    }
    for (const cells of this.#cells.values()) {
      for (const cell of cells.values()) cell.losePower(random);
    }
    return lost;
  }

  /** A bit flips in a drawn entry of a drawn file of the kind; `undefined` if there is none. */
  rot<E>(kind: FileKind<E>, random: Random): Rot<E> | undefined {
    const names = this.fileNames(kind);
    if (names.length === 0) return undefined;
    const file = random.pick(names);
    const entry = this.file(kind, file).rot(random);
    return entry === undefined ? undefined : { file, entry };
  }

  /** A new, empty disk is put in. */
  wipe(): void {
    this.#files.clear();
    this.#cells.clear();
  }
}

function named<V>(kinds: Map<string, Map<string, V>>, kind: string): Map<string, V> {
  const known = kinds.get(kind);
  if (known !== undefined) return known;
  const made = new Map<string, V>();
  kinds.set(kind, made);
  return made;
}
