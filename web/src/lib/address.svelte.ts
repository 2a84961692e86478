// The address bar as state: which view is shown and everything it shows, so that a link opens the same picture.

export const VIEWS = ["map", "ask", "what-if", "holds", "stress", "evidence", "watch"] as const;
export type View = (typeof VIEWS)[number];
export type Patch = Record<string, string | null | undefined>;

/** Parameters that hold for all views; the others belong to the view that sets them. */
const SHARED = ["as_of", "scenario", "sel", "at"];

function read(): { view: View; params: Record<string, string> } {
  const name = location.pathname.split("/")[1] ?? "";
  const view = (VIEWS as readonly string[]).includes(name) ? (name as View) : "map";
  return { view, params: Object.fromEntries(new URLSearchParams(location.search)) };
}

class Address {
  view = $state<View>("map");
  params = $state<Record<string, string>>({});

  constructor() {
    Object.assign(this, read());
    addEventListener("popstate", () => Object.assign(this, read()));
  }

  get(name: string): string {
    return this.params[name] ?? "";
  }

  list(name: string): string[] {
    return this.get(name).split(",").filter(Boolean);
  }

  /** The address of a view: shared parameters are kept, `patch` is laid over them. */
  href(view: View, patch: Patch = {}): string {
    const kept = Object.fromEntries(Object.entries(this.params).filter(([name]) => SHARED.includes(name)));
    return write(view, { ...kept, ...patch });
  }

  go(view: View, patch: Patch = {}): void {
    history.pushState(null, "", this.href(view, patch));
    Object.assign(this, read());
  }

  /** Changes parameters of the view that is shown. A choice makes an entry in the history; a moved map does not. */
  set(patch: Patch, how: "step" | "quiet" = "step"): void {
    const address = write(this.view, { ...this.params, ...patch });
    if (address === location.pathname + location.search) return;
    if (how === "quiet") history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    Object.assign(this, read());
  }
}

function write(view: View, params: Patch): string {
  const kept = Object.entries(params).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const query = new URLSearchParams(kept).toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return `/${view}${query ? `?${query}` : ""}`;
}

export const address = new Address();
