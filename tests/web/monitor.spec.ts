// Stage 6, as a person would: later files against training, what they mean, and the way back to the start.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, open, saved, stage, test } from "./lab";

const SAMPLES = join(import.meta.dirname, "../../public/samples");
const card = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const tab = (page: Page, name: string) => page.getByRole("tab", { name, exact: true }).click();

/** Trains the sample's candidates and watches the best of them. */
async function watched(page: Page, sample: string, nRuns: number): Promise<void> {
  await open(page);
  await page.getByRole("article").filter({ hasText: sample }).getByRole("button", { name: "Start" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Frame" })).toBeVisible();
  await stage(page, "Monitor");
  await expect(page.getByText("No model is watched yet")).toBeVisible();
  await page.getByRole("link", { name: "Go to Train" }).click();
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await expect(page.getByRole("button", { name: /^Actions/ })).toHaveCount(nRuns, { timeout: 90_000 });
  await expect(page.getByRole("button", { name: "Cancel" })).toHaveCount(0);
  await stage(page, "Monitor");
  await page.getByRole("button", { name: /^Watch run/ }).click();
  await expect(page.getByText("Drop next month’s file here")).toBeVisible();
  await expect(page.getByText(/^Version 1 \(champion\), .*, no batch yet$/)).toBeVisible();
}

/** Gives the page a file as the button of the header, or of the empty page, asks for it. */
async function load(page: Page, name: string, text: string): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Load a batch…" }).or(page.getByText("Choose a file…")).click();
  await (await chooser).setFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text, "utf8") });
}

test("churn: drift named, trained again, contested, promoted, rolled back, and back to Frame", async ({ page }) => {
  test.setTimeout(240_000);
  await watched(page, "Customer churn", 5);

  // The next month: what moved, by which method, by how much; the verdict and the alarms.
  await page.getByRole("button", { name: "Load the sample’s churn_next_month.csv" }).click();
  const batch = card(page, "churn_next_month.csv");
  await expect(batch.getByText(/^Of 13 columns, 3 have moved; together they carry/)).toBeVisible({ timeout: 30_000 });
  const row = (name: string) => batch.getByRole("row").filter({ has: page.getByRole("button", { name: `${name}: training and batch` }) });
  await expect(row("payment_method")).toContainText(/Drifted\s*0\.18\s*0\.1\s*Jensen-Shannon\s*< 0\.0001/);
  await expect(row("payment_method")).toContainText("225 (9%)");
  // Three charges of 9999 in training do not hide that prices rose.
  await expect(row("monthly_charges")).toContainText(/Drifted\s*0\.\d+\s*0\.1\s*Kolmogorov-Smirnov/);
  await expect(row("monthly_charges")).toContainText("1% → 4%");
  await expect(row("gender")).toContainText("Stable");
  await expect(row("signup_date")).toContainText("Not judged");
  const alarms = card(page, "Alarms");
  await expect(alarms.getByText(/over 5% of the rows have a level of payment_method that training did not have/)).toBeVisible();
  await expect(alarms.getByText("the predictions have drifted")).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Lifecycle" }).getByRole("link", { name: /^Monitor/ })).toContainText("2 alarms");

  // Outcomes are in the file: performance with its interval beside what was expected.
  await tab(page, "Performance");
  const auc = batch.getByRole("row", { name: /^ROC AUC/ });
  await expect(auc).toContainText(/0\.99\d to (0\.99\d|1\.000)/);
  await expect(auc).toContainText("Same");
  await expect(batch.getByText(/^As expected: ROC AUC is 0\.99\d on 2,500 rows with a known outcome/)).toBeVisible();
  await tab(page, "Columns");

  // One column: both samples in a chart, what is new in it, and another method.
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "payment_method: training and batch" }).click();
  await expect(dialog.getByRole("row", { name: /^Mobile wallet/ })).toContainText("225");
  await expect(dialog.getByText(/compared by the Jensen-Shannon distance/)).toBeVisible();
  await dialog.getByRole("combobox", { name: "Method" }).selectOption("Total variation distance");
  await expect(dialog.getByText(/Stable$/)).toBeVisible({ timeout: 30_000 });
  await expect(dialog.getByText("Chosen by hand")).toBeVisible();
  await dialog.getByRole("combobox", { name: "Method" }).selectOption("Automatic, by type and number of rows");
  await expect(dialog.getByText(/Drifted$/)).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();

  // Rules: what means nothing is refused at its place; what means something judges again.
  await alarms.getByRole("button", { name: "Rules…" }).click();
  await dialog.getByRole("textbox", { name: "Share of the columns" }).fill("7");
  await dialog.getByRole("textbox", { name: "Share of the columns" }).press("Tab");
  await dialog.getByRole("button", { name: "Save and judge again" }).click();
  await expect(dialog).toBeVisible();
  await dialog.getByRole("textbox", { name: "Share of the columns" }).fill("0.2");
  await dialog.getByRole("switch", { name: "Alarm when the predictions have drifted" }).click();
  await dialog.getByRole("button", { name: "Save and judge again" }).click();
  await expect(dialog).toBeHidden();
  await expect(alarms.getByText(/the data set has drifted, 3 of 13 judged columns/)).toBeVisible({ timeout: 30_000 });
  await expect(alarms.getByText("the predictions have drifted")).toBeHidden();
  await expect(saved(page)).toBeVisible();
  await page.reload();
  await expect(alarms.getByText(/the data set has drifted, 3 of 13 judged columns/)).toBeVisible({ timeout: 30_000 });
  await expect(batch.getByText(/^Of 13 columns, 3 have moved/)).toBeVisible();

  // One click: the same recipe and search on old and new rows, then champion against challenger on the newest batch.
  await expect(page.getByRole("checkbox", { name: "churn_next_month.csv, 2,500 rows with a known outcome" })).toBeChecked();
  await page.getByRole("button", { name: "Train again on old and new rows" }).click();
  const contest = card(page, "Champion against challenger");
  await expect(contest.getByText(/on the same [\d,]+ rows of churn_next_month\.csv, which neither was fitted on/)).toBeVisible({ timeout: 120_000 });
  await expect(contest.getByText(/^0\.\d{3} ROC AUC, Version 1, /)).toBeVisible();
  await expect(contest.getByText(/^0\.\d{3} ROC AUC, Run \d+, /)).toBeVisible();
  await expect(contest.getByText(/^−?0\.\d+, 95% −?0\.\d+ to −?0\.\d+$/)).toBeVisible();
  const journal = card(page, "Journal");
  await expect(journal.getByRole("row").filter({ hasText: /^\S+ \S+Trained again/ })).toBeVisible();

  // The new run becomes the challenger, and with a reason the champion.
  await contest.getByRole("button", { name: /^Make run \d+ the challenger$/ }).click();
  const promote = contest.getByRole("button", { name: "Promote version 2" });
  await expect(promote).toBeDisabled({ timeout: 30_000 });
  await contest.getByLabel("Reason").fill("It knows the new payment method");
  await promote.click();
  await expect(page.getByText(/^Version 2 \(champion\), .*, no batch yet$/)).toBeVisible();
  await expect(journal.getByRole("row").filter({ hasText: "It knows the new payment method" })).toContainText("Version 2");
  await expect(saved(page)).toBeVisible();
  await page.reload();
  await expect(journal.getByRole("row").filter({ hasText: "It knows the new payment method" })).toBeVisible({ timeout: 30_000 });
  await expect(contest.getByText(/^0\.\d{3} ROC AUC, Version 1, /)).toBeVisible();

  // Back to the first, with a reason.
  await contest.getByRole("button", { name: "Roll back…" }).click();
  await expect(dialog.getByRole("button", { name: "Roll back to version 1" })).toBeDisabled();
  await dialog.getByLabel("Reason").fill("Support could not explain it");
  await dialog.getByRole("button", { name: "Roll back to version 1" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText(/^Version 1 \(champion\), .*, 1 batch$/)).toBeVisible();
  await expect(saved(page)).toBeVisible();
  await page.reload();
  await expect(journal.getByRole("row").filter({ hasText: "Support could not explain it" })).toContainText("version 1", { timeout: 30_000 });

  // The cycle closes.
  await page.getByRole("link", { name: "Next: Frame" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Frame" })).toBeVisible();
});

test("loan: what is no batch, weeks in a row, the service's log, its outcomes and a labels file", async ({ page }) => {
  test.setTimeout(240_000);
  await watched(page, "Loan", 5);
  const rows = readFileSync(join(SAMPLES, "loan_next_month.csv"), "utf8").trim().split(/\r?\n/).map((line) => line.split(","));
  const header = rows[0];
  const cell = (row: string[], name: string) => row[header.indexOf(name)];
  const csv = (from: number, to: number, without: string[] = []) =>
    [header, ...rows.slice(from, to)].map((row) => row.filter((_, i) => !without.includes(header[i])).join(",")).join("\n") + "\n";

  // What cannot be compared says why, and what to choose instead; nothing is left behind.
  const failure = page.getByRole("main").getByRole("alert");
  const refused: [string, string, RegExp][] = [
    ["empty.csv", "", /the file is empty/],
    ["header.csv", header.join(",") + "\n", /header\.csv has a header and no rows/],
    ["other.csv", "a,b\n1,2\n3,4\n", /other\.csv has none of the 13 columns that the model reads/],
    ["labels.csv", "request_id,outcome\nxx,yes\n", /None of the outcomes in labels\.csv belongs to a prediction/],
  ];
  for (const [name, text, says] of refused) {
    await load(page, name, text);
    await expect(failure.getByText(says)).toBeVisible({ timeout: 30_000 });
  }
  await expect(page.getByRole("main").getByText(/no batch yet$/)).toBeVisible();

  // Columns that are not there are an alarm, not a refusal.
  await load(page, "lacking.csv", csv(1, 801, ["age", "income"]));
  await expect(card(page, "Alarms").getByText("lacking.csv: age, income are absent or of another type")).toBeVisible({ timeout: 30_000 });
  await expect(failure).toBeHidden();

  // Weeks in a row: a trend, and the rule that says when to train again.
  const batches = card(page, "Batches");
  for (let week = 1; week <= 4; week++) {
    await load(page, `week_${week}.csv`, csv(1 + 390 * week, 391 + 390 * week));
    await expect(batches.getByRole("button", { name: `Show week_${week}.csv` })).toHaveAttribute("aria-current", "true", { timeout: 30_000 });
  }
  await expect(page.getByText(/^Train again: the data set has drifted, in \d batches in a row; the rule says 3$/)).toBeVisible();
  const trend = card(page, "Over the batches");
  await expect(trend.getByText(/ROC AUC .* over 5 batches$/)).toBeVisible();
  await trend.getByLabel("Figure").selectOption("PSI of age");
  await trend.getByText("Show as table").click();
  await expect(trend.getByRole("row", { name: /^week_4\.csv/ })).toBeVisible();
  await trend.getByRole("group", { name: /arrow keys/ }).press("ArrowRight");
  await trend.getByRole("group", { name: /arrow keys/ }).press("Enter");
  await expect(batches.locator("[aria-current=true]")).not.toHaveText("week_4.csv");

  // The log as the service writes it, then its outcomes: late, twice, and of nobody.
  const inputs = header.filter((name) => !["application_id", "approved", "repaid", "gender"].includes(name));
  const value = (text: string) => (text === "" ? null : Number.isNaN(Number(text)) ? text : Number(text));
  const line = (row: string[], i: number) => {
    const yes = cell(row, "approved") === "yes" ? 0.8 : 0.3;
    return JSON.stringify({
      format: 1,
      ts: new Date(Date.UTC(2026, 1, 1) + i * 3_600_000).toISOString(),
      request_id: `r${i}`,
      model: "Loan approval",
      version: "1",
      sha256: "0".repeat(64),
      variant: "champion",
      key_hash: `k${i}`,
      shadow: false,
      rows: 1,
      first_row: 0,
      latency_ms: 1.25,
      warnings: 0,
      outliers: 0,
      predictions: [{ label: yes > 0.5 ? "yes" : "no", probabilities: { no: 1 - yes, yes } }],
      inputs: [Object.fromEntries(inputs.map((name) => [name, value(cell(row, name))]))],
    });
  };
  const logged = rows.slice(1, 801);
  await load(page, "requests.jsonl", logged.map(line).join("\n") + "\n");
  const log = card(page, "requests.jsonl");
  await expect(log).toBeVisible({ timeout: 30_000 });
  await expect(batches.getByText(/800 rows, log of the service$/)).toBeVisible();
  await tab(page, "Performance");
  await expect(log.getByText("Outcomes are not known yet")).toBeVisible();
  const outcome = (row: string[], i: number) => JSON.stringify({ request_id: `r${i}`, row: 0, key_hash: null, outcome: cell(row, "approved"), at: Date.UTC(2026, 2, 10) / 1000 });
  const twice = { request_id: "r0", row: 0, key_hash: null, outcome: cell(logged[0], "approved"), at: Date.UTC(2026, 2, 12) / 1000 };
  const orphan = { request_id: "nobody", row: 0, key_hash: null, outcome: "yes", at: Date.UTC(2026, 2, 12) / 1000 };
  await load(page, "outcomes.jsonl", [...logged.slice(0, 600).map(outcome), JSON.stringify(twice), JSON.stringify(orphan)].join("\n") + "\n");
  await expect(log.getByRole("row", { name: /^ROC AUC/ })).toContainText("1.000", { timeout: 30_000 });
  await tab(page, "Outcomes");
  const fact = (name: string) => log.locator("dt", { hasText: new RegExp(`^${name}$`) }).locator("xpath=following-sibling::dd[1]");
  await expect(fact("With an outcome")).toHaveText("600");
  await expect(fact("Replaced by a later one")).toHaveText("1");
  await expect(fact("Without a prediction")).toHaveText("1");
  await expect(fact("Of these late")).not.toHaveText("0");
  await expect(fact("From prediction to outcome")).toContainText(/days for half of them/);

  // A batch without its target, and labels that join it by a column of both.
  await load(page, "blind.csv", csv(801, 1601, ["approved"]));
  const blind = card(page, "blind.csv");
  await expect(blind).toBeVisible({ timeout: 30_000 });
  await tab(page, "Performance");
  await expect(blind.getByText("Outcomes are not known yet")).toBeVisible();
  const labels = rows.slice(801, 1601).map((row) => `${cell(row, "application_id")},${cell(row, "approved")}`);
  await load(page, "labels.csv", `application_id,approved\n${labels.join("\n")}\n`);
  await expect(blind.getByText(/^On 800 rows with a known outcome/)).toBeVisible({ timeout: 30_000 });
  await expect(blind.getByRole("row", { name: /^ROC AUC/ })).toContainText(/0\.\d{3} to 0\.\d{3}/);

  // Trained again on chosen batches; the champion is kept, with a reason.
  await page.getByRole("button", { name: "Go to training again" }).click();
  await page.getByRole("checkbox", { name: /^lacking\.csv/ }).uncheck();
  await page.getByRole("checkbox", { name: /^requests\.jsonl/ }).uncheck();
  await page.getByRole("button", { name: "Train again on old and new rows" }).click();
  const contest = card(page, "Champion against challenger");
  // Its rows are those of the weeks: they are learned from once, and that is said.
  await expect(contest.getByText("800 of 800 rows of blind.csv are among the data already, and are not learned from twice")).toBeVisible({ timeout: 120_000 });
  await contest.getByRole("button", { name: /^Make run \d+ the challenger$/ }).click({ timeout: 120_000 });
  await contest.getByLabel("Reason").fill("Not sure enough");
  await contest.getByRole("button", { name: "Keep version 1" }).click();
  await expect(card(page, "Journal").getByRole("row").filter({ hasText: "Not sure enough" })).toBeVisible();

  // A batch goes when it is told to.
  await page.getByRole("button", { name: "Actions of lacking.csv" }).click();
  await page.getByRole("button", { name: "Delete…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await expect(batches.getByRole("button", { name: "Show lacking.csv" })).toBeHidden();
  await expect(saved(page)).toBeVisible();
  await page.reload();
  await expect(batches.getByRole("button", { name: "Show week_4.csv" })).toBeVisible({ timeout: 30_000 });
  await expect(batches.getByRole("button", { name: "Show lacking.csv" })).toHaveCount(0);
});
