// Light or dark: what the reader chose, else what the system says.

class Theme {
  dark = $state(document.documentElement.dataset["theme"] === "dark");

  toggle(): void {
    this.dark = !this.dark;
    document.documentElement.dataset["theme"] = this.dark ? "dark" : "light";
    localStorage.setItem("thalweg-theme", this.dark ? "dark" : "light");
  }
}

export const theme = new Theme();
