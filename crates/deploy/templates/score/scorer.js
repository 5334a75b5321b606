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

const CHUNK = 2000;

// The answers of rows whose cells `cellOf(row, input number)` gives, undefined where there is no cell. `place` names a row;
// `warnings` takes what counts as missing. A row that cannot be read is an error; where `rejected` is a list, it takes the words
// of the error, and the row has no answer.
function answersOfCells(bundle, nRows, cellOf, place, warnings, rejected = null) {
  const { inputs } = bundle.contract;
  const answers = [];
  for (let start = 0; start < nRows; start += CHUNK) {
    const end = Math.min(start + CHUNK, nRows);
    let n = 0;
    // Without a prototype: a column may be called __proto__.
    const cells = Object.create(null);
    for (const [name] of bundle.readers) cells[name] = [];
    for (let row = start; row < end; row++) {
      const found = [];
      try {
        const values = bundle.readers.map(([name, read], k) => {
          const where = () => `${place(row)}, column ${name}: `;
          const cell = cellOf(row, k);
          if (cell === undefined && inputs[k].required) throw new Error(`${where()}is required and is not there`);
          try {
            return read(cell, (text) => {
              found.push(`${where()}"${trim(text).slice(0, SHOWN)}" does not read as a value of this column and counts as missing`);
            });
          } catch (error) {
            throw new Error(where() + error.message);
          }
        });
        for (const [k, [name]] of bundle.readers.entries()) cells[name].push(values[k]);
        n++;
        warnings.push(...found);
      } catch (error) {
        if (!rejected) throw error;
        rejected.push(error.message);
      }
    }
    if (n) answers.push(...answersOf(bundle, cells, n));
  }
  return answers;
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

// Records as objects; a field is found as a column of a file is.
function scoreRecords(bundle, records, warnings = []) {
  const known = new Map();
  const placesOf = (fields) => {
    const key = JSON.stringify(fields);
    if (!known.has(key)) known.set(key, findColumns(fields, bundle.contract.inputs));
    return known.get(key);
  };
  const fields = records.map((record) => Object.keys(record));
  const places = fields.map(placesOf);
  const cellOf = (row, k) => (places[row][k] === null ? undefined : records[row][fields[row][places[row][k]]] ?? null);
  return answersOfCells(bundle, records.length, cellOf, (row) => `Row ${row + 1}`, warnings);
}

// What an explanation follows: the prediction, the probability of the positive class or that of the label.
function scoreOf(bundle, answer, label) {
  if (!bundle.contract.classes) return answer.prediction;
  return answer.probabilities.get(bundle.contract.positive_class ?? label);
}

const typicalOf = (input) => (input.type === "string" ? input.most_frequent : input.median) ?? null;

// By column: the change of the score against the same row with a typical value (median, most frequent level) in it.
// Largest first. Columns that matter only together share what they do; the parts need not add up.
function explain(bundle, record) {
  const { inputs } = bundle.contract;
  const typical = inputs.map((input) => ({ ...record, [input.name]: typicalOf(input) }));
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

const csvField = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

// A scored file: label and probability_CLASS, or prediction, a line a row. `warnings` takes what counts as missing, and the
// columns that are not there or not used; `rejected`, where it is a list, the rows that cannot be read and have no line then.
function scoreCsv(bundle, given, warnings = [], rejected = null) {
  const { inputs, classes } = bundle.contract;
  const { text, notes } = typeof given === "string" ? { text: given, notes: [] } : decoded(given, bundle.contract);
  const { header, rows, notes: ofTable } = readTable(text, bundle.contract);
  warnings.push(...notes, ...ofTable);
  const places = findColumns(header, inputs);
  const absent = inputs.filter((_, k) => places[k] === null);
  const required = absent.filter((input) => input.required).map((input) => input.name);
  if (required.length) throw new Error(`Columns that the model needs are not in the file: ${required.join(", ")}`);
  for (const input of absent) warnings.push(`Column ${input.name} is not in the file and counts as missing`);
  const unused = header.filter((_, place) => !places.includes(place));
  if (unused.length) warnings.push(`Columns that the model does not use: ${unused.join(", ")}`);
  const whole = [];
  const fieldsOf = (row) => (whole[row] ??= fitted(rows[row], header));
  const head = classes ? ["label", ...classes.map((name) => `probability_${name}`)] : ["prediction"];
  const cellOf = (row, k) => {
    const fields = fieldsOf(row);
    return places[k] === null ? null : fields[places[k]];
  };
  const answers = answersOfCells(bundle, rows.length, cellOf, (row) => `Line ${rows[row].line}`, warnings, rejected);
  const lines = answers.map((answer) =>
    classes ? [answer.label, ...[...answer.probabilities.values()].map(formatNumber)] : [formatNumber(answer.prediction)]);
  return [head, ...lines].map((line) => line.map(csvField).join(",") + "\n").join("");
}
