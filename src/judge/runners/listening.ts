import type { Adapter, Asked, BrokenReport, ReportFile } from './adapter.ts';
import { collect, mostReportBytes } from './collect.ts';
import { clearOwn, collectOwn, ownReport } from './own-report.ts';
import { type Put, putQuestions } from './put-questions.ts';
import { openWire } from './wire.ts';

/** Everything by which a check may tell its tests, from before it starts until nothing of it is alive. */
export interface Listening extends Put {
  /** Called with each line it prints, where what it prints is the report. */
  readonly onLine?: (line: string, from: 'stdout' | 'stderr') => void;
  /** What was heard; called once, also when the check was never run. */
  end(): Promise<readonly ReportFile[] | BrokenReport>;
}

/** Where a run stands for us: its two folders and the top of its checkout. */
export interface Hosts {
  readonly folder: string;
  readonly out: string;
  readonly top: string;
}

/** Begins to listen to a run. `report`: of the check. */
export async function listenTo(
  report: string,
  adapters: readonly Adapter[],
  run: Asked,
  hosts: Hosts,
): Promise<Listening> {
  const put = await putQuestions(adapters, run, hosts.folder);
  const own = /^(junit|tap):(.+)$/.exec(report);
  if (own !== null) {
    const [, kind, path = ''] = own;
    await clearOwn(hosts.top, path);
    return { ...put, end: () => collectOwn(hosts.top, path, kind === 'junit' ? '.xml' : '') };
  }
  if (report === 'tap') return { ...put, ...printed() };
  if (adapters.length === 0) return { ...put, end: async () => [] };
  const wire = await openWire(hosts.folder, run.folder, new Set(adapters.map(({ name }) => name)));
  return {
    ...put,
    async end() {
      const told = await wire.end();
      // Beside a runner that speaks, a file can be anybody's.
      if ('broken' in told || told.length > 0) return told;
      return collect(hosts.out, (name) => adapters.some(({ file }) => file === name));
    },
  };
}

function printed(): Required<Pick<Listening, 'onLine' | 'end'>> {
  const lines: string[] = [];
  let room = mostReportBytes;
  return {
    onLine(line, from) {
      if (from !== 'stdout') return;
      room -= line.length + 1;
      if (room > 0) lines.push(line);
    },
    end: async () =>
      room > 0
        ? [{ name: `${ownReport}stdout`, text: `${lines.join('\n')}\n` }]
        : { broken: 'it printed more than 64 MiB' },
  };
}
