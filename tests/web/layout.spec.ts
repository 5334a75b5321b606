// No page scrolls beyond its content and nothing is cut off: every route in every size and look, with the explain drawer
// open and closed.
import type { Page } from "@playwright/test";
import { expect, layoutFaults, open, stage, test } from "./lab";

type Look = { name: string; width: number; height: number; theme?: "light" | "dark"; size?: "projector" };

const ALL: Look[] = [
  { name: "light", width: 1280, height: 720, theme: "light" },
  { name: "dark", width: 1280, height: 720, theme: "dark" },
  { name: "projector", width: 1280, height: 720, size: "projector" },
  { name: "projector, large", width: 1920, height: 1080, size: "projector" },
  { name: "between", width: 1021, height: 700 },
  { name: "tablet", width: 820, height: 1100 },
  { name: "phone", width: 390, height: 800 },
  { name: "phone, projector", width: 390, height: 800, size: "projector" },
];

/** A quick run leaves out what lies between others. */
const LOOKS = process.env.WORKBENCH_TEST_LONG === "1" ? ALL : ALL.filter(({ name }) => !["dark", "projector, large", "tablet"].includes(name));

async function wear(page: Page, look: Look): Promise<void> {
  await page.setViewportSize({ width: look.width, height: look.height });
  await page.evaluate(({ theme, size }) => {
    const set = document.documentElement.dataset;
    if (theme) set.theme = theme;
    else delete set.theme;
    if (size) set.size = size;
    else delete set.size;
  }, look);
}

async function drawer(page: Page, isOpen: boolean): Promise<void> {
  const button = page.locator(".drawer").getByRole("button", { name: "Explain", exact: true });
  if ((await button.getAttribute("aria-expanded")) !== String(isOpen)) await button.click();
  await expect(button).toHaveAttribute("aria-expanded", String(isOpen));
}

/** Measures what is shown in every look, from its top and from its end. */
async function measure(page: Page, where: string): Promise<void> {
  const faults: string[] = [];
  for (const isOpen of [false, true]) {
    await wear(page, LOOKS[0]);
    await drawer(page, isOpen);
    for (const look of LOOKS) {
      await wear(page, look);
      // Two frames: what follows the size (rows of a table) has followed.
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      const at = `${where}, ${look.name}, drawer ${isOpen ? "open" : "closed"}`;
      faults.push(...(await layoutFaults(page)).map((fault) => `${at}: ${fault}`));
      await page.mouse.move(look.width / 2, look.height / 2);
      await page.mouse.wheel(0, 100_000);
      await page.evaluate(() => document.querySelector("main")!.scrollTo(0, 1e6));
      const isEmpty = await page.evaluate(() => {
        const seen = [...document.querySelectorAll("main .page > *")].map((e) => e.getBoundingClientRect());
        return !seen.some((rect) => rect.height > 0 && rect.bottom > 0 && rect.top < innerHeight);
      });
      if (isEmpty) faults.push(`${at}: scrolled to its end it shows nothing`);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${at.replaceAll(/\W+/g, "-")}-end.png` });
      await page.evaluate(() => {
        document.querySelector("main")!.scrollTo(0, 0);
        scrollTo(0, 0);
      });
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${at.replaceAll(/\W+/g, "-")}.png` });
    }
  }
  await wear(page, LOOKS[0]);
  await drawer(page, false);
  expect.soft(faults, where).toEqual([]);
}

async function start(page: Page, sample: string): Promise<void> {
  await open(page);
  await page.getByRole("article").filter({ hasText: sample }).getByRole("button", { name: "Start" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Frame" })).toBeVisible();
  await expect(page.getByText("Why this task")).toBeVisible();
}

async function train(page: Page, nRuns: number): Promise<void> {
  await stage(page, "Train");
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await expect(page.getByRole("button", { name: /^Actions/ })).toHaveCount(nRuns, { timeout: 90_000 });
  await expect(page.getByRole("button", { name: "Cancel" })).toHaveCount(0, { timeout: 60_000 });
}

test("every route of a project in every look", async ({ page }) => {
  test.setTimeout(420_000);
  await open(page);
  await measure(page, "home, empty");
  await start(page, "Customer churn");
  await measure(page, "frame");
  await stage(page, "Train");
  await measure(page, "train, before");
  await stage(page, "Prepare");
  await expect(page.getByRole("region", { name: "Alerts" })).toBeVisible();
  await expect(page.getByRole("grid").or(page.getByRole("table")).first()).toBeVisible();
  await measure(page, "prepare");
  await train(page, 5);
  await measure(page, "train");
  await page.getByRole("button", { name: /^Actions of run/ }).first().click();
  await page.getByRole("button", { name: "Details…" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  for (const look of LOOKS) {
    await wear(page, look);
    expect.soft(await layoutFaults(page), `run dialog, ${look.name}`).toEqual([]);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/run-dialog-${look.name}.png` });
  }
  await wear(page, LOOKS[0]);
  await page.keyboard.press("Escape");
  await stage(page, "Evaluate");
  await expect(page.getByText(/^95%/).first()).toBeVisible({ timeout: 30_000 });
  await measure(page, "evaluate");
  await stage(page, "Deploy");
  await expect(page.getByText(/the label is yes/).first()).toBeVisible({ timeout: 30_000 });
  for (const tab of ["Versions", "Try it", "Model graph", "Model card", "Inputs"]) {
    await page.getByRole("tab", { name: tab }).click();
    await page.waitForTimeout(1_000);
    await measure(page, `deploy, ${tab}`);
  }
  await stage(page, "Monitor");
  await measure(page, "monitor, empty");
  await stage(page, "Deploy");
  await page.getByRole("button", { name: "Register…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Register version" }).click();
  await expect(page.getByRole("dialog")).toBeHidden({ timeout: 30_000 });
  await stage(page, "Monitor");
  await page.getByRole("button", { name: "Load the sample’s churn_next_month.csv" }).click();
  await expect(page.getByText(/^Of 13 columns, \d have moved/)).toBeVisible({ timeout: 30_000 });
  await measure(page, "monitor");
  await page.goto("./#/");
  await expect(page.getByRole("heading", { name: "Recent projects" })).toBeVisible();
  await measure(page, "home");
});

test("the pages of the loan sample in every look", async ({ page }) => {
  test.setTimeout(240_000);
  await start(page, "Loan");
  await measure(page, "loan, frame");
  await stage(page, "Prepare");
  await expect(page.getByRole("region", { name: "Alerts" })).toBeVisible();
  await measure(page, "loan, prepare");
});

test("ten classes: the whole matrix is seen, and no two curves look alike", async ({ page }) => {
  test.setTimeout(240_000);
  await start(page, "Handwritten digits");
  await stage(page, "Train");
  for (const name of ["Random forest", "Gradient boosting"]) {
    const remove = page.getByRole("button", { name: `Remove ${name}` });
    if (await remove.count()) await remove.click();
  }
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await expect(page.getByRole("button", { name: "Cancel" })).toHaveCount(0, { timeout: 120_000 });
  await stage(page, "Evaluate");
  await expect(page.getByText(/^95%/).first()).toBeVisible({ timeout: 60_000 });
  const matrix = page.getByRole("group", { name: /^Confusion matrix/ });
  await expect(matrix.getByRole("button")).toHaveCount(100);
  const cut = await matrix.evaluate((box) => [box.scrollWidth - box.clientWidth, box.scrollHeight - box.clientHeight]);
  expect(cut.every((px) => px <= 1), `matrix cut by ${cut} px`).toBe(true);
  const looks = await page.locator(".chart-legend path").evaluateAll((paths) => paths.map((path) => `${getComputedStyle(path).stroke} ${getComputedStyle(path).strokeDasharray}`));
  expect(looks.length).toBeGreaterThan(10);
  expect(new Set(looks).size).toBe(looks.length);
  await measure(page, "digits, evaluate");
});
