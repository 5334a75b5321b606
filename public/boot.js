// Starts the page's module. Kept out of index.html so that the content policy allows no inline script.
const named = (name) => document.querySelector(`meta[name="${name}"]`).content;
try {
  const page = await import(new URL(named("app-js"), document.baseURI));
  await page.default({ module_or_path: new URL(named("app-wasm"), document.baseURI) });
} catch (error) {
  // Without the module there is nothing else on the page that could say so.
  const place = document.getElementById("shell-state");
  if (place) place.textContent = `The workbench could not start: ${error}. Reload the page; a current browser with WebAssembly SIMD is needed.`;
  throw error;
}
