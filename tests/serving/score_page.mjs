// Runs the scripts of a bundle's score.html without a browser:
//   node score_page.mjs score.html golden             number of golden rows that are not answered as expected
//   node score_page.mjs score.html csv IN.csv OUT.csv
//   node score_page.mjs score.html tables IN.json OUT.json      texts of files in, { csv, warnings } or { error } out; and `lenient`: the
//                                                              same with the rows that cannot be read left out, and named
//   node score_page.mjs score.html records IN.json OUT.json     records in, answers out (in the form of samples/expected.json)
import fs from "node:fs";
import vm from "node:vm";

const [file, command, source, target] = process.argv.slice(2);
const html = fs.readFileSync(file, "utf8");
const data = JSON.parse(/<script type="application\/json" id="bundle">(.*?)<\/script>/s.exec(html)[1]);
const script = /<script>("use strict";.*?)<\/script>/s.exec(html)[1];
const names = ["openBundle", "goldenFaults", "scoreCsv", "scoreRecords", "explain", "parseNumberLoosely", "parseTime", "formatNumber", "formatTime"];
const page = { querySelector: () => null, getElementById: () => ({ dataset: {}, set textContent(text) {}, get textContent() { return "{}"; } }) };
const context = vm.createContext({ atob, Blob, Response, DecompressionStream, TextDecoder, document: page });
vm.runInContext(`${script}\nglobalThis.api = { ${names.join(", ")} };`, context);
const { api } = context;
const bundle = await api.openBundle(data.deflated);
if (command === "golden") {
  console.log(api.goldenFaults(bundle));
} else if (command === "csv") {
  fs.writeFileSync(target, api.scoreCsv(bundle, new Uint8Array(fs.readFileSync(source))));
} else if (command === "records") {
  const answers = api.scoreRecords(bundle, JSON.parse(fs.readFileSync(source, "utf8")));
  const plain = (answer) => (answer.probabilities ? { ...answer, probabilities: Object.fromEntries(answer.probabilities) } : answer);
  fs.writeFileSync(target, JSON.stringify(answers.map(plain)));
} else if (command === "tables") {
  const tried = (text, rejected) => {
    try {
      const warnings = [];
      return { csv: api.scoreCsv(bundle, text, warnings, rejected), warnings, rejected };
    } catch (error) {
      return { error: error.message };
    }
  };
  const one = (text) => ({ ...tried(text, null), lenient: tried(text, []) });
  fs.writeFileSync(target, JSON.stringify(JSON.parse(fs.readFileSync(source, "utf8")).map(one)));
} else if (command === "explain") {
  console.log(JSON.stringify(api.explain(bundle, JSON.parse(fs.readFileSync(source, "utf8"))[0])));
}
