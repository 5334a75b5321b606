// Every page as it stands in the middle of the work: nothing that axe-core finds, nothing cut off, in light, dark and
// projector size.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, open, stage, test } from "./lab";

type Look = { name: string; scheme: "light" | "dark"; isProjector: boolean; rules?: string[] };

/** The structure of a page is the same in every look; what colours and sizes can break is judged in each of them. */
const LOOKS: Look[] = [
  { name: "light", scheme: "light", isProjector: false },
  { name: "dark", scheme: "dark", isProjector: false, rules: ["color-contrast", "link-in-text-block"] },
  { name: "projector", scheme: "light", isProjector: true, rules: [] },
];

async function wear(page: Page, look: Look): Promise<void> {
  await page.emulateMedia({ colorScheme: look.scheme });
  await page.evaluate(async (isProjector) => {
    const set = document.documentElement.dataset;
    if (isProjector) set.size = "projector";
    else delete set.size;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  }, look.isProjector);
}

async function check(page: Page, name: string): Promise<void> {
  for (const look of LOOKS) {
    const where = `${look.name} ${name}`;
    await wear(page, look);
    if (look.rules?.length !== 0) {
      const axe = new AxeBuilder({ page });
      const found = await (look.rules ? axe.withRules(look.rules) : axe.withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])).analyze();
      const faults = found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
      expect(faults, where).toEqual([]);
    }
    const cut = await page.evaluate(() => {
      const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
      const main = document.querySelector("main");
      return { page: wide, main: main ? main.scrollWidth - main.clientWidth : 0 };
    });
    expect(cut, `${where}: nothing reaches past the right edge`).toEqual({ page: 0, main: 0 });
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${where.replaceAll(/\W+/g, "-")}.png` });
  }
  await wear(page, LOOKS[0]);
}

/** Home, then each stage of a project, the test set opened, every dialog that the stage has. */
async function tour(page: Page): Promise<void> {
  test.setTimeout(900_000);
  await check(page, "home");
  await page.getByRole("article").filter({ hasText: "Customer churn" }).getByRole("button", { name: "Start" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Frame" })).toBeVisible();
  await expect(page.getByText("Why this task")).toBeVisible();
  await check(page, "frame");
  await stage(page, "Prepare");
  await expect(page.getByRole("region", { name: "Alerts" })).toBeVisible();
  await expect(page.getByRole("grid").or(page.getByRole("table")).first()).toBeVisible();
  await check(page, "prepare");
  await page.getByRole("button", { name: "Add step…" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await check(page, "prepare step");
  await page.keyboard.press("Escape");
  await stage(page, "Train");
  await check(page, "train before");
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await expect(page.getByRole("button", { name: /^Actions/ })).toHaveCount(5, { timeout: 90_000 });
  await check(page, "train");
  await stage(page, "Evaluate");
  await expect(page.getByText(/^95%/).first()).toBeVisible({ timeout: 30_000 });
  await check(page, "evaluate");
  await page.getByRole("tab", { name: "Test set, locked" }).click();
  await check(page, "evaluate locked");
  await page.getByRole("tab", { name: "Validation" }).click();
  await page.getByRole("button", { name: "Contributions", exact: true }).click();
  await page.getByRole("button", { name: "Compute contributions" }).click();
  await expect(page.getByText(/over [\d,]+ validation rows/)).toBeVisible({ timeout: 30_000 });
  await check(page, "evaluate contributions");
  await page.getByRole("button", { name: /^Truth yes, predicted no/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: /^Explain row/ }).first().click();
  await expect(page.getByRole("dialog").getByRole("img", { name: /from the base value/ })).toBeVisible({ timeout: 30_000 });
  await check(page, "evaluate row");
  await page.keyboard.press("Escape");
  await stage(page, "Monitor");
  await check(page, "monitor empty");
  await deploy(page);
  await monitor(page);
}

/** Deploy with a version: every tab and every dialog. */
async function deploy(page: Page): Promise<void> {
  await stage(page, "Deploy");
  await expect(page.getByText(/the label is yes/).first()).toBeVisible({ timeout: 30_000 });
  await check(page, "deploy empty");
  await page.getByRole("button", { name: "Register…" }).click();
  await check(page, "deploy register");
  await page.getByRole("dialog").getByRole("button", { name: "Register version" }).click();
  await expect(page.getByRole("dialog")).toBeHidden({ timeout: 30_000 });
  await page.getByRole("button", { name: "Actions of version 1" }).click();
  await page.getByRole("button", { name: "Make champion…" }).click();
  await page.getByLabel("Reason").fill("the first");
  await check(page, "deploy promote");
  await page.getByRole("dialog").getByRole("button", { name: "Make champion" }).click();
  await check(page, "deploy versions");
  await page.getByRole("button", { name: "Actions of version 1" }).click();
  await page.getByRole("button", { name: "Lineage…" }).click();
  await check(page, "deploy lineage");
  await page.keyboard.press("Escape");
  const seen: [string, string | RegExp][] = [
    ["Try it", "the probability of yes"],
    ["Model graph", /operators on/],
    ["Model card", "Intended use"],
    ["Inputs", "Month-to-month"],
  ];
  for (const [name, text] of seen) {
    await page.getByRole("tab", { name }).click();
    await expect(page.getByRole("tabpanel").getByText(text).first()).toBeVisible({ timeout: 30_000 });
    await check(page, `deploy ${name}`);
  }
  await page.getByRole("button", { name: "Export…" }).click();
  await expect(page.getByText(/^Verified: the exported file gives/)).toBeVisible({ timeout: 30_000 });
  await check(page, "deploy export");
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
}

/** Monitor: the first file, a batch with its tabs and dialogs, what is refused, the contest of two versions. */
async function monitor(page: Page): Promise<void> {
  await stage(page, "Monitor");
  await check(page, "monitor first");
  const chooser = page.waitForEvent("filechooser");
  await page.getByText("Choose a file…").click();
  await (await chooser).setFiles({ name: "other.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") });
  await expect(page.getByText("other.csv has none of the")).toBeVisible({ timeout: 30_000 });
  await check(page, "monitor refused");
  await page.getByRole("button", { name: "Load the sample’s churn_next_month.csv" }).click();
  await expect(page.getByText(/^Of 13 columns, \d have moved/)).toBeVisible({ timeout: 30_000 });
  await check(page, "monitor batch");
  await page.getByRole("tab", { name: "Performance" }).click();
  await expect(page.getByText(/^On 2,500 rows with a known outcome/)).toBeVisible();
  await check(page, "monitor performance");
  await page.getByRole("tab", { name: "Columns" }).click();
  const dialog = page.getByRole("dialog");
  for (const column of ["payment_method", "support_calls"]) {
    await page.getByRole("button", { name: `${column}: training and batch` }).click();
    await expect(dialog.getByRole("combobox", { name: "Method" })).toBeVisible();
    await check(page, `monitor ${column}`);
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
  }
  await page.getByRole("button", { name: "Rules…" }).click();
  await expect(dialog).toBeVisible();
  await check(page, "monitor rules");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Train again on old and new rows" }).click();
  await page.getByRole("button", { name: /^Make run \d+ the challenger$/ }).click({ timeout: 120_000 });
  const promote = page.getByRole("button", { name: "Promote version 2" });
  await expect(promote).toBeVisible({ timeout: 30_000 });
  await check(page, "monitor contest");
  await page.getByLabel("Reason").fill("it knows the new month");
  await promote.click();
  await page.getByRole("button", { name: "Roll back…" }).click();
  await expect(dialog.getByLabel("Reason")).toBeVisible();
  await check(page, "monitor roll back");
  await page.keyboard.press("Escape");
}

test("every page, light, dark and in projector size", async ({ page }) => {
  await open(page);
  // The looks are put on by hand from here on; that the menu does the same is seen once.
  for (const isLarge of [true, false]) {
    await page.getByRole("button", { name: /^View/ }).click();
    await page.getByRole("group", { name: "View" }).getByRole("button", { name: "Projector size" }).click();
    if (isLarge) await expect(page.locator("html")).toHaveAttribute("data-size", "projector");
    else await expect(page.locator("html")).not.toHaveAttribute("data-size", "projector");
  }
  await tour(page);
});
