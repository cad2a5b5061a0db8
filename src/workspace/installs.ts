import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/**
 * What init.sh needs to fetch packages where the registry is not the public one: addresses, proxies, certificates.
 * Never credentials: a line or a variable that holds one stays outside, and is named when init.sh fails.
 * Only init.sh gets these: NODE_EXTRA_CA_CERTS alone doubles the start of every Node 20 process.
 */

export interface Installs {
  readonly env: Readonly<Record<string, string>>;
  /** Content of an .npmrc and of a pip.conf without secrets; empty where there is nothing to say. */
  readonly npmrc: string;
  readonly pipConf: string;
  /** Host paths of certificates, to be given back where they are hidden. */
  readonly files: readonly string[];
  /** What was left out because it holds a credential, as people would look for it: `HTTPS_PROXY`, `~/.npmrc`. */
  readonly withheld: readonly string[];
}

const addresses = [
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]),
  ...['npm_config_registry', 'NPM_CONFIG_REGISTRY', 'YARN_NPM_REGISTRY_SERVER'],
  ...['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_TRUSTED_HOST', 'UV_DEFAULT_INDEX', 'UV_INDEX_URL'],
  ...['GOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GOPRIVATE', 'GONOPROXY', 'GOINSECURE'],
];
const certificates = [
  ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO'],
  ...['REQUESTS_CA_BUNDLE', 'PIP_CERT', 'CARGO_HTTP_CAINFO', 'NIX_SSL_CERT_FILE'],
];

const npmKeys = /^(registry|@[^:\s]+:registry|proxy|https-proxy|noproxy|cafile|strict-ssl|maxsockets)$/;
const pipKeys = /^(index-url|extra-index-url|trusted-host|proxy|cert|timeout)$/;
/** `https://name:secret@host`, or a variable that npm or pip would put in from an environment they do not get. */
const secret = /:\/\/[^/\s]*@|\$\{/;

/** Reads the user's npm and pip configuration and the harness' own environment. Files that are not there say nothing. */
export function installsOf(env: Readonly<Record<string, string | undefined>>, home: string): Installs {
  const withheld = new Set<string>();
  const passed: Record<string, string> = {};
  const files = new Set<string>();
  for (const name of [...addresses, ...certificates]) {
    const value = env[name];
    if (value === undefined || value === '') continue;
    if (secret.test(value)) withheld.add(name);
    else passed[name] = value;
  }
  for (const name of certificates) {
    const value = passed[name];
    if (value !== undefined && isAbsolute(value)) files.add(value);
  }
  const keep = (file: string, keys: RegExp): string => {
    const { text, dropped } = filtered(read(join(home, file)), keys);
    if (dropped) withheld.add(`~/${file}`);
    for (const [, path] of text.matchAll(/^(?:cafile|cert)\s*=\s*(\/.*)$/gm))
      files.add((path as string).trim());
    return text;
  };
  const npmrc = keep('.npmrc', npmKeys);
  const pipConf = keep('.config/pip/pip.conf', pipKeys) || keep('.pip/pip.conf', pipKeys);
  return { env: passed, npmrc, pipConf, files: [...files], withheld: [...withheld] };
}

/** Keeps sections and the lines with these keys. `dropped`: a line with a credential was left out. */
function filtered(text: string, keys: RegExp): { text: string; dropped: boolean } {
  const kept: string[] = [];
  let dropped = false;
  for (const line of text.split(/\r?\n/)) {
    const [, key, value] = /^\s*([^#;=\s][^=]*?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (/^\s*\[.*\]\s*$/.test(line)) kept.push(line.trim());
    if (key === undefined || value === undefined) continue;
    if (
      /auth|password|username|email|certfile|keyfile|token/i.test(key) ||
      (keys.test(key) && secret.test(value))
    ) {
      dropped = true;
    } else if (keys.test(key)) kept.push(`${key} = ${value}`);
  }
  return { text: kept.some((line) => !line.startsWith('[')) ? `${kept.join('\n')}\n` : '', dropped };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
