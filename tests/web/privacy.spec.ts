// No request leaves the page or any worker. The judge is a server of our own on another origin that counts who calls.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, type Page } from "@playwright/test";
import { open } from "./lab";

let server: Server;
let sink: string;
let calls: string[];

test.beforeEach(async () => {
  calls = [];
  server = createServer((request, response) => {
    calls.push(request.url ?? "");
    response.writeHead(200, { "access-control-allow-origin": "*", "content-type": "text/javascript" }).end("self.leaked = true;");
  });
  server.on("upgrade", (request, socket) => {
    calls.push(request.url ?? "");
    socket.destroy();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  sink = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

test.afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

/** Everything that a script can try; runs in a page and in a worker alike. */
const attempts = async ([sink, who]: [string, string]): Promise<void> => {
  const scope = globalThis as unknown as { importScripts?: (url: string) => void; navigator: Navigator };
  await fetch(`http://${sink}/${who}/fetch`).catch(() => {});
  await new Promise<void>((done) => {
    try {
      const socket = new WebSocket(`ws://${sink}/${who}/socket`);
      socket.onopen = socket.onerror = () => done();
    } catch {
      done();
    }
  });
  try {
    scope.importScripts?.(`http://${sink}/${who}/script`);
  } catch {}
  try {
    scope.navigator.sendBeacon?.(`http://${sink}/${who}/beacon`, "x");
  } catch {}
  if (typeof document !== "undefined") {
    const image = new Image();
    image.src = `http://${sink}/${who}/image`;
    const script = document.createElement("script");
    script.src = `http://${sink}/${who}/script`;
    document.head.append(script);
  }
  await new Promise((done) => setTimeout(done, 500));
};

/** The same in a worker of the lead's, started as it starts its pool. */
const inMember = async ([sink, who, source]: [string, string, string]): Promise<void> => {
  const script = `(${source})([${JSON.stringify(sink)}, ${JSON.stringify(who)}]).then(() => self.postMessage("done"))`;
  const worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  await new Promise((done) => (worker.onmessage = worker.onerror = done));
  worker.terminate();
};

async function tryEverything(page: Page): Promise<void> {
  await page.evaluate(attempts, [sink, "page"] as [string, string]);
  await expect.poll(() => page.workers().length).toBeGreaterThan(0);
  const lead = page.workers()[0];
  await lead.evaluate(attempts, [sink, "lead"] as [string, string]);
  await lead.evaluate(inMember, [sink, "member", attempts.toString()] as [string, string, string]);
}

test("nothing reaches another host, from page, lead or pool", async ({ page }) => {
  await open(page);
  await tryEverything(page);
  expect(calls).toEqual([]);
});

test("the judge catches a planted leak", async ({ page, baseURL }) => {
  // The same page without its policy, from a server as real as the first: then each of the three gets through.
  const unguarded = createServer(async (request, response) => {
    const found = await fetch(new URL(`.${request.url}`, baseURL));
    const type = found.headers.get("content-type") ?? "";
    const body = Buffer.from(await found.arrayBuffer());
    const policy = /<meta http-equiv="Content-Security-Policy"[^>]*>/;
    response.writeHead(found.status, { "content-type": type });
    response.end(type.startsWith("text/html") ? body.toString().replace(policy, "") : body);
  });
  await new Promise<void>((done) => unguarded.listen(0, "127.0.0.1", done));
  try {
    await page.goto(`http://127.0.0.1:${(unguarded.address() as AddressInfo).port}/`);
    await expect(page.locator("main h1")).toBeVisible();
    await tryEverything(page);
    for (const who of ["page", "lead", "member"]) expect(calls, who).toContain(`/${who}/fetch`);
  } finally {
    unguarded.closeAllConnections();
    unguarded.close();
  }
});
