import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const { AGENTLOOP_BRIEF, AGENTLOOP_OUTCOME } = process.env;
const blocks = [...readFileSync(AGENTLOOP_BRIEF, 'utf8').matchAll(/^( *)```\w* (\S+)\n(.*?)^ *```$/gms)];
for (const [, indent, file, text] of blocks) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
}
const claim = blocks.length > 0 ? 'done' : 'stuck';
writeFileSync(AGENTLOOP_OUTCOME, JSON.stringify({ claim, did: `wrote ${blocks.length} files` }));
