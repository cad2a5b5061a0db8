#!/usr/bin/env node
'use strict';
// The launcher answers --version itself, so that the commonest question costs no more than starting Node.
const args = process.argv.slice(2);
if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  process.stdout.write(`${require('../package.json').version}\n`);
} else {
  const { existsSync } = require('node:fs');
  const { join } = require('node:path');
  const main = join(__dirname, '..', 'dist', 'main.cjs');
  if (!existsSync(main)) {
    process.stderr.write(
      `agentloop is not built yet: ${main} is missing.\nRun: npm ci (or npm run build) in the clone.\n`,
    );
    process.exitCode = 2;
  } else {
    require('node:module').enableCompileCache?.();
    require(main);
  }
}
