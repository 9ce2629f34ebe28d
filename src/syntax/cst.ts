/** How the builders of the tree read chevrotain's concrete syntax tree. */
import type { CstElement, CstNode, IToken } from 'chevrotain';
import type { Span } from './span.js';

const isToken = (element: CstElement): element is IToken => 'image' in element;
const isNode = (element: CstElement): element is CstNode => 'children' in element;

const none: readonly CstElement[] = [];
const elements = (node: CstNode, key: string): readonly CstElement[] => node.children[key] ?? none;

/** All tokens with this name or label. */
export const tokens = (node: CstNode, key: string): readonly IToken[] => elements(node, key).filter(isToken);
/** The first token with this name or label. */
export const token = (node: CstNode, key: string): IToken | null => tokens(node, key)[0] ?? null;
/** All children made by this rule or with this label. */
export const nodes = (node: CstNode, key: string): readonly CstNode[] => elements(node, key).filter(isNode);
/** The first child made by this rule or with this label. */
export const child = (node: CstNode, key: string): CstNode | null => nodes(node, key)[0] ?? null;

/** The child of a rule that has one child: the alternative that was taken. */
export function onlyChild(node: CstNode): CstNode | null {
  for (const key of Object.keys(node.children)) {
    const found = child(node, key);
    if (found !== null) return found;
  }
  return null;
}

/** Where the text of a rule stands. Rules that matched nothing stand nowhere: offset 0. */
export function locate(node: CstNode): Span {
  const { startOffset, endOffset } = node.location ?? { startOffset: Number.NaN };
  if (Number.isNaN(startOffset) || endOffset === undefined || Number.isNaN(endOffset)) return { start: 0, end: 0 };
  return { start: startOffset, end: endOffset + 1 };
}
