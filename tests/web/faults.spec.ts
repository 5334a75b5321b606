// What the workbench promises when things go wrong: nothing that was acknowledged is lost, nothing is torn.
import type { Page } from "@playwright/test";
import { expect, open, saved, test, type Watch } from "./lab";

/** A project from the churn sample, on the given stage; its id. */
async function churn(page: Page, stage: string): Promise<string> {
  await open(page, "#/lesson/churn?seed=7&metric=roc_auc&threshold=0.8");
  await expect(page).toHaveURL(/#\/p\/[0-9a-f]+\/frame/, { timeout: 60_000 });
  const id = page.url().match(/\/p\/([0-9a-f]+)\//)![1];
  await go(page, id, stage);
  return id;
}

async function go(page: Page, id: string, stage: string): Promise<void> {
  await page.goto(`./#/p/${id}/${stage}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(new RegExp(stage, "i"));
}

/** Ends every worker of the page as a crash would: without a word. */
async function killWorkers(page: Page): Promise<void> {
  for (const worker of page.workers()) await worker.evaluate(() => self.close()).catch(() => {});
}

test("an edit survives closing the tab at once", async ({ page, context }) => {
  const id = await churn(page, "frame");
  await expect(saved(page)).toBeVisible();
  for (const value of ["0.81", "0.83", "0.86"]) await page.getByRole("textbox", { name: "Success threshold" }).fill(value);
  await page.getByRole("textbox", { name: "Success threshold" }).press("Tab");
  await page.close({ runBeforeUnload: false });
  const again = await context.newPage();
  await go(again, id, "frame");
  await expect(again.getByRole("textbox", { name: "Success threshold" })).toHaveValue("0.86");
  await expect(saved(again)).toBeVisible();
});

test("an edit made while the engine is dead is saved by the next one", async ({ page }) => {
  const id = await churn(page, "frame");
  await expect(saved(page)).toBeVisible();
  await killWorkers(page);
  await page.getByRole("textbox", { name: "Success threshold" }).fill("0.87");
  await page.getByRole("textbox", { name: "Success threshold" }).press("Tab");
  // The engine is missed, replaced, and the journal replayed.
  await expect(saved(page)).toBeVisible({ timeout: 60_000 });
  await page.reload();
  await go(page, id, "frame");
  await expect(page.getByRole("textbox", { name: "Success threshold" })).toHaveValue("0.87");
});

test("hopping between projects ends where one stopped", async ({ page }) => {
  const first = await churn(page, "frame");
  await page.goto("./#/");
  await open(page, "#/lesson/iris?seed=7");
  await expect(page).toHaveURL(/#\/p\/[0-9a-f]+\/frame/, { timeout: 60_000 });
  const second = page.url().match(/\/p\/([0-9a-f]+)\//)![1];
  const hop = (...hashes: string[]) =>
    page.evaluate(async (hashes) => {
      for (const hash of hashes) {
        location.hash = hash;
        await new Promise((done) => setTimeout(done, 5));
      }
    }, hashes);

  // Home before it was open: nothing of it comes after.
  await hop(`#/p/${first}/frame`, "#/");
  await expect(page.getByRole("heading", { name: "Recent projects" })).toBeVisible();
  await page.waitForTimeout(500);
  await expect(page.getByRole("textbox", { name: "Project name" })).toHaveCount(0);

  await hop(`#/p/${first}/frame`, `#/p/${second}/frame`, "#/", `#/p/${first}/frame`, `#/p/${second}/frame`);
  await expect(page.getByRole("textbox", { name: "Project name" })).toHaveValue(/Iris/);
  await page.getByRole("textbox", { name: "Success threshold" }).fill("0.71");
  await page.getByRole("textbox", { name: "Success threshold" }).press("Tab");
  await expect(saved(page)).toBeVisible();
  await page.reload();
  await expect(page.getByRole("textbox", { name: "Success threshold" })).toHaveValue("0.71");
});

test("a reload in mid-training keeps every run that had finished", async ({ page }) => {
  const id = await churn(page, "train");
  await page.getByRole("button", { name: "Train", exact: true }).click();
  const board = page.getByRole("table").filter({ hasText: "Baseline" }).first();
  await expect(board).toBeVisible({ timeout: 60_000 });
  await page.reload();
  await go(page, id, "train");
  await expect(board).toBeVisible();
  await expect(page.getByRole("button", { name: /^Train/ }).first()).toBeEnabled();
});

test("a second tab reads, and writes only after it took over", async ({ page, context }) => {
  const id = await churn(page, "frame");
  await expect(saved(page)).toBeVisible();
  const second = await context.newPage();
  await go(second, id, "frame");
  await expect(second.getByRole("button", { name: "Take over" })).toBeVisible();
  await page.getByRole("textbox", { name: "Success threshold" }).fill("0.84");
  await page.getByRole("textbox", { name: "Success threshold" }).press("Tab");
  await expect(second.getByRole("textbox", { name: "Success threshold" })).toHaveValue("0.84");
  await second.getByRole("button", { name: "Take over" }).click();
  await expect(page.getByRole("button", { name: "Take over" })).toBeVisible();
  await second.getByRole("textbox", { name: "Success threshold" }).fill("0.85");
  await second.getByRole("textbox", { name: "Success threshold" }).press("Tab");
  await expect(page.getByRole("textbox", { name: "Success threshold" })).toHaveValue("0.85");
});

test.describe("without a service worker", () => {
  test.use({ serviceWorkers: "block" });

  const CODE = /page-[0-9a-f]+\/(split|chunk)_\w+\.wasm/;
  const PAGES = /page-[0-9a-f]+\/split_(data|models|operations)\.wasm/;

  /** What was cut off, and nothing else, may have been told. */
  function onlyCutOff(watch: Watch): void {
    expect(watch.errors.filter((error) => !/Failed to (fetch|load resource)/.test(error))).toEqual([]);
    watch.errors.length = 0;
  }

  test("a page whose code cannot be fetched says so, and comes when it can", async ({ page, watch }) => {
    const id = await churn(page, "frame");
    await page.route(CODE, (route) => route.abort());
    await page.goto("./#/");
    await page.reload();
    // The engine is there: from now on nothing is fetched unasked.
    await expect(page.getByRole("heading", { name: "Recent projects" })).toBeVisible();
    await page.goto(`./#/p/${id}/train`);
    const closed = page.getByRole("alert").filter({ hasText: "The project could not be opened" });
    await expect(closed).toContainText("The code that opens projects could not be fetched");
    await page.route(PAGES, (route) => route.abort());
    await page.unroute(CODE);
    await closed.getByRole("button", { name: "Try again" }).click();
    const fault = page.getByRole("alert").filter({ hasText: "This page could not be loaded" });
    await expect(fault).toContainText("The code of the page Train could not be fetched");
    await page.unroute(PAGES);
    await fault.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("button", { name: "Train", exact: true })).toBeVisible();
    await page.getByRole("link", { name: /Evaluate/ }).first().click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(/Evaluate/);
    onlyCutOff(watch);
  });

  test("a start whose code cannot be fetched says so, and works when it can", async ({ page, watch }) => {
    await page.route(CODE, (route) => route.abort());
    await open(page);
    const start = page.getByRole("button", { name: "Start with Iris flowers" });
    await start.click();
    await expect(page.getByRole("alert")).toContainText("The code that opens projects could not be fetched");
    await page.unroute(CODE);
    await start.click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(/Frame/);
    onlyCutOff(watch);
  });
});
