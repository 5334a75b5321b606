// The main job of a new user, driven by roles and labels.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, open, test } from "./lab";

/** Starts from a sample on the home page; the project opens on Frame. */
async function start(page: Page, sample: string): Promise<void> {
  await open(page);
  await page.getByRole("article").filter({ hasText: sample }).getByRole("button").click();
  await expect(page.getByRole("heading", { level: 1, name: "Frame" })).toBeVisible();
}

const stage = (page: Page, name: string) => page.getByRole("navigation", { name: "Lifecycle" }).getByRole("link", { name });

/** Trains every proposed candidate and waits for the leaderboard. */
async function train(page: Page, nRuns: number): Promise<void> {
  await stage(page, "Train").click();
  await expect(page.getByRole("heading", { level: 1, name: "Train" })).toBeVisible();
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await expect(page.getByRole("button", { name: /^Actions/ })).toHaveCount(nRuns, { timeout: 90_000 });
}

test("churn: from the sample to a downloaded model", async ({ page }) => {
  await start(page, "Customer churn");
  await stage(page, "Prepare").click();
  await expect(page.getByRole("heading", { level: 1, name: "Prepare" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Alerts" })).toBeVisible();
  await train(page, 5);

  await stage(page, "Evaluate").click();
  await expect(page.getByRole("heading", { level: 1, name: "Evaluate" })).toBeVisible();
  await page.getByRole("button", { name: "Open the test set…" }).first().click();
  await page.getByRole("button", { name: "Open and count" }).click();
  await expect(page.getByText("first opening")).toBeVisible({ timeout: 30_000 });

  await stage(page, "Deploy").click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download model bundle (.zip)" }).click();
  const path = await (await download).path();
  expect(readFileSync(path).subarray(0, 2).toString()).toBe("PK");

  // Everything is there again after a reload.
  await page.reload();
  await stage(page, "Train").click();
  await expect(page.getByRole("button", { name: /^Actions/ })).toHaveCount(5);
});

for (const [sample, nRuns] of [["Iris", 5], ["Diabetes", 6]] as const) {
  test(`${sample}: trained and evaluated`, async ({ page }) => {
    await start(page, sample);
    await train(page, nRuns);
    await stage(page, "Evaluate").click();
    await expect(page.getByText("95%").first()).toBeVisible({ timeout: 30_000 });
  });
}
