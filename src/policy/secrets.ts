/** Names of variables whose values are taken for secrets. */
const secretName = /(KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|AUTH)/i;

/** Values of the environment that must never reach the ledger, a brief or a commit. Short values are words, not secrets. */
export function knownSecrets(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && value.length >= 8 && secretName.test(name) && !value.startsWith('/')
      ? [value]
      : [],
  );
}
