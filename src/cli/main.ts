import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { packageRoot } from '../project/templates.ts';
import { processIo } from './io.ts';
import { program } from './program.ts';

const manifest = JSON.parse(readFileSync(path.join(packageRoot(), 'package.json'), 'utf8')) as {
  version: string;
};
// A shell's limit on the size of files is told by the write that fails (EFBIG), and does not end us at once.
process.on('SIGXFSZ', () => undefined);
void program(processIo(), manifest.version).then((code) => {
  // Lost output has set it already.
  if (code !== 0 || process.exitCode === undefined) process.exitCode = code;
  // Where something was left open by what failed, this is the end all the same; only what is being read goes out first.
  const end = setInterval(() => {
    if (process.stdout.writableLength + process.stderr.writableLength === 0) process.exit();
  }, 2000);
  end.unref();
});
