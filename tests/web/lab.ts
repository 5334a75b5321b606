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
