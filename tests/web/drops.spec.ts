// Files dropped on the page: anywhere on home, beside a zone, several at once, of kinds that cannot be read.
import type { Page } from "@playwright/test";
import { expect, open, test } from "./lab";

type Dropped = { name: string; text?: string; bytes?: number[] };

const CSV: Dropped = { name: "orders.csv", text: `n,colour\n${Array.from({ length: 30 }, (_, i) => `${i},${["red", "blue"][i % 2]}`).join("\n")}\n` };
const OTHER: Dropped = { name: "second.csv", text: "a,b\n1,2\n3,4\n" };

/** Drops files on the element that a selector names, as a hand would; true when the page kept the browser from opening them. */
async function drop(page: Page, selector: string, ...files: Dropped[]): Promise<boolean> {
  return page.evaluate(
    ({ selector, files }) => {
      const transfer = new DataTransfer();
      for (const file of files) transfer.items.add(new File([file.bytes ? new Uint8Array(file.bytes) : file.text!], file.name));
      const target = document.querySelector(selector)!;
      const fire = (name: string) => !target.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer: transfer }));
      fire("dragenter");
      const isOver = fire("dragover");
      return fire("drop") && isOver;
    },
    { selector, files },
  );
}

const nProjects = (page: Page) => page.getByRole("table").filter({ hasText: "Changed" }).locator("tbody tr").count();
const home = async (page: Page) => {
  await page.goto("./#/");
  await expect(page.getByRole("heading", { level: 1, name: "Projects" })).toBeVisible();
};

for (const place of [".empty", ".drop", "main h1", ".rail"]) {
  test(`a file dropped on ${place} of the home page starts a project with it`, async ({ page }) => {
    await open(page);
    await expect(page.locator(".empty")).toBeVisible();
    expect(await drop(page, place, CSV)).toBe(true);
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByRole("heading", { name: "orders.csv" })).toBeVisible();
    await dialog.getByRole("button", { name: /^Import/ }).click();
    await expect(page.getByText("30 rows × 2 columns").first()).toBeVisible({ timeout: 30_000 });
  });
}

test("of several files one is opened, and the others are spoken of", async ({ page }) => {
  await open(page);
  await drop(page, "main h1", CSV, OTHER);
  await expect(page.getByRole("dialog").getByRole("heading", { name: "orders.csv" })).toBeVisible();
  await expect(page.getByText("orders.csv is opened, 1 more file was not")).toBeVisible();
});

test("a second file that comes while the first is looked at is answered, and can be dropped afterwards", async ({ page }) => {
  await open(page);
  await drop(page, ".drop", CSV);
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("heading", { name: "orders.csv" })).toBeVisible();
  expect(await drop(page, "dialog[open]", OTHER)).toBe(true);
  await expect(dialog.getByText(/second\.csv was not opened/)).toBeVisible();
  await expect(dialog.getByRole("heading", { name: "orders.csv" })).toBeVisible();
  await dialog.getByRole("button", { name: /^Import/ }).click();
  await expect(page.getByText("30 rows × 2 columns").first()).toBeVisible({ timeout: 30_000 });
  await home(page);
  await drop(page, "main h1", OTHER);
  await expect(dialog.getByRole("heading", { name: "second.csv" })).toBeVisible();
});

test("files that cannot be read say so and leave no project behind", async ({ page }) => {
  test.setTimeout(180_000);
  const png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...Array.from({ length: 600 }, (_, i) => (i * 37) % 256)];
  const refused: Dropped[] = [
    { name: "empty.csv", text: "" },
    { name: "picture.png", bytes: png },
    { name: "sheet.xlsx", bytes: [0x50, 0x4b, 3, 4, ...Array.from({ length: 600 }, (_, i) => (i * 91) % 256)] },
    { name: "letter.pdf", bytes: [...Buffer.from("%PDF-1.7\n"), ...Array.from({ length: 600 }, (_, i) => (i * 53) % 256)] },
    { name: "table.parquet", bytes: [...Buffer.from("PAR1"), ...Array.from({ length: 600 }, (_, i) => (i * 29) % 256)] },
    { name: "packed.csv.gz", bytes: [0x1f, 0x8b, 8, 0, ...Array.from({ length: 300 }, (_, i) => (i * 41) % 256)] },
    { name: "broken.mllc", text: "no project" },
  ];
  await open(page);
  for (const file of refused) {
    await drop(page, "main h1", file);
    const dialog = page.getByRole("dialog");
    await expect(page.getByRole("alert").or(dialog).first(), file.name).toBeVisible({ timeout: 30_000 });
    if (await dialog.count()) await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Projects" }), file.name).toBeVisible();
    await expect.poll(() => nProjects(page), { message: file.name }).toBe(0);
  }
  await page.reload();
  await expect(page.locator(".empty")).toBeVisible();
});

test("an import that is cancelled leaves no project behind", async ({ page }) => {
  await open(page);
  await drop(page, ".drop", CSV);
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("heading", { name: "orders.csv" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("heading", { level: 1, name: "Projects" })).toBeVisible();
  await expect(page.locator(".empty")).toBeVisible();
});

test("beside every zone a file is taken or answered, and the page stays", async ({ page }) => {
  await open(page, "#/lesson/iris?seed=7");
  await expect(page).toHaveURL(/#\/p\/[0-9a-f]+\/frame/, { timeout: 60_000 });
  const address = page.url();
  for (const stage of ["frame", "prepare", "train", "evaluate", "deploy", "monitor"]) {
    await page.goto(address.replace("frame", stage));
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(new RegExp(stage, "i"));
    expect(await drop(page, ".top", { ...CSV, name: `${stage}.csv` }), stage).toBe(true);
    await expect(page.getByText(new RegExp(`${stage}\\.csv was not opened`))).toBeVisible();
    expect(page.url()).toContain(stage);
  }
});
