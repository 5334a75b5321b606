// The main job of a new user, driven by roles and labels as a person would: from a messy file to a downloaded model.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, open, saved, stage, test } from "./lab";

/** Downloaded bundles are left here; `cargo xtask test serving` judges them with the real runtimes. */
const BUNDLES = join(import.meta.dirname, "../../target/web-bundles");

/** Starts from a sample on the home page; the project opens on Frame. */
async function start(page: Page, sample: string): Promise<void> {
  await open(page);
  await page.getByRole("article").filter({ hasText: sample }).getByRole("button", { name: "Start" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Frame" })).toBeVisible();
}

/** Trains every proposed candidate and waits for the leaderboard. */
async function train(page: Page, nRuns: number): Promise<void> {
  await stage(page, "Train");
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await expect(page.getByRole("button", { name: /^Actions/ })).toHaveCount(nRuns, { timeout: 90_000 });
  // The best by the primary metric leads, the baseline is on the board.
  const rows = page.getByRole("table").filter({ hasText: "Baseline" }).getByRole("row");
  await expect(rows.nth(1).getByRole("radio")).toBeChecked();
}

async function openTest(page: Page): Promise<void> {
  await page.getByRole("tab", { name: "Test set, locked" }).click();
  await page.getByRole("button", { name: "Open the test set…" }).first().click();
  await page.getByRole("button", { name: "Open and count" }).click();
  await expect(page.getByText("first opening")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("tab", { name: "Test set", exact: true })).toBeVisible();
}

async function decide(page: Page, choice: "Go" | "No-go", reason: string): Promise<void> {
  await page.getByRole("radio", { name: new RegExp(`^${choice}\\b`) }).check();
  await page.getByRole("textbox", { name: "Reason" }).fill(reason);
  await page.getByRole("button", { name: "Record decision" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: reason })).toBeVisible();
  await expect(saved(page)).toBeVisible();
}

async function download(page: Page, name: string): Promise<void> {
  await stage(page, "Deploy");
  await page.getByRole("button", { name: "Export…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(/^Verified: the exported file gives/)).toBeVisible({ timeout: 60_000 });
  const download = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Download model bundle (.zip)" }).click();
  mkdirSync(BUNDLES, { recursive: true });
  const path = join(BUNDLES, `${name}.zip`);
  await (await download).saveAs(path);
  expect(readFileSync(path).subarray(0, 2).toString()).toBe("PK");
  await dialog.getByRole("button", { name: "Close" }).click();
}

test("churn: from the messy sample to a verified model, with the tab closed in the middle", async ({ page, context }) => {
  await start(page, "Customer churn");

  // Frame: the target, the task with its reason, the goal.
  await expect(page.getByLabel("Target column", { exact: true })).toHaveValue("churned");
  await expect(page.getByRole("radio", { name: /Yes or no/ })).toBeChecked();
  await expect(page.getByText("Why this task")).toBeVisible();
  await page.getByRole("textbox", { name: "Success threshold" }).fill("0.8");
  await page.getByRole("textbox", { name: "Success threshold" }).press("Tab");
  await expect(page.getByRole("navigation", { name: "Lifecycle" }).getByRole("region", { name: "Goal" })).toContainText("ROC AUC ≥ 0.8");

  // Prepare: three alerts fixed with a click each.
  await stage(page, "Prepare");
  const alerts = page.getByRole("region", { name: "Alerts" });
  await expect(page.getByText("retention_call_outcome alone gives churned almost surely")).toBeVisible();
  const nOpen = async () => Number((await alerts.getByText(/\d+ open/).innerText()).match(/\d+/)![0]);
  for (const fix of ["Exclude columns", "Clip outliers", "Drop duplicate rows"]) {
    const before = await nOpen();
    await alerts.getByRole("button", { name: fix }).first().click();
    await expect.poll(nOpen).toBeLessThan(before);
    await expect(saved(page)).toBeVisible();
  }
  await expect(saved(page)).toBeVisible();

  // Train: five candidates with progress; the tab is closed in the middle and everything is there again.
  await stage(page, "Train");
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await expect(page.getByRole("button", { name: /^Actions/ }).first()).toBeVisible({ timeout: 60_000 });
  const address = page.url();
  await page.close();
  page = await context.newPage();
  await page.goto(address);
  await expect(page.getByRole("button", { name: /^Actions/ }).first()).toBeVisible();
  await page.getByRole("button", { name: /^Train/ }).first().click();
  await expect(page.getByRole("row", { name: /Gradient boosting/ }).first()).toBeVisible({ timeout: 90_000 });
  await expect(page.getByRole("button", { name: "Cancel" })).toHaveCount(0, { timeout: 60_000 });

  // Evaluate: figures with intervals and a sentence, the threshold from the costs, fairness, the locked test set.
  await stage(page, "Evaluate");
  await expect(page.getByText(/^95% \d\.\d+–\d\.\d+ · baseline/).first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/in \d+\.\d% of such pairs the first has the higher score/).first()).toBeVisible();
  await expect(page.getByText("per miss").first()).toBeVisible();
  // It starts at the best one: there is nothing to go to until it was moved.
  const best = page.getByRole("button", { name: "Go to the best" });
  await expect(best).toHaveAttribute("aria-disabled", "true");
  await page.getByRole("slider", { name: "Decision threshold" }).fill("0.7");
  await best.click();
  await page.getByRole("button", { name: "Use this threshold" }).click();
  await expect(saved(page)).toBeVisible();
  await expect(page.getByRole("heading", { name: "Fairness: senior" })).toBeVisible();
  await openTest(page);
  await expect(page.getByText(/^95%/).first()).toBeVisible();
  await decide(page, "Go", "Good enough, and the gaps are within what we tolerate");

  // Deploy: the verified bundle.
  await download(page, "churn");

  await page.reload();
  await stage(page, "Evaluate");
  await page.getByRole("tab", { name: "Test set", exact: true }).click();
  await expect(page.getByText("first opening")).toBeVisible();
});

for (const [sample, name, nRuns] of [["Iris", "iris", 5], ["Diabetes", "diabetes", 6]] as const) {
  test(`${name}: trained, evaluated, opened, decided and downloaded`, async ({ page }) => {
    await start(page, sample);
    await train(page, nRuns);
    await stage(page, "Evaluate");
    await expect(page.getByText(/^95%/).first()).toBeVisible({ timeout: 30_000 });
    await openTest(page);
    await decide(page, "No-go", "Only a try");
    await download(page, name);
  });
}

test("a file of one's own: dropped, its target chosen, trained", async ({ page }) => {
  await open(page);
  const rows = Array.from({ length: 400 }, (_, i) => {
    const size = (i * 37) % 101;
    const colour = ["red", "green", "blue"][i % 3];
    return `${i};${String(size / 10).replace(".", ",")};${colour};${size + (i % 3) * 5 > 55 ? "ja" : "nein"}`;
  });
  const text = `nr;größe;farbe;bestellt\r\n${rows.join("\r\n")}\r\n`;
  await page.getByLabel("Choose a file", { exact: false }).setInputFiles({ name: "bestellungen.csv", mimeType: "text/csv", buffer: Buffer.from(text, "utf8") });
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  await expect(dialog.getByLabel("Delimiter")).toHaveValue(";");
  await dialog.getByRole("button", { name: /^Import/ }).click();
  await expect(page.getByText("400 rows × 4 columns").first()).toBeVisible({ timeout: 30_000 });
  await stage(page, "Frame");
  await page.getByLabel("Target column", { exact: true }).selectOption("bestellt");
  await expect(page.getByRole("radio", { name: /Yes or no/ })).toBeChecked();
  await expect(page.getByText("Nothing stands in the way of training")).toBeVisible();
  await train(page, 5);
  await expect(page.getByRole("row", { name: /Decision tree/ })).toBeVisible();
});
