//! Records that an import leaves out, as a file of their own, so that they can be mended.

use spec::read::{ReadOptions, RejectReason};
use spec::{Outcome, Unobserved};
use table::ByteSource;

/// CSV with the line, the reason and the whole record of all that an import by these options leaves out, and how many they
/// are. Errors: those of the import.
pub fn left_out_csv(source: &dyn ByteSource, file_name: &str, options: &ReadOptions) -> Outcome<(Vec<u8>, u64)> {
    let mut csv = String::from("line,reason,record\n");
    let mut n = 0;
    let mut each = |line: u64, reason: RejectReason, text: &str| {
        n += 1;
        let reason = match reason {
            RejectReason::NotOfType => "not_of_type",
            RejectReason::TooManyFields => "too_many_fields",
            RejectReason::TooFewFields => "too_few_fields",
            RejectReason::BadEncoding => "bad_encoding",
            RejectReason::Remark => "remark",
        };
        csv.push_str(&format!("{line},{reason},\"{}\"\n", text.replace('"', "\"\"")));
        Ok(())
    };
    table::read::left_out(source, file_name, options, &mut Unobserved, &mut each)?;
    Ok((csv.into_bytes(), n))
}
