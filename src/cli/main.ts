import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { packageRoot } from '../project/templates.ts';
import { processIo } from './io.ts';
import { program } from './program.ts';

const manifest = JSON.parse(readFileSync(path.join(packageRoot(), 'package.json'), 'utf8')) as {
  version: string;
};
void program(processIo(), manifest.version).then((code) => {
  // Lost output has set it already.
  if (code !== 0 || process.exitCode === undefined) process.exitCode = code;
});
