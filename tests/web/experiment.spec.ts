// A/B tests on the Deploy page: planned, and judged from the files a service leaves.
import { expect, open, stage, test } from "./lab";
import type { Page } from "@playwright/test";

/** 4,000 requests, one a key; of A every 10th bought, of B every 5th. */
function trial(): { log: string; outcomes: string } {
  const rows = Array.from({ length: 4000 }, (_, i) => i);
  const log = rows.map((i) => ({
    request_id: `r${i}`,
    at: "2026-01-01T00:00:00Z",
    variant: i % 2 === 0 ? "champion" : "challenger",
    key_hash: `k${i}`,
    label: "yes",
    probabilities: { no: 0.4, yes: 0.6 },
  }));
  const bought = (i: number) => (i % 2 === 0 ? i % 20 === 0 : i % 10 === 1);
  const outcomes = rows.map((i) => ({ request_id: `r${i}`, outcome: bought(i) ? "bought" : "left" }));
  const lines = (all: object[]) => all.map((one) => JSON.stringify(one) + "\n").join("");
  return { log: lines(log), outcomes: lines(outcomes) };
}

async function choose(page: Page, label: string, name: string, text: string): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: `${label}: Choose a file…` }).click();
  await (await chooser).setFiles({ name, mimeType: "application/octet-stream", buffer: Buffer.from(text) });
  await expect(page.getByText(name)).toBeVisible();
}

test("an A/B test: planned, then judged from the log and its outcomes", async ({ page }) => {
  await open(page);
  await page.getByRole("article").filter({ hasText: "Iris" }).getByRole("button", { name: "Start" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Frame" })).toBeVisible();
  await stage(page, "Train");
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await expect(page.getByRole("button", { name: /^Actions/ })).toHaveCount(5, { timeout: 90_000 });
  await stage(page, "Deploy");
  await page.getByRole("tab", { name: "A/B test" }).click();

  // Planned: the figures are statsmodels' (0.10 to 0.12, alpha 5%, power 80%).
  const sizes = page.getByRole("table", { name: "Units needed" });
  await expect(sizes.getByRole("row", { name: /^once/ })).toContainText("3,841");
  await page.getByRole("textbox", { name: "New units per day" }).fill("500");
  await page.getByRole("textbox", { name: "New units per day" }).press("Tab");
  await expect(sizes.getByRole("row", { name: /^once/ })).toContainText("16");
  // What cannot be is said, not computed.
  await page.getByRole("textbox", { name: "Share today" }).fill("0.99");
  await page.getByRole("textbox", { name: "Share today" }).press("Tab");
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByRole("textbox", { name: "Share today" }).fill("0.1");
  await page.getByRole("textbox", { name: "Share today" }).press("Tab");
  await expect(sizes).toBeVisible();

  // Judged.
  await page.getByRole("tab", { name: "Judge" }).click();
  const judge = page.getByRole("button", { name: "Judge", exact: true });
  await expect(judge).toBeDisabled();
  const files = trial();
  await choose(page, "Log of predictions", "predictions.jsonl", files.log);
  await choose(page, "Outcomes", "outcomes.jsonl", files.outcomes);
  await page.getByRole("textbox", { name: "Outcome that counts" }).fill("bought");
  await page.getByRole("textbox", { name: "Outcome that counts" }).press("Tab");
  await judge.click();
  await expect(page.locator(".pill", { hasText: /B is better$/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /challenger/ })).toContainText("0.2");
  // A split that was not kept outweighs everything else.
  await page.getByRole("textbox", { name: "Share meant for B" }).fill("0.3");
  await page.getByRole("textbox", { name: "Share meant for B" }).press("Tab");
  await judge.click();
  await expect(page.locator(".pill", { hasText: /Split not kept$/ })).toBeVisible();
});
