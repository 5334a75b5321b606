// Where a file's table begins, how its records are split, and which of its columns is which input: by the rules of
// `mllc score`.

const DELIMITERS = [",", ";", "\t", "|"];
// Records among which the header is looked for: titles and remarks may stand above it.
const HEADER_RECORDS = 20;
const MAX_NAME = 200;
const isBlank = (text) => /^[ \t]*$/.test(text);

// Records with the line that each begins on (RFC 4180): [{ line, fields }]. Blanks before an opening quote are skipped; text
// after a closing quote belongs to the field; blank lines, and lines that begin with `comment`, are no records.
function* records(text, delimiter, comment) {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let line = 1;
  const plainEnd = (from) => {
    let end = from;
    while (end < text.length && text[end] !== delimiter && text[end] !== "\n" && text[end] !== "\r") end++;
    return end;
  };
  const passLineEnd = () => {
    if (at >= text.length) return;
    at += text[at] === "\r" && text[at + 1] === "\n" ? 2 : 1;
    line++;
  };
  while (at < text.length) {
    if (comment && text.startsWith(comment, at)) {
      while (at < text.length && text[at] !== "\n" && text[at] !== "\r") at++;
      passLineEnd();
      continue;
    }
    const first = line;
    const fields = [];
    let wasQuoted = false;
    for (;;) {
      let opening = at;
      while (text[opening] === " " && delimiter !== " ") opening++;
      if (text[opening] === '"') {
        wasQuoted = true;
        let field = "";
        at = opening + 1;
        for (;;) {
          const closing = text.indexOf('"', at);
          if (closing < 0) throw new Error(`Line ${first}: a quote is opened and never closed`);
          field += text.slice(at, closing);
          at = closing + 1;
          if (text[at] !== '"') break;
          field += '"';
          at++;
        }
        line += field.split(/\r\n|\r|\n/).length - 1;
        const end = plainEnd(at);
        const tail = text.slice(at, end);
        fields.push(isBlank(tail) ? field : field + tail);
        at = end;
      } else {
        const end = plainEnd(at);
        fields.push(text.slice(at, end));
        at = end;
      }
      if (at >= text.length || text[at] === "\n" || text[at] === "\r") break;
      at++;
      // A delimiter at the very end: one empty field more.
    }
    passLineEnd();
    if (fields.length > 1 || wasQuoted || !isBlank(fields[0])) yield { line: first, fields };
  }
}

const cleanName = (cell) => [...cell.split(/[\s\p{Cc}\u{feff}\u0085]+/u).filter((word) => word !== "").join(" ")].slice(0, MAX_NAME).join("");

// The names that import gives to the columns under these header cells: one line, never empty, each once.
function uniqueNames(header) {
  const plain = header.map(cleanName);
  const standAlone = new Set(plain.map((name) => name.toLowerCase()));
  const taken = new Set();
  const following = new Map();
  return plain.map((name, place) => {
    const wanted = name || `column_${place + 1}`;
    let unique = wanted;
    let n = following.get(wanted.toLowerCase()) ?? 2;
    while (taken.has(unique.toLowerCase()) || (unique !== name && standAlone.has(unique.toLowerCase()))) unique = `${wanted}_${n++}`;
    following.set(wanted.toLowerCase(), n);
    taken.add(unique.toLowerCase());
    return unique;
  });
}

// The place of each input in a header; null when it is not there. A header is read in two ways: by the texts that stood above
// the columns in the training file (of several equal ones by their order), and by the names that import would give to its
// cells. The way that finds more columns is taken, the first when both find as many; what it does not find is looked for in the
// other way, among the columns that are left.
function findColumns(header, inputs) {
  const byHeader = inputs.map((input) => {
    const text = input.header ?? input.name;
    let left = input.header_place ?? 1;
    const place = header.findIndex((cell) => cell === text && --left === 0);
    return place < 0 ? null : place;
  });
  if (!byHeader.includes(null)) return byHeader;
  const names = uniqueNames(header);
  const byName = inputs.map((input) => (names.includes(input.name) ? names.indexOf(input.name) : null));
  const [best, other] = nFound(byName) > nFound(byHeader) ? [byName, byHeader] : [byHeader, byName];
  const taken = new Set(best.filter((place) => place !== null));
  return best.map((place, k) => {
    if (place !== null || other[k] === null || taken.has(other[k])) return place;
    taken.add(other[k]);
    return other[k];
  });
}

const nFound = (places) => places.filter((place) => place !== null).length;
// True when the training file had no header, as far as the names say.
const arePlaces = (inputs) => inputs.length > 0 && inputs.every((input) => (input.header ?? null) === null && /^column_[0-9]+$/.test(input.name));

// { header, rows: [{ line, fields }] }. The header is the record in which most inputs are found, among the first ones of the
// file and over the delimiters.
function readTable(text, contract) {
  const { inputs, comment } = contract;
  let best = null;
  let failure = null;
  for (const delimiter of DELIMITERS) {
    try {
      let above = 0;
      for (const { fields } of records(text, delimiter, comment)) {
        const n = nFound(findColumns(fields, inputs));
        if (best === null || n > best.n) best = { n, delimiter, above, header: fields };
        if (++above === HEADER_RECORDS) break;
      }
    } catch (error) {
      failure = error;
    }
  }
  if (best === null) throw failure ?? new Error("The file is empty");
  const all = [...records(text, best.delimiter, comment)];
  if (best.n === 0 && arePlaces(inputs)) return { header: best.header.map((_, place) => `column_${place + 1}`), rows: all };
  return { header: best.header, rows: all.slice(best.above + 1) };
}

// A record with as many fields as the header, or an Error. One empty field more is a delimiter at the end of the line; the last
// field may be left out where the header ends with an empty cell.
function fitted({ line, fields }, header) {
  const n = header.length;
  if (fields.length === n) return fields;
  if (fields.length === n + 1 && fields[n] === "") return fields.slice(0, n);
  if (fields.length === n - 1 && n > 1 && trim(header[n - 1]) === "") return [...fields, ""];
  throw new Error(`Line ${line}: ${fields.length} fields under a header of ${n}`);
}
