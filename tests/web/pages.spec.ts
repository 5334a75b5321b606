// Every page as it stands in the middle of the work: nothing that axe-core finds, nothing cut off, in light, dark and
// projector size.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, open, stage, test } from "./lab";

async function check(page: Page, where: string): Promise<void> {
  const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  const faults = found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
  expect(faults, where).toEqual([]);
  const cut = await page.evaluate(() => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const main = document.querySelector("main");
    return { page: wide, main: main ? main.scrollWidth - main.clientWidth : 0 };
  });
  expect(cut, `${where}: nothing reaches past the right edge`).toEqual({ page: 0, main: 0 });
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${where.replaceAll(/\W+/g, "-")}.png` });
}

/** Home, then each stage of a project, the test set opened, every dialog that the stage has. */
async function tour(page: Page, look: string): Promise<void> {
  await check(page, `${look} home`);
  await page.getByRole("article").filter({ hasText: "Customer churn" }).getByRole("button", { name: "Start" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Frame" })).toBeVisible();
  await expect(page.getByText("Why this task")).toBeVisible();
  await check(page, `${look} frame`);
  await stage(page, "Prepare");
  await expect(page.getByRole("region", { name: "Alerts" })).toBeVisible();
  await expect(page.getByRole("grid").or(page.getByRole("table")).first()).toBeVisible();
  await check(page, `${look} prepare`);
  await page.getByRole("button", { name: "Add step…" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await check(page, `${look} prepare step`);
  await page.keyboard.press("Escape");
  await stage(page, "Train");
  await check(page, `${look} train before`);
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await expect(page.getByRole("button", { name: /^Actions/ })).toHaveCount(5, { timeout: 90_000 });
  await check(page, `${look} train`);
  await stage(page, "Evaluate");
  await expect(page.getByText(/^95%/).first()).toBeVisible({ timeout: 30_000 });
  await check(page, `${look} evaluate`);
  await page.getByRole("tab", { name: "Test set, locked" }).click();
  await check(page, `${look} evaluate locked`);
  await stage(page, "Deploy");
  await check(page, `${look} deploy`);
  await stage(page, "Monitor");
  await check(page, `${look} monitor`);
}

for (const look of ["light", "dark"] as const) {
  test(`every page, ${look}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: look });
    await open(page);
    await tour(page, look);
  });
}

test("every page, projector size", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: /^View/ }).click();
  await page.getByRole("menuitemcheckbox", { name: "Projector size" }).or(page.getByRole("checkbox", { name: "Projector size" })).or(page.getByRole("button", { name: "Projector size" })).first().click();
  await page.keyboard.press("Escape");
  await tour(page, "projector");
});
