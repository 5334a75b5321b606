// What every browser test shares: a page that is watched, and the promises that hold in each of them.
import { test as base, expect, type Page } from "@playwright/test";

export type Watch = {
  /** Requests to any other origin than the page's own: none, unless the user typed an address. */
  foreign: string[];
  /** What the page or a worker wrote as an error. */
  errors: string[];
};

export const test = base.extend<{ watch: Watch }>({
  watch: [
    async ({ context, baseURL }, use) => {
      const watch: Watch = { foreign: [], errors: [] };
      const own = new URL(baseURL!).origin;
      context.on("request", (request) => {
        const url = new URL(request.url());
        if (!["blob:", "data:"].includes(url.protocol) && url.origin !== own) watch.foreign.push(request.url());
      });
      context.on("console", (message) => {
        if (message.type() === "error") watch.errors.push(message.text());
      });
      context.on("weberror", (error) => watch.errors.push(String(error.error())));
      await use(watch);
      expect(watch.foreign, "requests to other hosts").toEqual([]);
      expect(watch.errors, "errors of the page").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Opens the page and waits until its engine answers. */
export async function open(page: Page, hash = "#/", query = ""): Promise<void> {
  await page.goto(`./${query}${hash}`);
  await expect(page.locator("#shell")).toHaveCount(0);
  await expect(page.locator("main h1")).toBeVisible();
}

/** The top bar says that the last change is stored. */
export const saved = (page: Page) => page.getByRole("banner").getByRole("status").filter({ hasText: /Saved$/ });

/** Goes to a stage by the rail. */
export async function stage(page: Page, name: string): Promise<void> {
  await page.getByRole("navigation", { name: "Lifecycle" }).getByRole("link", { name: new RegExp(`^${name}`) }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
}

/** What is wrong with the layout as it stands: what scrolls beyond its content, what reaches out of its card or is cut off. */
export const layoutFaults = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found = new Set<string>();
    const called = (e: Element) => {
      const words = (e.getAttribute("aria-label") ?? e.textContent ?? "").trim().replace(/\s+/g, " ").slice(0, 50);
      return `${e.tagName.toLowerCase()}${[...e.classList].map((name) => `.${name}`).join("")} “${words}”`;
    };
    const unseen = (e: Element) => e.closest(".hidden-text, .skip, [hidden], dialog:not([open]), [popover]:not(:popover-open)") !== null || !e.checkVisibility({ visibilityProperty: true });
    const scrolls = (overflow: string) => overflow === "auto" || overflow === "scroll";
    const clips = (overflow: string) => overflow === "hidden" || overflow === "clip";

    // How far down the visible content of a box reaches; what scrolls by itself counts by its own box.
    const reach = (box: Element): number => {
      let bottom = -Infinity;
      for (const child of box.children) {
        if (unseen(child) || getComputedStyle(child).position === "fixed") continue;
        const rect = child.getBoundingClientRect();
        if (rect.height > 0) bottom = Math.max(bottom, rect.bottom);
        if (getComputedStyle(child).overflowY === "visible") bottom = Math.max(bottom, reach(child));
      }
      return bottom;
    };
    const root = document.scrollingElement!;
    if (root.scrollWidth > root.clientWidth) found.add(`the window scrolls sideways, ${root.scrollWidth} of ${root.clientWidth} px`);
    const end = document.querySelector(".app")!.getBoundingClientRect().bottom + root.scrollTop;
    if (root.scrollHeight > Math.max(root.clientHeight, Math.ceil(end)) + 1) found.add(`the window scrolls to ${root.scrollHeight} px, its content ends at ${end}`);
    for (const box of document.querySelectorAll("body *")) {
      const style = getComputedStyle(box);
      if (!scrolls(style.overflowY) || box.scrollHeight <= box.clientHeight + 1 || unseen(box)) continue;
      const end = reach(box) - box.getBoundingClientRect().top - box.clientTop + box.scrollTop + parseFloat(style.paddingBottom);
      if (box.scrollHeight > end + 2) found.add(`${called(box).slice(0, 60)} scrolls to ${box.scrollHeight} px, its content ends at ${Math.round(end)}`);
    }

    for (const e of document.querySelectorAll("main *, dialog[open] *, .drawer *, .rail *, .top *")) {
      const isControl = e.matches("button, .btn, input, select, textarea, summary, [role=tab]");
      const hasText = [...e.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent!.trim() !== "");
      if (!(isControl || hasText) || unseen(e) || e.closest("svg")) continue;
      const rect = e.getBoundingClientRect();
      if (rect.width === 0 || rect.height === 0) continue;
      const own = getComputedStyle(e);
      if (hasText && clips(own.overflowX) && own.textOverflow !== "ellipsis" && e.scrollWidth > e.clientWidth + 1) found.add(`${called(e)} is cut off`);
      for (let box = e.parentElement; box && box !== document.body; box = box.parentElement) {
        const frame = box.getBoundingClientRect();
        const style = getComputedStyle(box);
        const isOut = rect.right > frame.right + 1 || rect.left < frame.left - 1;
        // What can be scrolled to, or ends in an ellipsis on purpose, is not cut off; the page itself never scrolls sideways.
        if (scrolls(style.overflowX) && !box.matches("main, .drawer, .rail, dialog")) break;
        if (style.textOverflow === "ellipsis") break;
        if (isOut && (clips(style.overflowX) || scrolls(style.overflowX))) found.add(`${called(e)} is cut off by ${called(box).slice(0, 40)}`);
        if (box.matches("dialog")) break;
        if (isOut && box.matches(".card, .drawer, .rail, .top, .step, .choice, .banner, .fault")) found.add(`${called(e)} reaches out of ${called(box).slice(0, 40)}`);
      }
    }
    return [...found];
  });
