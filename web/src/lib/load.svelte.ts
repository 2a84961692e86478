// A value that comes from the server: waiting, there, or failed; a newer request makes an older answer void.
import { ApiError } from "./api.ts";

export class Load<T> {
  value = $state.raw<T | null>(null);
  error = $state.raw<ApiError | null>(null);
  busy = $state(false);
  #last: AbortController | null = null;
  #key = "";

  /** Asks anew unless the same key was asked last. The old value stays in sight until the new one is there. */
  async ask(key: string, question: (signal: AbortSignal) => Promise<T>): Promise<void> {
    if (key === this.#key) return;
    this.#last?.abort();
    const own = new AbortController();
    this.#last = own;
    this.#key = key;
    this.busy = true;
    this.error = null;
    try {
      const value = await question(own.signal);
      if (this.#last === own) this.value = value;
    } catch (error) {
      if (this.#last !== own) return;
      this.#key = "";
      this.value = null;
      this.error = error instanceof ApiError ? error : new ApiError(String(error), 0);
    } finally {
      if (this.#last === own) this.busy = false;
    }
  }

  clear(): void {
    this.#last?.abort();
    this.#last = null;
    this.#key = "";
    this.value = null;
    this.error = null;
    this.busy = false;
  }
}
