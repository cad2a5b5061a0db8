import { join } from 'node:path';
import { makeRedactor } from '../../ledger/redact.ts';
import { readStanding } from '../../ledger/standing.ts';
import { knownSecrets } from '../../policy/secrets.ts';
import { putOrphan } from '../../workspace/put-orphan.ts';
import { openRepository, type Repository } from '../../workspace/repository.ts';
import type { Io } from '../io.ts';
import { readListed } from '../listed.ts';
import { evidenceFiles } from './evidence-files.ts';
import type { Packet } from './packet.ts';
import { packetOf } from './packet-of.ts';

/** The same at the end of an invocation, from the folder of its run alone. */
export async function keepEvidenceOf(
  io: Pick<Io, 'cwd' | 'env' | 'now'>,
  runDir: string,
): Promise<string | undefined> {
  const { state } = await readStanding(join(runDir, 'events.jsonl'), { verify: false });
  if (!state) return undefined;
  const packet = packetOf({ state, features: readListed(runDir), alive: false, now: io.now() }, []);
  if (packet.evidence === null) return undefined;
  return keepEvidence(await openRepository(io.cwd, { env: io.env }), packet, runDir);
}

/**
 * Puts the evidence of a run under its ref in the user's repository, where it can be read and pushed. Undefined when it
 * stands there, or when there is none; otherwise why it does not, in a sentence. Never throws: a report without it is
 * better than none.
 */
export async function keepEvidence(
  repo: Repository,
  packet: Pick<Packet, 'run' | 'at' | 'accepted' | 'evidence'>,
  runDir: string,
): Promise<string | undefined> {
  const { run, at, evidence } = packet;
  if (evidence === null) return undefined;
  try {
    const files = await evidenceFiles(
      packet,
      join(runDir, 'evidence'),
      makeRedactor(knownSecrets(repo.userEnv)),
    );
    const put = await putOrphan(repo, {
      ref: evidence.ref,
      files,
      message: `agentloop: the evidence of run ${run}\n\nAgentloop-Run: ${run}\nAgentloop-Evidence: sha256:${evidence.sha256}\n`,
      date: Date.parse(at),
    });
    return 'held' in put ? `The evidence could not be put under ${evidence.ref}: ${put.held}` : undefined;
  } catch (error) {
    return `The evidence could not be put under ${evidence.ref}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
