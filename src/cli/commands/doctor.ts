import { codeOf } from '../exit.ts';
import { findPlace } from '../find-runs.ts';
import { harmless } from '../harmless.ts';
import { type Finding, inspectMachine } from '../inspect-machine.ts';
import { inspectProject } from '../inspect-project.ts';
import type { Io } from '../io.ts';
import { wantsColour } from '../output.ts';
import { makePaint, type Paint } from '../paint.ts';

const marks: Readonly<Record<Finding['state'], { symbol: string; tone: keyof Paint }>> = {
  ok: { symbol: '✓', tone: 'good' },
  warn: { symbol: '!', tone: 'warn' },
  fail: { symbol: '✗', tone: 'bad' },
};

/** `agentloop doctor`: whether a run could start here, thing by thing, and what to do where not. Exit 0 or 3. */
export async function doctor(io: Io, flags: { readonly json?: boolean }): Promise<number> {
  const findings = [...(await inspectMachine(io)), ...(findPlace(io.cwd) ? await inspectProject(io) : [])];
  const sick = findings.some((finding) => finding.state === 'fail');
  if (flags.json) io.stdout.write(`${JSON.stringify({ ok: !sick, findings }, null, 2)}\n`);
  else {
    const paint = await makePaint(wantsColour(io.env, io.stdout.isTTY === true));
    for (const finding of findings) io.stdout.write(`${lines(finding, paint).join('\n')}\n`);
    io.stdout.write(sick ? 'A run cannot start here yet.\n' : 'A run can start here.\n');
  }
  return sick ? codeOf('cannot-start') : 0;
}

function lines({ name, state, what, help }: Finding, paint: Paint): readonly string[] {
  const { symbol, tone } = marks[state];
  const first = `${paint[tone](symbol)} ${paint.strong(name.padEnd(13))} ${harmless(what)}`;
  const rest = help === undefined ? [] : harmless(help).split('\n');
  return [first, ...rest.map((line) => `${' '.repeat(16)}${line}`)];
}
