/** Empties a list. Setting its length to 0 leaves compiled code, which costs more for a few items. */
export function empty(list: unknown[]): void {
  shorten(list, 0);
}

/** Takes out what stands behind the first `length` items. The same as of `empty` is true of it. */
export function shorten(list: unknown[], length: number): void {
  while (list.length > length) list.pop();
}

/** Takes one item out of a list, if it is there. It is the first one mostly, and then that is cheap. */
export function removeFrom<T>(list: T[], item: T): void {
  removeAt(list, list.indexOf(item));
}

/** Takes the item at an index out of a list; a negative one means that there is none. */
export function removeAt(list: unknown[], index: number): void {
  if (index === 0) list.shift();
  else if (index > 0) list.splice(index, 1);
}
