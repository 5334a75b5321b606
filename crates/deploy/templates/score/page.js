// The page: a form, an explanation, files in and out.

// Warnings that are shown of a file.
const N_WARNINGS = 20;
const at = (id) => document.getElementById(id);

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// A name as it is, whatever the direction of its letters.
const named = (text) => element("bdi", {}, text);
const shown = (number) => (Math.abs(number) >= 1e5 || (number !== 0 && Math.abs(number) < 1e-3) ? number.toExponential(3) : String(Number(number.toPrecision(5))));

function field(input, k) {
  const id = `column-${k}`;
  const typical = input.type === "string" ? input.most_frequent : input.median;
  const value = typical === null || typical === undefined ? "" : input.kind === "time" ? formatTime(typical) : toText(typical);
  const control = element("input", { id, value, autocomplete: "off", spellcheck: "false" });
  const parts = [element("label", { for: id }, named(input.name)), control];
  if (input.categories?.length) {
    control.setAttribute("list", `${id}-levels`);
    parts.push(element("datalist", { id: `${id}-levels` }, ...input.categories.slice(0, 500).map((level) => element("option", { value: level }))));
  }
  const hint = input.range ? `${input.kind === "time" ? `${formatTime(input.range.min)} to ${formatTime(input.range.max)}` : `${shown(input.range.min)} to ${shown(input.range.max)}`} in training` : input.format ?? "";
  parts.push(element("small", {}, hint));
  return element("div", { class: "field" }, ...parts);
}

const formRecord = (bundle) => Object.fromEntries(bundle.contract.inputs.map((input, k) => [input.name, at(`column-${k}`).value]));

function showAnswer(bundle) {
  const { contract } = bundle;
  const out = at("answer");
  out.replaceChildren();
  try {
    const record = formRecord(bundle);
    const warnings = [];
    const [answer] = scoreRecords(bundle, [record], warnings);
    const headline = element("p", { class: "headline" }, named(contract.classes ? answer.label : shown(answer.prediction)));
    headline.dataset.value = contract.classes ? answer.label : String(answer.prediction);
    out.append(headline, ...warnings.map((words) => element("p", { class: "warning" }, words)));
    if (contract.classes) {
      for (const [name, p] of answer.probabilities) {
        const meter = element("meter", { min: 0, max: 1, value: p, "aria-label": name });
        const line = element("p", { class: "probability" }, named(name), meter, `${(100 * p).toFixed(1)} %`);
        line.dataset.value = String(p);
        out.append(line);
      }
    }
    const rows = explain(bundle, record).filter(({ change }) => change !== 0).slice(0, 15);
    const most = Math.max(...rows.map(({ change }) => Math.abs(change)), Number.MIN_VALUE);
    const table = element("table", {}, element("caption", {}, "What each value changes, against the typical value of its column"));
    for (const { column, change } of rows) {
      const bar = element("span", { class: change > 0 ? "bar up" : "bar down", style: `width: ${(100 * Math.abs(change)) / most}%` });
      table.append(element("tr", {}, element("th", { scope: "row" }, named(column)), element("td", { class: "number" }, `${change > 0 ? "+" : ""}${shown(change)}`), element("td", { class: "bars" }, bar)));
    }
    out.append(rows.length ? table : element("p", {}, "Every value is typical of its column, or changes nothing."));
  } catch (error) {
    out.append(element("p", { class: "fault" }, error.message));
  }
}

async function scoreFile(bundle, file) {
  const state = at("file-state");
  state.className = "";
  state.textContent = "Scoring…";
  try {
    const warnings = [];
    const rejected = at("skip").checked ? [] : null;
    const csv = scoreCsv(bundle, new Uint8Array(await file.arrayBuffer()), warnings, rejected);
    const link = at("download");
    if (link.href) URL.revokeObjectURL(link.href);
    link.href = URL.createObjectURL(new Blob([csv], { type: "text/csv" }));
    link.download = file.name.replace(/\.[^.]*$/, "") + "-scored.csv";
    link.hidden = false;
    state.textContent = `${csv.split("\n").length - 2} rows are scored${rejected?.length ? `, ${rejected.length} are left out` : ""}.`;
    const notes = [...(rejected ?? []).map((words) => `Left out: ${words}`), ...warnings];
    for (const words of notes.slice(0, N_WARNINGS)) state.append(element("p", { class: "warning" }, words));
    if (notes.length > N_WARNINGS) state.append(element("p", { class: "warning" }, `and ${notes.length - N_WARNINGS} more`));
  } catch (error) {
    at("download").hidden = true;
    state.className = "fault";
    state.textContent = error.message;
  }
}

async function start() {
  const bundle = await openBundle(JSON.parse(at("bundle").textContent).deflated);
  const { model, inputs } = bundle.contract;
  at("title").replaceChildren(named(model.title || model.name), `, version ${model.version}`);
  at("about").replaceChildren("Predicts ", named(model.target), ". Nothing leaves this page: it works without a network.");
  at("fields").replaceChildren(...inputs.map(field));
  at("form").addEventListener("input", () => showAnswer(bundle));
  at("form").addEventListener("submit", (event) => event.preventDefault());
  for (const id of ["file", "skip"]) at(id).addEventListener("change", () => at("file").files[0] && scoreFile(bundle, at("file").files[0]));
  showAnswer(bundle);
  const [n, faults] = [bundle.golden.records.length, goldenFaults(bundle)];
  at("check").textContent = faults ? `${faults} of ${n} golden rows are not answered as they should be: do not use this page in this browser.` : `Checked: all ${n} golden rows are answered as they should be.`;
  at("check").className = faults ? "fault" : "";
  at("check").dataset.faults = String(faults);
}

start().catch((error) => {
  at("check").textContent = `This page cannot run here: ${error.message}`;
  at("check").className = "fault";
});
