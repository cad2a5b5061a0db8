import type { Comment, Person, Review, Thread } from '../../forge/forge.ts';
import type { Feature } from '../../project/feature.ts';
import { oneLine } from '../../project/plain-text.ts';

/** Our answers begin so: whoever reads the thread the next time knows that it was answered. */
export const answerMark = '<!-- agentloop: an answer -->';

/** At most so many threads in a round, and characters of each: the rest waits for the next one. */
const most = { threads: 40, words: 900 } as const;

/** What a round of review takes up. */
export interface TakenUp {
  readonly threads: readonly { readonly name: string; readonly id: string; readonly words: string }[];
  /** Whether one of them asks for a proof. */
  readonly wantsProof: boolean;
  /** Reviews whose words as a whole are among them. */
  readonly reviews: readonly string[];
  /** What was passed over, and why: sentences. */
  readonly ignored: readonly string[];
  readonly people: readonly string[];
}

/**
 * What is to be addressed of a request: unresolved threads with words of people who may write that nobody has answered since,
 * and the words of their reviews as a whole. `done`: reviews that earlier rounds took up.
 */
export async function takeUp(
  reviews: readonly Review[],
  threads: readonly Thread[],
  done: ReadonlySet<string>,
  mayWrite: (person: Person) => Promise<boolean>,
): Promise<TakenUp> {
  const asked = new Map<string, boolean>();
  const may = async (person: Person) => {
    const known = asked.get(person.login) ?? (!person.isBot && (await mayWrite(person)));
    asked.set(person.login, known);
    return known;
  };
  const found: { id: string; words: string }[] = [];
  const taken: string[] = [];
  for (const { id, by, body } of reviews) {
    if (done.has(id) || isOurs(body) || bare(body) === '' || !(await may(by))) continue;
    taken.push(id);
    found.push({ id: '', words: `${by.login}: ${bare(body)}` });
  }
  for (const { id, path, line, comments } of threads) {
    const words: Comment[] = [];
    for (const one of comments)
      if (!isOurs(one.body) && bare(one.body) !== '' && (await may(one.by))) words.push(one);
    const last = words.at(-1);
    if (last === undefined || (await isAnswered(comments.slice(comments.indexOf(last)), mayWrite))) continue;
    const place = path === null ? '' : `${path}${line === null ? '' : `:${line}`} `;
    found.push({
      id,
      words: `${place}${words.map(({ by, body }) => `${by.login}: ${bare(body)}`).join(' / ')}`,
    });
  }
  const late = found.length - most.threads;
  return {
    threads: found
      .slice(0, most.threads)
      .map(({ id, words }, at) => ({ id, name: `T${at + 1}`, words: shortened(oneLine(words)) })),
    wantsProof: found.slice(0, most.threads).some(({ words }) => /\bagentloop: prove\b/i.test(words)),
    reviews: taken,
    ignored: [
      ...[...asked]
        .filter(([, ok]) => !ok)
        .map(([login]) => `${login} may not write here: what they say is not taken up.`),
      ...(late > 0 ? [`${late} more threads wait for the next round.`] : []),
    ],
    people: [...asked].filter(([, ok]) => ok).map(([login]) => login),
  };
}

/** The name of the feature of a round. */
export function roundId(request: number, round: number): string {
  return `R${request}-${round}`;
}

/**
 * A round of review as a feature. It passes when nothing that held is lost; that it is what was meant is for the reviewer to
 * see, so that it is told as unproven, unless the review asks for a proof in the words "agentloop: prove".
 */
export function reviewFeature(
  { threads, people, wantsProof }: TakenUp,
  request: { readonly number: number; readonly round: number; readonly features: readonly string[] },
): Feature {
  return {
    id: roundId(request.number, request.round),
    title: `Review round ${request.round} of request ${request.number}`,
    description: `What ${people.join(', ').slice(0, 300)} said of the work on ${request.features.join(', ').slice(0, 500)}. The steps are their words: each names its thread, the place, and who said it. Do what they ask where it is right, in the code and its tests; do not do what would break the specification, and say why. In the part "did" of your handover, write one line for each thread: "T1: what you did", or "T1: not done: why".`,
    steps: threads.map(({ name, words }) => `${name} ${words}`),
    priority: 0,
    dependsOn: [...request.features].slice(0, 50),
    proof: wantsProof ? 'tests' : 'none',
    passes: false,
  };
}

/** What the session said of a thread; undefined when nothing. */
export function saidOf(name: string, did: string | undefined): string | undefined {
  const line = new RegExp(`^\\W*${name}\\b\\W*(.+)$`, 'm').exec(did ?? '')?.[1]?.trim();
  return line === '' ? undefined : line;
}

/** All that we say on a forge begins so; some forges list the comment of the night among what reviewers say. */
function isOurs(body: string): boolean {
  return body.trimStart().startsWith('<!-- agentloop');
}

/** Whether we have said something since. A stranger may write down our mark, and answers nothing by it. */
async function isAnswered(
  since: readonly Comment[],
  mayWrite: (person: Person) => Promise<boolean>,
): Promise<boolean> {
  for (const { body, by } of since) if (isOurs(body) && (by.isBot || (await mayWrite(by)))) return true;
  return false;
}

/** What was said first tells what it is about, what was said last what is wanted: the middle is left out. */
function shortened(words: string): string {
  if (words.length <= most.words) return words;
  const [head, tail] = [words.slice(0, most.words / 3), words.slice(-(most.words * 2) / 3 + 5)];
  // No half of a character at the edges.
  return `${head.replace(/[\ud800-\udbff]$/, '')} […] ${tail.replace(/^[\udc00-\udfff]/, '')}`;
}

/** Words as people see them: what is hidden in comments of HTML is not handed on. */
function bare(body: string): string {
  return body.replace(/<!--[\s\S]*?(-->|$)/g, '').trim();
}
