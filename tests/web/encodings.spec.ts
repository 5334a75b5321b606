// Files of the large encodings: the browser decodes them, the command-line tool has tables of its own.
import { expect, open, test } from "./lab";

/** As in crates/table/src/read/encoding.rs: all pairs of bytes, sliced, decoded, hashed. */
const HASHES = {
  shift_jis: "180e8047c5a111e28e720758e7badc2b56c4d93eb1f8661b13f4337c54e45099",
  gbk: "2a0adf552d5d04737a0ed1884152eef6545a143f36227c6dc6f392a5f3bfe9a0",
};

test("this browser reads every pair of bytes as the command-line tool does", async ({ page }) => {
  await open(page);
  for (const [label, hash] of Object.entries(HASHES)) {
    const found = await page.evaluate(async (label) => {
      const end = [0x84, 0x31, 0xa4, 0x37, 0x81, 0x30, 0x81, 0x30, 0x2c, 0x81];
      const bytes = new Uint8Array(131_072 + end.length);
      for (let pair = 0; pair < 65_536; pair++) bytes.set([pair >> 8, pair & 255], 2 * pair);
      bytes.set(end, 131_072);
      const decoder = new TextDecoder(label);
      let text = "";
      for (let at = 0; at < bytes.length; at += 4_099) {
        text += decoder.decode(bytes.subarray(at, at + 4_099), { stream: at + 4_099 < bytes.length });
      }
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
      return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    }, label);
    expect(found, label).toBe(hash);
  }
});

test("a Japanese and a Chinese file are read, and a broken character is listed", async ({ page }) => {
  // 東京 and 大阪 in Shift-JIS, with one byte that is half a character; 北京 and 上海 in GBK.
  const cities = {
    "tokyo.csv": [[0x93, 0x8c, 0x8b, 0x9e], [0x91, 0xe5, 0x8d, 0xe3], "Shift-JIS", "東京"] as const,
    "beijing.csv": [[0xb1, 0xb1, 0xbe, 0xa9], [0xc9, 0xcf, 0xba, 0xa3], "GBK", "北京"] as const,
  };
  for (const [name, [one, other, encoding, city]] of Object.entries(cities)) {
    await open(page);
    const bytes = [...Buffer.from("city,n\n")];
    for (let row = 0; row < 300; row++) bytes.push(...(row % 2 ? one : other), ...Buffer.from(`,${row}\n`));
    bytes.push(one[0], ...Buffer.from(",300\n"));
    await page.getByLabel("Choose a file", { exact: false }).setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(bytes) });
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByLabel("Encoding")).toHaveValue(/./);
    await expect(dialog.getByLabel("Encoding").locator("option:checked")).toContainText(encoding);
    await expect(dialog.getByText(city).first()).toBeVisible();
    await dialog.getByRole("button", { name: /^Import/ }).click();
    await expect(page.getByText("301 rows × 2 columns").first()).toBeVisible({ timeout: 30_000 });
    await expect(page.getByText(city).first()).toBeVisible();
  }
});
