import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { type Path } from '../scenarios/problem.ts';
import { ConfigError } from '../sim/config-error.ts';

/** What a YAML or JSON file says, and where in it. */
export interface YamlFile {
  readonly content: unknown;
  /** `my.yaml:16:11`: the value there, or what holds it if there is none. */
  readonly placeOf: (path: Path) => string;
}

/** @throws {ConfigError} With line and column, if it is no YAML. */
export function parseYamlFile(text: string, file: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw new ConfigError(at(problem.pos[0]), problem.message);
  return {
    content: contentOf(document, file),
    placeOf: (path) => at(offsetOf(document, path)),
  };
}

function contentOf(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // Aliases that stand for far too much, or for nothing.
    throw new ConfigError(file, error instanceof Error ? error.message : String(error));
  }
}

function offsetOf(document: Document.Parsed, path: Path): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const key of path) {
    node = childOf(node, key);
    const start = startOf(node);
    if (start === undefined) break;
    offset = start;
  }
  return offset;
}

function childOf(node: unknown, key: string | number): unknown {
  if (isSeq(node)) return node.items[Number(key)];
  if (!isMap(node)) return undefined;
  const pair = node.items.find(
    (item) => isScalar(item.key) && String(item.key.value) === String(key),
  );
  return isNode(pair?.value) && startOf(pair.value) !== undefined ? pair.value : pair?.key;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
