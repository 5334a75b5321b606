//! A file with the columns of an exported model, read by the model's contract, and its answers.

use deploy::columns::{self, Wanted};
use deploy::{Contract, Rows, Scorer};
use spec::read::{ReadOptions, RejectReason};
use spec::{Message, Observer, Order, Outcome, Section};
use table::read::raw::{self, Rejected, Start, Texts};
use table::{ByteSource, Column, ColumnData};

use super::{ScoreOrder, ScoredFile};

/// Problems that are told.
const N_TOLD: usize = 10;
/// Between the fields of a record, the usual first.
const DELIMITERS: [&str; 4] = [",", ";", "\t", "|"];

/// Where the table of a later file begins. `given`: how it is split; else as the training file, where another of the usual
/// delimiters does not find more of the columns. Nothing is guessed from the cells: a row's answer may not depend on the rows
/// beside it.
///
/// Errors: those of [`table::read::raw::start`].
pub(super) fn start(
    source: &dyn ByteSource,
    file_name: &str,
    given: Option<&ReadOptions>,
    contract: &Contract,
    wanted: &[Wanted<'_>],
) -> Outcome<Start> {
    let comment = contract.comment;
    let ways = match (given, &contract.file) {
        (Some(options), _) => vec![options.clone()],
        (None, Some(file)) => {
            let own = ReadOptions {
                encoding: raw::encoding(source, file.encoding)?,
                delimiter: file.delimiter.clone(),
                quote: file.quote,
                backslash_escapes: file.backslash_escapes,
                comment,
                ..ReadOptions::default()
            };
            let usual = DELIMITERS.map(|delimiter| ReadOptions {
                delimiter: delimiter.to_owned(),
                ..own.clone()
            });
            // Who writes files anew mostly quotes as RFC 4180 says.
            let plain = DELIMITERS.map(|delimiter| ReadOptions {
                delimiter: delimiter.to_owned(),
                quote: Some('"'),
                backslash_escapes: false,
                ..own.clone()
            });
            [own].into_iter().chain(usual).chain(plain).collect()
        }
        // Older contracts do not say how the file was written.
        (None, None) => {
            let sniffed = table::read::sniff(source, file_name, None)?.options;
            let usual = DELIMITERS.map(|delimiter| ReadOptions {
                encoding: sniffed.encoding,
                delimiter: delimiter.to_owned(),
                comment,
                ..ReadOptions::default()
            });
            let own = ReadOptions {
                comment,
                skip_lines: 0,
                ..sniffed
            };
            usual.into_iter().chain([own]).collect()
        }
    };
    let n_found = |header: &[String]| columns::find(header, wanted).iter().flatten().count();
    let start = raw::start(source, file_name, &ways, &n_found)?;
    let has_none =
        given.is_some_and(|options| !options.has_header) || (n_found(&start.header) == 0 && columns::are_places(wanted));
    Ok(if has_none { start.without_header() } else { start })
}

pub(super) fn score(
    source: &dyn ByteSource,
    file_name: &str,
    options: Option<&ReadOptions>,
    scorer: &Scorer,
    order: &ScoreOrder,
    observer: &mut dyn Observer,
) -> Outcome<ScoredFile> {
    let contract = scorer.contract();
    let wanted = contract.wanted();
    let start = start(source, file_name, options, contract, &wanted)?;
    let found = columns::find(&start.header, &wanted);
    scorer.has_required(&found, start.header.iter().map(String::as_str))?;
    let kept = places_to_keep(&start.header, &order.keep)?;
    // Columns that are read: those of the inputs, then those that are kept.
    let places: Vec<usize> = found.iter().flatten().copied().chain(kept.iter().copied()).collect();
    let mut texts = raw::texts(source, &start, &places, &mut Section::new(observer, 0.0, 0.4))?;
    let mut warnings = about_columns(&start, &wanted, &found);
    warnings.extend(about_file(&start, &texts, contract));

    let (mut rows, problems) = read(&texts, &found, contract)?;
    let is_refused = |problem: &&deploy::Problem| problem.is_refused || order.strict;
    let mut left_out: Vec<(u64, Message)> = texts
        .rejected
        .iter()
        .map(|record| (record.line, of_record(record, &start)))
        .collect();
    let mut bad_rows: Vec<usize> = Vec::new();
    for problem in problems.iter().filter(is_refused) {
        let line = texts.line_of(problem.row);
        if bad_rows.last() != Some(&problem.row) {
            bad_rows.push(problem.row);
            left_out.push((line, problem.message(line)));
        }
    }
    left_out.order_by_key(|(line, _)| *line);
    if !left_out.is_empty() && !order.skip_rejected {
        let what: Vec<String> = left_out.iter().take(N_TOLD).map(|(_, message)| message.says()).collect();
        let more = if left_out.len() > N_TOLD { "; …" } else { "" };
        return Err(Message::new("deploy.records_refused")
            .with("n", left_out.len())
            .with("of", texts.n_rows + texts.rejected.len())
            .with("what", what.join("; ") + more)
            .into());
    }
    let is_lost = |problem: &&deploy::Problem| !is_refused(problem) && bad_rows.binary_search(&problem.row).is_err();
    let lost = || problems.iter().filter(is_lost);
    warnings.extend(lost().take(N_TOLD).map(|problem| problem.message(texts.line_of(problem.row))));
    let n_lost = lost().count() as u64;
    if !bad_rows.is_empty() {
        let good: Vec<usize> = (0..rows.n_rows).filter(|row| bad_rows.binary_search(row).is_err()).collect();
        rows = rows.select(&good);
        texts = texts.select(&good.iter().map(|&row| row as u32).collect::<Vec<u32>>());
    }
    let answers = scorer.score_rows(&rows, &mut Section::new(observer, 0.4, 0.95))?;
    let kept: Vec<(&str, &table::Category)> = kept
        .iter()
        .map(|&place| start.header[place].as_str())
        .zip(&texts.columns[places.len() - kept.len()..])
        .collect();
    Ok(ScoredFile {
        n_rows: rows.n_rows as u64,
        csv: answers.csv(&kept).into(),
        reasons: left_out.iter().take(N_TOLD).map(|(_, message)| message.clone()).collect(),
        left_out: left_out.into_iter().map(|(line, _)| line).collect(),
        warnings,
        n_lost,
    })
}

/// The texts of a file as a model's inputs: `found` says which of the contract's inputs have a column, in that order.
fn read(texts: &Texts, found: &[Option<usize>], contract: &Contract) -> Outcome<(Rows, Vec<deploy::Problem>)> {
    let mut columns = texts.columns.iter();
    let read: Vec<Option<Column>> = contract
        .inputs
        .iter()
        .zip(found)
        .map(|(input, place)| {
            let cells = place.and_then(|_| columns.next())?;
            Some(Column::new(&input.name, ColumnData::Category(cells.clone())))
        })
        .collect();
    let given: Vec<Option<&Column>> = read.iter().map(Option::as_ref).collect();
    Rows::read(&given, texts.n_rows, contract)
}

fn of_record(record: &Rejected, start: &Start) -> Message {
    let code = match record.reason {
        RejectReason::TooManyFields => "deploy.record_long",
        RejectReason::TooFewFields => "deploy.record_short",
        _ => "deploy.record_encoding",
    };
    Message::new(code)
        .with("line", record.line)
        .with("n_fields", record.n_fields)
        .with("n_columns", start.header.len())
}

/// Columns that are absent and may be, and columns that are not used.
fn about_columns(start: &Start, wanted: &[Wanted<'_>], found: &[Option<usize>]) -> Vec<Message> {
    let absent: Vec<String> = wanted
        .iter()
        .zip(found)
        .filter(|(_, place)| place.is_none())
        .map(|(one, _)| one.name.to_owned())
        .collect();
    let unused: Vec<String> = (0..start.header.len())
        .filter(|place| !found.contains(&Some(*place)))
        .map(|place| start.header[place].clone())
        .collect();
    [("deploy.columns_absent", absent), ("deploy.columns_ignored", unused)]
        .into_iter()
        .filter(|(_, columns)| !columns.is_empty())
        .map(|(code, columns)| Message::new(code).with("columns", columns))
        .collect()
}

/// What a person may not expect of how the file was read.
fn about_file(start: &Start, texts: &Texts, contract: &Contract) -> Vec<Message> {
    let mut notes = Vec::new();
    if let Some(file) = contract.file.as_ref().filter(|file| file.encoding != start.options.encoding) {
        notes.push(
            Message::new("deploy.other_encoding")
                .with("found", spec::texts::ui::prepare::encoding(start.options.encoding))
                .with("trained", spec::texts::ui::prepare::encoding(file.encoding)),
        );
    }
    if let (Some(mark), Some(line)) = (contract.comment, texts.first_comment) {
        notes.push(
            Message::new("deploy.comment_lines")
                .with("n", texts.n_comments)
                .with("mark", mark.to_string())
                .with("line", line),
        );
    }
    notes
}

/// Of columns given by their header or by the name that import gives them; one text may name several, with commas.
fn places_to_keep(header: &[String], keep: &[String]) -> Outcome<Vec<usize>> {
    let is_there = |name: &str| columns::find(header, &[Wanted::named(name)]) != [None];
    let names: Vec<&str> = keep
        .iter()
        .flat_map(|text| {
            if is_there(text) {
                vec![text.as_str()]
            } else {
                text.split(',').collect()
            }
        })
        .collect();
    let all: Vec<Wanted<'_>> = names.iter().map(|name| Wanted::named(name)).collect();
    let places = columns::find(header, &all);
    names
        .into_iter()
        .zip(places)
        .map(|(name, place)| place.ok_or_else(|| Message::new("deploy.keep").with("column", name).into()))
        .collect()
}
