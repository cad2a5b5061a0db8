// Runs the demo and puts what it printed into README.md, where a newcomer sees it: `npm run capture`.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = join(dirname(fileURLToPath(import.meta.url)), '..');
const { status, stderr, stdout } = spawnSync(process.execPath, [join(top, 'bin', 'agentloop.cjs'), 'demo'], {
  encoding: 'utf8',
  env: { ...process.env, COLUMNS: '100', TZ: 'UTC' },
});
if (status !== 0) throw new Error(`the demo ended with ${status}:\n${stderr}`);
const folder = /rm -rf (\S+)/.exec(stderr)?.[1];
if (folder === undefined) throw new Error('the demo does not say where it stands');
rmSync(folder, { recursive: true, force: true });

const talk = stderr.slice(0, stderr.indexOf('$ agentloop report')).trim();
const report = stdout.slice(0, stdout.indexOf('## Time and money')).trim();
const text = `${talk}\n\n$ agentloop report\n${report}`
  .replaceAll(folder, '/tmp/agentloop-demo')
  .replaceAll(top, '…');
const file = join(top, 'README.md');
const readme = readFileSync(file, 'utf8');
writeFileSync(
  file,
  readme.replace(/```text\n[\s\S]*?\n```/, () => `\`\`\`text\n${text}\n\`\`\``),
);
