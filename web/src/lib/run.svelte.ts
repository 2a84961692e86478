// A run of the server: asked for, watched while it works, its result read; the same question is the same run.
import { ApiError, get, send } from "./api.ts";

export interface Progress {
  done: number;
  total: number;
  what: string;
}

export interface RunRow {
  id: string;
  kind: string;
  state: "queued" | "running" | "done" | "failed" | "cancelled" | "interrupted";
  progress: Progress | null;
  started: string | null;
  ended: string | null;
  error: string | null;
}

export class Run<T> {
  row = $state.raw<RunRow | null>(null);
  value = $state.raw<T | null>(null);
  error = $state.raw<ApiError | null>(null);
  busy = $state(false);
  #key = "";
  #events: EventSource | null = null;

  /** Asks unless the same was asked last. */
  async ask(request: Record<string, unknown>): Promise<void> {
    const key = JSON.stringify(request);
    if (key === this.#key) return;
    this.#key = key;
    this.#events?.close();
    this.value = null;
    this.error = null;
    this.busy = true;
    try {
      const row = await send<RunRow>("POST", "/runs", request);
      if (this.#key !== key) return;
      this.row = row;
      if (row.state === "done") await this.#read(key, row.id);
      else this.#watch(key, row.id);
    } catch (error) {
      this.#fail(key, error);
    }
  }

  /** Stops the run for all who wait for it. */
  async cancel(): Promise<void> {
    if (this.row) await send("DELETE", `/runs/${this.row.id}`);
  }

  clear(): void {
    this.#events?.close();
    this.#key = "";
    this.row = null;
    this.value = null;
    this.error = null;
    this.busy = false;
  }

  again(): void {
    const request = JSON.parse(this.#key || "{}") as Record<string, unknown>;
    this.#key = "";
    void this.ask(request);
  }

  #watch(key: string, id: string): void {
    const events = new EventSource(`/api/runs/${id}/events`);
    this.#events = events;
    const hear = (event: Event) => {
      if (this.#key !== key) return events.close();
      const row = JSON.parse((event as MessageEvent<string>).data) as RunRow;
      this.row = row;
      if (row.state === "queued" || row.state === "running") return;
      events.close();
      if (row.state === "done") void this.#read(key, id);
      else this.#fail(key, new ApiError(row.error ?? STOPPED[row.state] ?? "The run ended without a result.", 0));
    };
    events.addEventListener("progress", hear);
    events.addEventListener("state", hear);
    events.onerror = () => {
      if (events.readyState === EventSource.CLOSED) void this.#read(key, id);
    };
  }

  async #read(key: string, id: string): Promise<void> {
    try {
      const value = await get<T>(`/runs/${id}/result`);
      if (this.#key !== key) return;
      this.value = value;
      this.busy = false;
    } catch (error) {
      this.#fail(key, error);
    }
  }

  #fail(key: string, error: unknown): void {
    if (this.#key !== key) return;
    this.error = error instanceof ApiError ? error : new ApiError(String(error), 0);
    this.busy = false;
  }
}

const STOPPED: Record<string, string> = {
  cancelled: "The run was cancelled.",
  interrupted: "The server stopped before the run ended.",
};
