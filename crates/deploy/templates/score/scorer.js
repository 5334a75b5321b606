// A bundle in the browser: opens the data of the page, scores records, explains one.

async function openBundle(deflatedBase64) {
  const deflated = Uint8Array.from(atob(deflatedBase64), (c) => c.charCodeAt(0));
  const stream = new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const buffer = await new Response(stream).arrayBuffer();
  const length = new DataView(buffer).getUint32(0, true);
  const { contract, model, golden } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const readers = contract.inputs.map((input) => [input.name, columnReader(contract, input)]);
  return { contract, golden, readers, model: openModel(model, new Bytes(buffer, 4 + length)) };
}

// { cells by column, problems: [{ row, column, problem }] }
function readRecords(bundle, records) {
  const problems = [];
  // Without a prototype: a column may be called __proto__.
  const cells = Object.create(null);
  for (const [name, read] of bundle.readers) {
    cells[name] = records.map((record, row) => {
      try {
        return read(Object.hasOwn(record, name) ? record[name] : null);
      } catch (error) {
        problems.push({ row, column: name, problem: error.message });
        return null;
      }
    });
  }
  return { cells, problems };
}

function answersOf(bundle, cells, rows) {
  const { contract } = bundle;
  const found = runModel(bundle.model, cells, rows);
  const output = (role) => found[contract.outputs.find((each) => each.role === role).name];
  if (!contract.classes) return Array.from(output("prediction").data, (prediction) => ({ prediction }));
  const [labels, probabilities, n] = [output("label").data, output("probabilities").data, contract.classes.length];
  return Array.from({ length: rows }, (_, row) => ({
    label: labels[row],
    probabilities: new Map(contract.classes.map((name, k) => [name, probabilities[row * n + k]])),
  }));
}

const CHUNK = 2000;

function scoreRecords(bundle, records) {
  const answers = [];
  for (let start = 0; start < records.length; start += CHUNK) {
    const piece = records.slice(start, start + CHUNK);
    const { cells, problems } = readRecords(bundle, piece);
    if (problems.length) {
      const [first] = problems;
      throw new Error(`Row ${first.row + start + 1}, column ${first.column}: ${first.problem}`);
    }
    answers.push(...answersOf(bundle, cells, piece.length));
  }
  return answers;
}

// What an explanation follows: the prediction, the probability of the positive class or that of the label.
function scoreOf(bundle, answer, label) {
  if (!bundle.contract.classes) return answer.prediction;
  return answer.probabilities.get(bundle.contract.positive_class ?? label);
}

// By column: the change of the score against the same row with a typical value (median, most frequent level) in it.
// Largest first. Columns that matter only together share what they do; the parts need not add up.
function explain(bundle, record) {
  const { inputs } = bundle.contract;
  const typical = inputs.map((input) => ({ ...record, [input.name]: input.type === "string" ? input.most_frequent : input.median }));
  const [answer, ...others] = scoreRecords(bundle, [record, ...typical]);
  const score = scoreOf(bundle, answer, answer.label);
  return inputs
    .map((input, k) => ({ column: input.name, change: score - scoreOf(bundle, others[k], answer.label) }))
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
}

// Golden rows that are not answered as expected.
function goldenFaults(bundle) {
  const { records, predictions, tolerance } = bundle.golden;
  return scoreRecords(bundle, records).filter((answer, row) => {
    const truth = predictions[row];
    const near = (a, b) => Math.abs(a - b) <= tolerance;
    if (!bundle.contract.classes) return !near(answer.prediction, truth.prediction);
    return answer.label !== truth.label || !bundle.contract.classes.every((name, k) => near(answer.probabilities.get(name), truth.probabilities[k]));
  }).length;
}

// Rows of fields (RFC 4180).
function parseCsv(text, delimiter) {
  const rows = [];
  let [row, field, isQuoted, wasQuoted] = [[], "", false, false];
  const endField = () => {
    row.push(field);
    [field, wasQuoted] = ["", false];
  };
  const endRow = () => {
    endField();
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  };
  for (let at = text.charCodeAt(0) === 0xfeff ? 1 : 0; at < text.length; at++) {
    const c = text[at];
    if (isQuoted) {
      if (c !== '"') field += c;
      else if (text[at + 1] === '"') field += text[++at];
      else isQuoted = false;
    } else if (c === '"' && field === "" && !wasQuoted) {
      [isQuoted, wasQuoted] = [true, true];
    } else if (c === delimiter) endField();
    else if (c === "\n" || c === "\r") {
      if (c === "\r" && text[at + 1] === "\n") at++;
      endRow();
    } else field += c;
  }
  if (field !== "" || row.length) endRow();
  return rows;
}

// The most frequent of the usual ones in the first line, outside of quotes.
function sniffDelimiter(text) {
  const line = text.slice(0, 100000).split(/\r?\n/)[0].replace(/"[^"]*"/g, "");
  return [",", ";", "\t", "|"].reduce((best, c) => (line.split(c).length > line.split(best).length ? c : best));
}

const csvField = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

// A scored file: label and probability_CLASS, or prediction, a line a row.
function scoreCsv(bundle, text) {
  const [header, ...rows] = parseCsv(text, sniffDelimiter(text));
  if (!header) throw new Error("The file is empty");
  const absent = bundle.contract.inputs.filter((input) => !header.includes(input.name)).map((input) => input.name);
  if (absent.length) throw new Error(`Columns that the model needs are not in the file: ${absent.join(", ")}`);
  const records = rows.map((row) => Object.fromEntries(header.map((name, k) => [name, row[k] ?? null])));
  const { classes } = bundle.contract;
  const head = classes ? ["label", ...classes.map((name) => `probability_${name}`)] : ["prediction"];
  const lines = scoreRecords(bundle, records).map((answer) =>
    classes ? [answer.label, ...[...answer.probabilities.values()].map(formatNumber)] : [formatNumber(answer.prediction)]);
  return [head, ...lines].map((line) => line.map(csvField).join(",") + "\n").join("");
}
