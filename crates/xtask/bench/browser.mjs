// The built page in a real Chromium, driven as a person would: `node browser.mjs BASE_URL DATA_FOLDER`, with the
// Chromium of CHROMIUM. Prints one JSON object per figure. One worker unless said; seconds are what the page itself
// records of a run (`fit_secs`: preparation and fit on all rows but the test rows), or what a stopwatch beside it shows.
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(import.meta.dirname, "../../../tests/web/package.json"));
const { chromium } = require("playwright-core");
const [base, data] = process.argv.slice(2);
const args = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
const say = (task, figures) => console.log(JSON.stringify({ task, peer: "workbench", ...figures }));
const median = (xs) => [...xs].sort((a, b) => a - b)[xs.length >> 1];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args });

/** A page of its own profile, ready to work. */
async function fresh(query = "?workers=1") {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const page = await context.newPage();
  page.setDefaultTimeout(300_000);
  await page.goto(base + query);
  await page.locator("main h1").waitFor();
  return page;
}

const stage = async (page, name) => {
  await page.getByRole("navigation", { name: "Lifecycle" }).getByRole("link", { name: new RegExp(`^${name}`) }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
};

/** From the click on Import until the described data are on the screen, seconds. */
async function importFile(page, name, rows) {
  await page.getByLabel("Choose a file", { exact: false }).setInputFiles(join(data, name));
  const button = page.getByRole("dialog").getByRole("button", { name: /^Import/ });
  await button.waitFor();
  const start = performance.now();
  await button.click();
  await page.getByText(`${rows} rows ×`).first().waitFor();
  await page.getByRole("region", { name: "Alerts" }).waitFor();
  await page.getByText(/distinct · /).first().waitFor();
  return (performance.now() - start) / 1000;
}

/** The runs of the newest project, from the record that the page stored. */
const runs = (page) =>
  page.evaluate(async () => {
    const names = (await indexedDB.databases()).map((one) => one.name).filter((name) => name.startsWith("mllc "));
    const database = await new Promise((done) => (indexedDB.open(names[0]).onsuccess = (event) => done(event.target.result)));
    const records = await new Promise((done) => {
      database.transaction(["records"]).objectStore("records").getAll().onsuccess = (event) => done(event.target.result);
    });
    database.close();
    return records.flatMap((bytes) => JSON.parse(new TextDecoder().decode(bytes)).runs);
  });

// From nothing to a page that takes a click on a sample, and to one whose engine has answered.
const [ready, answered] = [[], []];
for (let i = 0; i < 5; i++) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const start = performance.now();
  await page.goto(base);
  await page.getByRole("article").first().waitFor();
  ready.push(performance.now() - start);
  await page.getByRole("heading", { name: "Start with a sample" }).waitFor();
  answered.push(performance.now() - start);
  await context.close();
}
say("ready", { ms: Math.round(median(ready)) });
say("engine", { ms: Math.round(median(answered)) });

// 80 MB, a million rows.
const imports = [];
for (let i = 0; i < 3; i++) {
  const page = await fresh();
  imports.push(await importFile(page, "big.csv", "1,000,000"));
  await page.context().close();
}
say("import", { secs: +median(imports).toFixed(3) });

// 100,000 rows: forest and boosting, one worker; main-thread stalls meanwhile.
const page = await fresh();
await importFile(page, "train.csv", "100,000");
await stage(page, "Frame");
await page.getByLabel("Target column", { exact: true }).selectOption("y");
await page.getByText("Nothing stands in the way of training").waitFor();
await stage(page, "Train");
for (const name of ["Logistic regression", "Decision tree"]) {
  await page.getByRole("button", { name: `Remove ${name}` }).click();
}
await page.evaluate(() => {
  window.stalls = [];
  new PerformanceObserver((list) => window.stalls.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });
});
await page.getByRole("button", { name: "Train", exact: true }).click();
await page.getByRole("button", { name: "Actions of run 3" }).waitFor();
for (const run of await runs(page)) {
  const task = { random_forest: "forest", gradient_boosting: "boosting" }[run.algorithm];
  if (task) say(task, { secs: +run.fit_secs.toFixed(3), roc_auc: +run.validation.roc_auc.value.toFixed(5), n_features: run.n_features });
}
say("main thread", { longest_ms: Math.round(Math.max(0, ...(await page.evaluate(() => window.stalls)))) });

// Cancel, ten times, at different moments.
const waits = [];
for (let i = 0; i < 10; i++) {
  await page.getByRole("button", { name: "Train again" }).click();
  // In the page: the bar and its button are drawn anew with each progress, too quickly for a look from outside.
  const wait = await page.evaluate(async (delay) => {
    const named = (name) => [...document.querySelectorAll("button")].find((button) => button.textContent.trim() === name);
    const until = async (is) => {
      const end = performance.now() + 20_000;
      while (!is()) {
        if (performance.now() > end) throw new Error("the page does not train, or does not stop");
        await new Promise(requestAnimationFrame);
      }
    };
    await until(() => named("Cancel"));
    await new Promise((done) => setTimeout(done, delay));
    const isOver = () => named("Train again").ariaDisabled !== "true";
    await until(() => named("Cancel") || isOver());
    // It ended before it could be cancelled: nothing was measured.
    if (!named("Cancel")) return null;
    const start = performance.now();
    named("Cancel").click();
    await until(isOver);
    return performance.now() - start;
  }, 150 + 170 * i);
  if (wait !== null) waits.push(wait);
}
say("cancel", { longest_ms: Math.round(Math.max(...waits)), n: waits.length });
await browser.close();
