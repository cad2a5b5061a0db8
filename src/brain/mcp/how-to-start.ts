import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../project/templates.ts';

/** How a program inside the fence starts our MCP server. */
export interface ServerStart {
  readonly command: string;
  readonly args: readonly string[];
  /** Host paths that must be given back read-only where they are hidden, for `Brain.needs.readOnly`. */
  readonly readOnly: readonly string[];
}

/** What of our package the server needs; the rest may be somebody's repository with its history: ours, for example. */
const parts = ['package.json', 'bin', 'dist'];

/**
 * With the Node that runs us, whatever PATH says inside: our program may lie below HOME, in /tmp, or be the very repository
 * that is worked on. Wherever it lies, it is called by the same path as here.
 */
export function mcpServer(root: string = packageRoot(), node: string = process.execPath): ServerStart {
  const [top, command] = [realpathSync(root), realpathSync(node)];
  return {
    command,
    args: [join(top, 'bin', 'agentloop.cjs'), 'mcp'],
    readOnly: [...parts.map((part) => join(top, part)).filter((path) => existsSync(path)), command],
  };
}
