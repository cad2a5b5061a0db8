type Env = Readonly<Record<string, string | undefined>>;

/** By which variables CI systems are known, which tells who started them, and which where their log stands. */
const systems: readonly {
  readonly name: string;
  readonly by: string;
  readonly actor: string;
  readonly log: string;
}[] = [
  { name: 'github', by: 'GITHUB_ACTIONS', actor: 'GITHUB_ACTOR', log: 'GITHUB_RUN_ID' },
  { name: 'gitlab', by: 'GITLAB_CI', actor: 'GITLAB_USER_LOGIN', log: 'CI_JOB_URL' },
  { name: 'buildkite', by: 'BUILDKITE', actor: 'BUILDKITE_BUILD_CREATOR', log: 'BUILDKITE_BUILD_URL' },
  { name: 'circleci', by: 'CIRCLECI', actor: 'CIRCLE_USERNAME', log: 'CIRCLE_BUILD_URL' },
  { name: 'azure', by: 'TF_BUILD', actor: 'BUILD_REQUESTEDFOR', log: 'BUILD_BUILDID' },
  { name: 'jenkins', by: 'JENKINS_URL', actor: 'BUILD_USER_ID', log: 'BUILD_URL' },
  { name: 'ci', by: 'CI', actor: '', log: '' },
];

/** "github: ada (run 4711)"; undefined where the environment names no CI. */
export function ciOf(env: Env): string | undefined {
  const system = systems.find(({ by }) => isOn(env[by]));
  if (system === undefined) return undefined;
  const actor = env[system.actor];
  const log = env[system.log];
  const words = `${system.name}${actor ? `: ${actor}` : ''}${log ? ` (${/^\d+$/.test(log) ? 'run ' : ''}${log})` : ''}`;
  return words.slice(0, 500);
}

/** Whether the environment says that this is a machine of a CI service. */
export function isCi(env: Env): boolean {
  return isOn(env['CI']);
}

/** Who started it, as CI services tell; undefined elsewhere. */
export function actorOf(env: Env): string | undefined {
  return systems.map(({ actor }) => env[actor]).find((value) => value !== undefined && value !== '');
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value);
}
