// The one door to the server: JSON in, JSON out, and errors that say what to do.

export interface Fault {
  file?: string;
  row?: number | string;
  column?: string;
  message: string;
}

export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly problems: Fault[] = [],
  ) {
    super(message);
  }
}

export type Query = Record<string, string | number | null | undefined>;

async function answer<T>(path: string, request: RequestInit): Promise<{ body: T; headers: Headers }> {
  let response: Response;
  try {
    response = await fetch(path, request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError("The server does not answer. Is `thalweg serve` still running?", 0);
  }
  const text = await response.text();
  const json = (response.headers.get("content-type") ?? "").includes("json");
  const body: unknown = json && text ? JSON.parse(text) : null;
  if (response.ok) return { body: body as T, headers: response.headers };
  const error = (body as { error?: { message?: string; problems?: Fault[] } } | null)?.error;
  throw new ApiError(error?.message ?? `The server answered ${response.status}.`, response.status, error?.problems);
}

function address(path: string, query: Query): string {
  const kept = Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const search = new URLSearchParams(kept.map(([name, value]) => [name, String(value)])).toString();
  return `/api${path}${search ? `?${search}` : ""}`;
}

export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return (await answer<T>(address(path, query), { signal: signal ?? null })).body;
}

export async function send<T>(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown, more: RequestInit = {}): Promise<T> {
  const headers = { "content-type": "application/json", ...(more.headers as Record<string, string> | undefined) };
  const text = body === undefined ? null : JSON.stringify(body);
  return (await answer<T>(`/api${path}`, { ...more, method, headers, body: text })).body;
}

/** The answer with its content hash, for rows that may be written back. */
export async function getTagged<T>(path: string): Promise<{ body: T; tag: string }> {
  const { body, headers } = await answer<T>(`/api${path}`, {});
  return { body, tag: headers.get("etag") ?? "" };
}
