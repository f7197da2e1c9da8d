// The theme of the last visit, set before anything is drawn. Storage may be refused; the page then follows the system.
const themes = {
  kept() {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null;
    }
  },
  use(theme) {
    if (theme === "light" || theme === "dark") {
      document.documentElement.dataset.theme = theme;
    } else {
      delete document.documentElement.dataset.theme;
    }
  },
  keep(theme) {
    this.use(theme);
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // It then lasts as long as the page.
    }
  },
};

themes.use(themes.kept());
document.addEventListener("DOMContentLoaded", () => {
  const theme = document.documentElement.dataset.theme ?? "auto";
  for (const button of document.getElementsByName("theme")) {
    button.checked = button.value === theme;
    button.addEventListener("change", () => themes.keep(button.value));
  }
});
