/** What the client tells of where and as whom to call; the headers of authentication are asked for at each call. */
interface Resource {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly authHeaders: Readonly<Record<string, () => Promise<string>>>;
}

interface Asked {
  readonly searchParams?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

interface Given {
  readonly body: never;
  readonly headers: Record<string, string>;
  readonly status: number;
}

/**
 * How the client of GitLab sends its calls: by our `fetch`, which waits where it is told to. Its own would send a call again
 * that has perhaps opened a request already.
 */
export function gitlabRequester(patient: typeof fetch) {
  return (resource: Resource) => {
    const send =
      (method: string) =>
      async (endpoint: string, asked: Asked = {}) =>
        given(await call(patient, resource, method, endpoint, asked));
    return {
      get: send('GET'),
      post: send('POST'),
      put: send('PUT'),
      patch: send('PATCH'),
      delete: send('DELETE'),
    };
  };
}

async function call(
  patient: typeof fetch,
  { url, headers, authHeaders }: Resource,
  method: string,
  endpoint: string,
  { searchParams = {}, body }: Asked,
): Promise<Response> {
  const auth = Object.entries(authHeaders).map(async ([name, value]) => [name, await value()] as const);
  const at = new URL(endpoint, url.endsWith('/') ? url : `${url}/`);
  for (const [name, value] of Object.entries(searchParams))
    if (value !== undefined && value !== null) at.searchParams.set(snake(name), String(value));
  return patient(at, {
    method,
    headers: {
      ...headers,
      ...Object.fromEntries(await Promise.all(auth)),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(snaked(body)) }),
  });
}

async function given(response: Response): Promise<Given> {
  const { status, headers } = response;
  const text = await response.text();
  const isJson = headers.get('content-type')?.startsWith('application/json') ?? false;
  if (response.ok) {
    const body = (isJson && text !== '' ? JSON.parse(text) : text) as never;
    return { body, headers: Object.fromEntries(headers.entries()), status };
  }
  throw new Error(isJson ? saidIn(text) : text, { cause: { response } });
}

function saidIn(text: string): string {
  const { error, message } = JSON.parse(text) as { error?: unknown; message?: unknown };
  const said = message ?? error ?? text;
  return typeof said === 'string' ? said : JSON.stringify(said);
}

function snaked(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [snake(name), value]));
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
