import { expect, open, test } from "./lab";

test("the page starts, and its engine with it", async ({ page }) => {
  await open(page);
  await expect.poll(() => page.workers().length).toBeGreaterThan(0);
  await expect(page.getByRole("navigation", { name: "Lifecycle" })).toBeVisible();
  await expect(page).toHaveTitle(/Workbench/);
});

test("the content policy comes first and allows no inline script", async ({ page }) => {
  await page.goto("./");
  const policy = page.locator("head > *").first();
  await expect(policy).toHaveAttribute("http-equiv", "Content-Security-Policy");
  const text = (await policy.getAttribute("content")) ?? "";
  expect(text).toContain("default-src 'none'");
  expect(text).toContain("connect-src 'self'");
  expect(text.match(/script-src[^;]*/)?.[0]).not.toContain("unsafe-inline");
  expect(await page.locator("script:not([src])").count()).toBe(0);
});

test("the shell is painted without any script", async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL });
  const page = await context.newPage();
  await page.goto("./");
  await expect(page.getByText("MLLC Workbench")).toBeVisible();
  for (const stage of ["Frame", "Prepare", "Train", "Evaluate", "Deploy", "Monitor"]) {
    await expect(page.getByText(stage, { exact: true })).toBeVisible();
  }
  await context.close();
});

test("after one visit it works with the network cut", async ({ page, context }) => {
  await open(page);
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await context.setOffline(true);
  await page.reload();
  await expect(page.locator("main h1")).toBeVisible();
  await expect.poll(() => page.workers().length).toBeGreaterThan(0);
  await context.setOffline(false);
});

test("it works from any path of a host", async ({ page, baseURL }) => {
  const names = await page.goto("./").then(() => page.evaluate(() => [...document.querySelectorAll("[src],[href]")].map((e) => e.getAttribute("src") ?? e.getAttribute("href") ?? "")));
  for (const name of names) expect(name, "every address of index.html is relative").not.toMatch(/^(\/|[a-z]+:)/);
  expect(baseURL).toBeTruthy();
});

test.describe("with an engine that is late", () => {
  test.use({ serviceWorkers: "block" });

  test("a sample that was clicked before it opens all the same", async ({ page }) => {
    let arrive = () => {};
    const late = new Promise<void>((done) => (arrive = done));
    await page.route(/engine_worker-[0-9a-f]+_bg\.wasm/, async (route) => {
      await late;
      await route.continue();
    });
    await page.goto("./");
    await page.getByRole("article").filter({ hasText: "Iris flowers" }).getByRole("button").click();
    await expect(page.getByRole("progressbar")).toHaveCount(1);
    arrive();
    await expect(page).toHaveURL(/#\/p\/[0-9a-f]+\/frame/, { timeout: 30_000 });
    await expect(page.getByText("150 rows × 5 columns").first()).toBeVisible();
  });
});
