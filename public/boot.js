// Starts the page's module. Kept out of index.html so that the content policy allows no inline script.
const named = (name) => new URL(document.querySelector(`meta[name="${name}"]`).content, document.baseURI);

// All four files are asked for at once, and the engine is compiled while the page is: `src/bridge` takes it from here,
// and asks again should this fail.
globalThis.earlyEngine = {
  module: WebAssembly.compileStreaming(fetch(named("worker-wasm"))),
  script: fetch(named("worker-js")).then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status))),
};
for (const early of Object.values(globalThis.earlyEngine)) early.catch(() => {});

try {
  const code = fetch(named("app-wasm"));
  code.catch(() => {});
  const page = await import(named("app-js"));
  await page.default({ module_or_path: code });
} catch (error) {
  // Without the module there is nothing else on the page that could say so.
  const place = document.getElementById("shell-state");
  if (place) place.textContent = `The workbench could not start: ${error}. Reload the page; a current browser with WebAssembly SIMD is needed.`;
  throw error;
}
