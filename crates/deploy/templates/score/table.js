// Where a file's table begins, how its records are split, and which of its columns is which input: by the rules of
// `mllc score`.

const DELIMITERS = [",", ";", "\t", "|"];
// Records among which the header is looked for: titles and remarks may stand above it.
const HEADER_RECORDS = 200;
// As a delimiter: columns stand apart by runs of blanks and tabs.
const RUNS_OF_BLANKS = "\\s+";
const ENCODINGS = { utf8: "utf-8", "utf16-le": "utf-16le", "utf16-be": "utf-16be", windows1252: "windows-1252", "shift-jis": "shift_jis", gbk: "gbk" };
const MAX_NAME = 200;
const isBlank = (text) => /^[ \t]*$/.test(text);

// The text of a file, and what is to be said of it. The encoding is what its byte order mark says, else that of the training
// file. A file that is UTF-8 and not ASCII is read as that, where training was in an older encoding.
function decoded(bytes, contract) {
  const trained = ENCODINGS[contract.file?.encoding ?? "utf8"];
  const starts = (...mark) => mark.every((byte, at) => bytes[at] === byte);
  let found = trained;
  if (starts(0xef, 0xbb, 0xbf)) found = "utf-8";
  else if (starts(0xff, 0xfe)) found = "utf-16le";
  else if (starts(0xfe, 0xff)) found = "utf-16be";
  else if (trained !== "utf-8" && bytes.some((byte) => byte > 127) && !bytes.includes(0)) {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      found = "utf-8";
    } catch {
      // It is none.
    }
  }
  const notes = found === trained ? [] : [`The file is read as ${found}, as its bytes say; the training file was ${trained}`];
  return { text: new TextDecoder(found).decode(bytes), notes };
}

// How a file may be split: as the training file was, by the usual delimiters, and these with plain quotes.
function waysOf(contract) {
  const form = contract.file ?? {};
  const own = {
    delimiter: form.delimiter ?? ",",
    quote: form.quote === undefined ? '"' : form.quote,
    backslash: form.backslash_escapes ?? false,
    comment: contract.comment ?? null,
  };
  const usual = DELIMITERS.map((delimiter) => ({ ...own, delimiter }));
  return [own, ...usual, ...usual.map((way) => ({ ...way, quote: '"', backslash: false }))];
}

// Records with the line that each begins on (RFC 4180): [{ line, fields }]. Blanks before an opening quote are skipped; text
// after a closing quote belongs to the field; blank lines, and lines that begin with the comment mark (told to `onComment`),
// are no records.
function* records(text, { delimiter, quote, backslash, comment }, onComment = () => {}) {
  const hasRuns = delimiter === RUNS_OF_BLANKS;
  const isEnd = (c) => c === "\n" || c === "\r";
  const isStop = (at) => isEnd(text[at]) || (hasRuns ? text[at] === " " || text[at] === "\t" : text.startsWith(delimiter, at));
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let line = 1;
  const plainEnd = (from) => {
    let end = from;
    while (end < text.length && !isStop(end)) end++;
    return end;
  };
  const passRun = () => {
    while (hasRuns && (text[at] === " " || text[at] === "\t")) at++;
  };
  const passLineEnd = () => {
    if (at >= text.length) return;
    at += text[at] === "\r" && text[at + 1] === "\n" ? 2 : 1;
    line++;
  };
  while (at < text.length) {
    if (comment && text.startsWith(comment, at)) {
      onComment(line);
      while (at < text.length && !isEnd(text[at])) at++;
      passLineEnd();
      continue;
    }
    const first = line;
    const fields = [];
    let wasQuoted = false;
    passRun();
    for (;;) {
      let opening = at;
      while (text[opening] === " " && delimiter !== " " && !hasRuns) opening++;
      if (quote !== null && text[opening] === quote) {
        wasQuoted = true;
        let field = "";
        at = opening + 1;
        for (;;) {
          if (at >= text.length) throw new Error(`Line ${first}: a quote is opened and never closed`);
          if (backslash && text[at] === "\\" && (text[at + 1] === "\\" || text[at + 1] === quote)) {
            field += text[at + 1];
            at += 2;
          } else if (text[at] !== quote) {
            field += text[at++];
          } else if (text[at + 1] === quote) {
            field += quote;
            at += 2;
          } else {
            at++;
            break;
          }
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
      passRun();
      if (at >= text.length || isEnd(text[at])) break;
      if (!hasRuns) at += delimiter.length;
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

// { header, rows: [{ line, fields }], notes }. The header is the record in which most inputs are found, among the first ones of
// the file and over the ways to split it.
function readTable(text, contract) {
  const { inputs } = contract;
  let best = null;
  let failure = null;
  for (const way of waysOf(contract)) {
    if (best?.n === inputs.length) break;
    try {
      let above = 0;
      for (const { fields } of records(text, way)) {
        const n = nFound(findColumns(fields, inputs));
        if (best === null || n > best.n) best = { n, way, above, header: fields };
        if (++above === HEADER_RECORDS) break;
      }
    } catch (error) {
      failure ??= error;
    }
  }
  if (best === null) throw failure ?? new Error("The file is empty");
  const comments = [];
  const all = [...records(text, best.way, (line) => comments.push(line))];
  const hasNone = best.n === 0 && arePlaces(inputs);
  const start = hasNone ? 0 : all[best.above].line;
  const below = comments.filter((line) => line > start);
  const notes = below.length === 0 ? [] : [`${below.length} lines begin with ${best.way.comment} and are no rows, as in the training file; the first is line ${below[0]}`];
  if (hasNone) return { header: best.header.map((_, place) => `column_${place + 1}`), rows: all, notes };
  return { header: best.header, rows: all.slice(best.above + 1), notes };
}

// A record with as many fields as the header, or an Error. One empty field more is a delimiter at the end of the line; the last
// field may be left out where the header ends with an empty cell.
function fitted({ line, fields }, header) {
  if (fields.some((field) => field.includes("\ufffd"))) throw new Error(`Line ${line}: bytes that are not of the file's encoding`);
  const n = header.length;
  if (fields.length === n) return fields;
  if (fields.length === n + 1 && fields[n] === "") return fields.slice(0, n);
  if (fields.length === n - 1 && n > 1 && trim(header[n - 1]) === "") return [...fields, ""];
  throw new Error(`Line ${line}: ${fields.length} fields under a header of ${n}`);
}
