// Content that is larger than one value of the database may be: stored in pieces, read again, swept up.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, open, saved, stage, test } from "./lab";

const folder = mkdtempSync(join(tmpdir(), "mllc-storage-"));
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Numbers in 17 columns and a category; `seed` changes the last column only. */
function table(name: string, rows: number, seed: number): string {
  const path = join(folder, name);
  const file = openSync(path, "w");
  const names = [...Array(17).keys()].map((i) => `n${i}`);
  writeSync(file, [...names, "kind"].join(",") + "\n");
  let lines: string[] = [];
  for (let row = 0; row < rows; row++) {
    const x = (row * 2654435761) % 1000003;
    lines.push(`${names.map((_, i) => (x * (i + 1)) % 997).join(",")},${"abcd"[(x + (row % 3) * seed) % 4]}`);
    if (lines.length === 20_000 || row === rows - 1) {
      writeSync(file, lines.join("\n") + "\n");
      lines = [];
    }
  }
  closeSync(file);
  return path;
}

/** How many values each store has, and the size of the largest one. */
const stores = (page: Page) =>
  page.evaluate(async () => {
    const names = (await indexedDB.databases()).map((one) => one.name!).filter((name) => name.startsWith("mllc "));
    const database: IDBDatabase = await new Promise((done) => {
      indexedDB.open(names[0]).onsuccess = (event) => done((event.target as IDBOpenDBRequest).result);
    });
    const found: Record<string, number> = {};
    for (const store of ["records", "chunks", "lists", "pieces"]) {
      found[store] = await new Promise((done) => {
        database.transaction([store]).objectStore(store).count().onsuccess = (event) =>
          done((event.target as IDBRequest<number>).result);
      });
    }
    database.close();
    return found;
  });

async function importFile(page: Page, path: string, rows: string): Promise<void> {
  await page.getByLabel("Choose a file", { exact: false }).setInputFiles(path);
  await page.getByRole("dialog").getByRole("button", { name: /^Import/ }).click();
  await expect(page.getByText(`${rows} rows ×`).first()).toBeVisible({ timeout: 120_000 });
  await expect(saved(page)).toBeVisible({ timeout: 60_000 });
}

test("a table larger than one value may be is stored, opened again and swept up", async ({ page }) => {
  test.setTimeout(300_000);
  // 17 numbers of eight bytes and a code: 137 bytes a row, 137 MB.
  const path = table("large.csv", 1_000_000, 0);
  await open(page);
  await importFile(page, path, "1,000,000");
  const before = await stores(page);
  expect(before).toMatchObject({ records: 1, lists: 1 });
  expect(before.pieces).toBeGreaterThan(8);
  await page.reload();
  await expect(page.getByText("1,000,000 rows ×").first()).toBeVisible({ timeout: 60_000 });
  await stage(page, "Prepare");
  await expect(page.getByText(/distinct · /).first()).toBeVisible({ timeout: 120_000 });
});
