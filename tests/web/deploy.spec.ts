// Stage 5, as a person would: explain rows, register, promote, try, look at the graph and the card, export, go back.
import type { Page } from "@playwright/test";
import { expect, open, saved, stage, test } from "./lab";

const tab = (page: Page, name: string) => page.getByRole("tab", { name }).click();
const card = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

async function trained(page: Page, sample: string, nRuns: number): Promise<void> {
  await open(page);
  await page.getByRole("article").filter({ hasText: sample }).getByRole("button", { name: "Start" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Frame" })).toBeVisible();
  await stage(page, "Train");
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await expect(page.getByRole("button", { name: /^Actions/ })).toHaveCount(nRuns, { timeout: 90_000 });
  await expect(page.getByRole("button", { name: "Cancel" })).toHaveCount(0);
}

/** Asks for an action on a version and gives the reason that it asks for. */
async function act(page: Page, version: number, action: string, verb: string, reason: string): Promise<void> {
  await page.getByRole("button", { name: `Actions of version ${version}` }).click();
  await page.getByRole("button", { name: action }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("Enter a reason")).toBeVisible();
  await dialog.getByLabel("Reason").fill(reason);
  await dialog.getByRole("button", { name: verb }).click();
  await expect(dialog).toBeHidden();
  await expect(card(page, "Journal").getByRole("row").filter({ hasText: reason })).toBeVisible();
}

async function register(page: Page, note: string): Promise<void> {
  await page.getByRole("button", { name: "Register…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Note").fill(note);
  await dialog.getByRole("button", { name: "Register version" }).click();
  await expect(dialog).toBeHidden({ timeout: 30_000 });
}

test("churn: explained, registered, promoted, tried, drawn, described, exported and rolled back", async ({ page }) => {
  test.setTimeout(240_000);
  await trained(page, "Customer churn", 5);

  // Evaluate: what the model leans on, in two ways; a row of the confusion matrix.
  await stage(page, "Evaluate");
  const leans = card(page, "What the model leans on");
  await leans.getByRole("button", { name: "Contributions", exact: true }).click();
  await leans.getByRole("button", { name: "Compute contributions" }).click();
  await expect(leans.getByText("over 1,000 validation rows")).toBeVisible({ timeout: 30_000 });
  await expect(leans.getByRole("img", { name: /retention_call_outcome moves the scores most/ })).toBeVisible();
  await page.getByRole("button", { name: /^Truth yes, predicted no/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: /^Explain row/ }).first().click();
  await expect(dialog.getByText("In the file")).toBeVisible({ timeout: 30_000 });
  await expect(dialog.getByText(/This row was held out/)).toBeVisible();
  await expect(dialog.getByRole("img", { name: /from the base value/ })).toBeVisible();
  await dialog.getByText("Show as table").click();
  await expect(dialog.getByRole("cell", { name: "Base value" })).toBeVisible();
  await dialog.getByRole("button", { name: "Back to the rows" }).click();
  await expect(dialog.getByRole("button", { name: /^Explain row/ }).first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();

  // Deploy: the current run is not registered; the threshold is the one that its costs choose.
  await stage(page, "Deploy");
  await expect(page.getByText(/^Run 2, Logistic regression, not registered$/)).toBeVisible();
  await expect(page.getByText(/^0\.\d{3}: the label is yes/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("Nothing has been registered, promoted or decided yet")).toBeVisible();
  await register(page, "for the retention team");
  await expect(page.getByText("Version 1: run 2, Logistic regression")).toBeVisible();
  const versions = card(page, "Versions");
  await expect(versions.getByLabel("Note of version 1")).toHaveValue("for the retention team");
  await versions.getByLabel("Note of version 1").fill("for the pilot");
  await versions.getByLabel("Note of version 1").press("Enter");
  await act(page, 1, "Make champion…", "Make champion", "the first to be served");
  await expect(page.getByText("Version 1, champion: run 2, Logistic regression")).toBeVisible();
  await expect(saved(page)).toBeVisible();

  // Try it: a row of the file; a change moves the answer; what does not read is said at its field.
  await tab(page, "Try it");
  const form = card(page, "Try it");
  const answer = card(page, "What the model says");
  await expect(form.getByText(/^Row [\d,]+ of the file, where churned is (yes|no)$/)).toBeVisible({ timeout: 30_000 });
  const says = answer.locator("dd").first();
  await expect(says).toContainText("the probability of yes is", { timeout: 30_000 });
  const before = await says.innerText();
  await form.getByLabel("tenure").fill("1");
  await form.getByLabel("contract").fill("Ten years");
  await expect(form.getByText(/2 cells changed$/)).toBeVisible();
  await expect.poll(() => says.innerText()).not.toBe(before);
  await expect(answer.getByText("contract is Ten years, a level that no training row has")).toBeVisible();
  await form.getByLabel("tenure").fill("9000");
  await expect(answer.getByText(/tenure is 9000: training rows lie between/)).toBeVisible();
  await form.getByLabel("tenure").fill("ten");
  await expect(form.getByText(/"ten" is not a number/)).toBeVisible();
  await expect(answer.getByText("The answer is from before: correct the marked cell")).toBeVisible();
  await form.getByLabel("tenure").fill("");
  await expect(form.getByText(/"ten" is not a number/)).toBeHidden();
  await form.getByRole("button", { name: "Another row" }).click();
  await expect(form.getByText(/cells? changed$/)).toBeHidden();

  // The graph: boxes by keyboard, details, zoom, every node in the table.
  await tab(page, "Model graph");
  const graph = card(page, "Model graph");
  await expect(graph.getByText(/\d+ operators on \d+ columns/)).toBeVisible({ timeout: 30_000 });
  await graph.getByRole("button", { name: /^Gemm/ }).press("Enter");
  await expect(graph.getByText("transB")).toBeVisible();
  const few = await graph.locator(".graph-box").count();
  await graph.getByRole("combobox", { name: "Show" }).selectOption("Every operator");
  expect(await graph.locator(".graph-box").count()).toBeGreaterThan(5 * few);
  await graph.getByRole("combobox", { name: "Show" }).selectOption("Columns treated alike together");
  await graph.locator(".graph-box.input").first().click();
  await graph.getByRole("button", { name: /^Show its/ }).click();
  expect(await graph.locator(".graph-box").count()).toBeGreaterThan(few);
  const size = () => graph.locator(".graph-box").first().evaluate((box) => box.getBoundingClientRect().width);
  const width = await size();
  await graph.getByRole("group", { name: /^Graph: arrow keys/ }).press("+");
  expect(await size()).toBeGreaterThan(width);
  await graph.getByText("Show as table").click();
  await expect(graph.getByRole("cell", { name: "LabelEncoder" }).first()).toBeVisible();

  // The card, and its download.
  await tab(page, "Model card");
  await expect(card(page, "Model card").getByText("for the pilot")).toBeVisible({ timeout: 30_000 });
  await expect(card(page, "Model card").getByText("the first to be served")).toBeVisible();
  const markdown = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download MODEL_CARD.md" }).click();
  expect((await markdown).suggestedFilename()).toBe("MODEL_CARD.md");

  await tab(page, "Inputs");
  await expect(card(page, "Input schema").getByRole("row", { name: /^contract/ })).toContainText("Month-to-month");

  // The export says what is in it, what was verified and where the label turns.
  await page.getByRole("button", { name: "Export…" }).click();
  await expect(dialog.getByText(/^Verified: the exported file gives the model.s own answers/)).toBeVisible({ timeout: 30_000 });
  await expect(dialog.getByText("MODEL_CARD.md")).toBeVisible();
  await expect(dialog.getByText(/^0\.\d{3}: the label is yes/)).toBeVisible();
  const bundle = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Download model bundle (.zip)" }).click();
  expect((await bundle).suggestedFilename()).toMatch(/^Customer_churn-1-[0-9a-f]{8}-bundle\.zip$/);
  await expect(dialog.getByText("was handed to the browser’s downloads")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).click();

  // A second version takes the place of the first, fails, and the first comes back.
  await page.getByLabel("Model", { exact: true }).selectOption({ label: (await page.getByLabel("Model", { exact: true }).locator("option", { hasText: "Gradient boosting" }).innerText()).trim() });
  await tab(page, "Versions");
  await register(page, "");
  await act(page, 2, "Make challenger…", "Make challenger", "to be tried");
  await act(page, 2, "Make champion…", "Make champion", "it won");
  await act(page, 1, "Roll back to this…", "Roll back", "it failed in service");
  await expect(versions.getByRole("row", { name: /^Work with version 1 / }).getByText("champion", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Actions of version 1" }).click();
  await page.getByRole("button", { name: "Lineage…" }).click();
  await expect(dialog.getByText(/^File \(SHA-256\): [0-9a-f]{64}$/)).toBeVisible();
  await expect(dialog.getByText("not opened when it was registered")).toBeVisible();
  await page.keyboard.press("Escape");

  // Other data come; the version is asked and exported as it was.
  await expect(saved(page)).toBeVisible();
  await stage(page, "Prepare");
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Replace data…" }).click();
  const rows = Array.from({ length: 200 }, (_, i) => `${i},${i % 7},${i % 2 ? "a" : "b"}`).join("\n");
  await (await chooser).setFiles({ name: "other.csv", mimeType: "text/csv", buffer: Buffer.from(`n,x,y\n${rows}\n`) });
  await page.getByRole("dialog").getByRole("button", { name: /^Import/ }).click();
  await expect(page.getByText("200 rows × 3 columns").first()).toBeVisible({ timeout: 30_000 });
  await stage(page, "Deploy");
  await page.getByLabel("Model", { exact: true }).selectOption({ label: "Version 1, Logistic regression (champion)" });
  await tab(page, "Try it");
  await expect(says).toContainText("the probability of yes is", { timeout: 30_000 });
  await page.getByRole("button", { name: "Export…" }).click();
  await expect(dialog.getByText(/^Verified/).first()).toBeVisible({ timeout: 30_000 });
  await dialog.getByRole("button", { name: "Close" }).click();

  await page.reload();
  await expect(page.getByText(/champion: run 2, Logistic regression/).or(page.getByRole("link", { name: /Version 1 is champion/ })).first()).toBeVisible();
});

for (const [sample, nRuns] of [["Iris", 5], ["Diabetes", 6]] as const) {
  test(`${sample}: a row is explained and played with`, async ({ page }) => {
    await trained(page, sample, nRuns);
    await stage(page, "Evaluate");
    await expect(page.getByText(/^95%/).first()).toBeVisible({ timeout: 30_000 });
    const dialog = page.getByRole("dialog");
    if (sample === "Iris") {
      await page.getByRole("button", { name: /^Truth setosa, predicted setosa/ }).click();
      await dialog.getByRole("button", { name: /^Explain row/ }).first().click();
    } else {
      const plot = card(page, "Prediction against truth").getByRole("group", { name: /arrow keys/ });
      await plot.press("ArrowRight");
      await plot.press("Enter");
    }
    await expect(dialog.getByRole("img", { name: /from the base value/ })).toBeVisible({ timeout: 30_000 });
    await page.keyboard.press("Escape");
    await stage(page, "Deploy");
    await tab(page, "Try it");
    const answer = card(page, "What the model says");
    await expect(answer.getByRole("img", { name: /from the base value/ })).toBeVisible({ timeout: 30_000 });
    await page.getByRole("button", { name: "Clear all" }).click();
    await expect(card(page, "Try it").getByText("An empty cell counts as missing")).toBeVisible();
    await expect(answer.getByRole("img", { name: /from the base value/ })).toBeVisible();
  });
}

test("a project without runs says what to do first", async ({ page }) => {
  await open(page);
  await page.getByRole("article").filter({ hasText: "Iris" }).getByRole("button", { name: "Start" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Frame" })).toBeVisible();
  await stage(page, "Deploy");
  await expect(page.getByText("There is nothing to export yet")).toBeVisible();
  await page.getByRole("link", { name: "Go to Train" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Train" })).toBeVisible();
});
