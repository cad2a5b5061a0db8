/** Where requests are looked at: GitHub, GitLab, Forgejo (and Gitea). None of these can merge or mark as ready. */
export interface Forge {
  readonly kind: 'github' | 'gitlab' | 'forgejo';
  /** "github.com/ada/sum", for sentences. */
  readonly where: string;
  /** A request by its number; undefined when there is none. */
  request(number: number): Promise<Request | undefined>;
  /** The newest request whose commits come from this branch, open or not; with `base`, only one into that branch. */
  findRequest(head: string, base?: string): Promise<Request | undefined>;
  /** Opens a request that is a draft. UserError with what the forge says where it takes none. */
  createDraft(draft: Draft): Promise<Request>;
  /** Changes what is named and leaves the rest, also whether it is a draft. */
  update(number: number, change: Partial<Pick<Draft, 'title' | 'body' | 'base'>>): Promise<Request>;
  /** Adds labels; those a person has set stay. */
  addLabels(number: number, labels: readonly string[]): Promise<void>;
  /** Says something once: a comment of ours that holds `marker` is replaced in place, else one is written. Gives its address. */
  stick(number: number, marker: string, body: string): Promise<string>;
  /** Reviews that were submitted, the oldest first. */
  reviews(number: number): Promise<readonly Review[]>;
  /** Threads at lines of code that nobody has resolved, the oldest first. */
  threads(number: number): Promise<readonly Thread[]>;
  /** Whether a person may push to the repository. What the forge does not tell is a no. */
  mayWrite(person: Person): Promise<boolean>;
  /** Answers in a thread, which stays as open as it is. */
  reply(number: number, thread: Thread, body: string): Promise<void>;
  /** Sets the check of a commit. */
  setStatus(commit: string, status: Status): Promise<void>;
}

export interface Draft {
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
}

/** A pull request or merge request. */
export interface Request extends Draft {
  readonly number: number;
  readonly url: string;
  readonly state: 'open' | 'closed' | 'merged';
  /** Commit the forge has as the tip of its branch. */
  readonly commit: string;
  readonly labels: readonly string[];
}

export interface Person {
  readonly login: string;
  /** By which some forges know people; 0 where it is not told. */
  readonly id: number;
  readonly isBot: boolean;
}

export interface Review {
  readonly id: string;
  readonly by: Person;
  readonly body: string;
  /** ISO instant. */
  readonly at: string;
}

/** What is said at one place of the code, the oldest words first. */
export interface Thread {
  readonly id: string;
  readonly path: string | null;
  readonly line: number | null;
  readonly comments: readonly Comment[];
}

export interface Comment {
  readonly id: string;
  readonly by: Person;
  readonly body: string;
}

export interface Status {
  readonly state: 'pending' | 'success' | 'failure';
  /** Name of the check. */
  readonly name: string;
  /** At most 140 characters are shown. */
  readonly text: string;
}
