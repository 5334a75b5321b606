//! Features of few values, counted together: the combination of their bins is one code.
//!
//! The 20 columns of a one-hot group know 21 combinations, so one histogram of 21 cells holds all 20 of theirs. Which
//! features can share a code is found by trying, in the order of the features; what LightGBM calls exclusive bundles are
//! among the packs, and the sums are the same to the bit, because they are integers.

use super::bins::BinColumn;

/// Codes are bytes.
const MAX_CODES: usize = 256;
/// Features with more bins have their own histogram.
const MAX_BINS: usize = 16;

/// Features whose bins are counted by one code a row.
pub struct Pack {
    pub codes: Vec<u8>,
    pub n_codes: usize,
    pub members: Vec<Member>,
}

pub struct Member {
    pub feature: usize,
    /// By code.
    pub bins: Vec<u8>,
}

/// Packs of two features or more.
pub fn packs(columns: &[BinColumn<u8>]) -> Vec<Pack> {
    let mut packs = Vec::new();
    let mut open: Option<Pack> = None;
    for (feature, column) in columns.iter().enumerate() {
        if column.n_bins() > MAX_BINS {
            continue;
        }
        if let Some(pack) = &mut open
            && pack.add(feature, column)
        {
            continue;
        }
        packs.extend(open.replace(Pack::of(feature, column)));
    }
    packs.extend(open);
    packs.retain(|pack| pack.members.len() > 1);
    packs
}

impl Pack {
    fn of(feature: usize, column: &BinColumn<u8>) -> Self {
        let n_codes = column.n_bins() + 1;
        Self {
            codes: column.codes.clone(),
            n_codes,
            members: vec![Member {
                feature,
                bins: (0..n_codes).map(|bin| bin as u8).collect(),
            }],
        }
    }

    /// False, and nothing has changed, when the combinations would be too many.
    fn add(&mut self, feature: usize, column: &BinColumn<u8>) -> bool {
        let n_bins = column.n_bins() + 1;
        let mut numbers: Vec<Option<u8>> = vec![None; self.n_codes * n_bins];
        // Each combination, in the order in which the rows show them.
        let mut known: Vec<(u8, u8)> = Vec::new();
        let mut codes = Vec::with_capacity(self.codes.len());
        for (code, bin) in self.codes.iter().zip(&column.codes) {
            let place = &mut numbers[usize::from(*code) * n_bins + usize::from(*bin)];
            let number = match *place {
                Some(number) => number,
                None if known.len() == MAX_CODES => return false,
                None => {
                    let number = known.len() as u8;
                    known.push((*code, *bin));
                    *place = Some(number);
                    number
                }
            };
            codes.push(number);
        }
        for member in &mut self.members {
            member.bins = known.iter().map(|(code, _)| member.bins[usize::from(*code)]).collect();
        }
        self.members.push(Member {
            feature,
            bins: known.iter().map(|(_, bin)| *bin).collect(),
        });
        self.n_codes = known.len();
        self.codes = codes;
        true
    }
}

#[cfg(test)]
mod tests {
    use prepare::Features;
    use spec::Unobserved;

    use super::*;
    use crate::tree::bins::Bins;

    fn columns(columns: Vec<Vec<f32>>) -> Vec<BinColumn<u8>> {
        let features = Features {
            names: columns.iter().enumerate().map(|(i, _)| format!("x{i}")).collect(),
            n_rows: columns[0].len(),
            columns,
        };
        Bins::quantile(&features, 255, &mut Unobserved).unwrap().columns
    }

    #[test]
    fn a_code_tells_every_member_s_bin() {
        let n = 3000;
        let level = |row: usize| row * 7919 % 13;
        let mut all: Vec<Vec<f32>> = (0..13)
            .map(|k| (0..n).map(|row| f32::from(u8::from(level(row) == k))).collect())
            .collect();
        all.insert(5, (0..n).map(|row| row as f32).collect());
        all.push(
            (0..n)
                .map(|row| if row % 5 == 0 { f32::NAN } else { (row % 3) as f32 })
                .collect(),
        );
        let columns = columns(all);
        let packs = packs(&columns);
        assert_eq!(packs.len(), 1);
        let features: Vec<usize> = packs[0].members.iter().map(|member| member.feature).collect();
        assert_eq!(features, [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
        for member in &packs[0].members {
            let told: Vec<u8> = packs[0].codes.iter().map(|code| member.bins[usize::from(*code)]).collect();
            assert_eq!(told, columns[member.feature].codes);
        }
    }

    #[test]
    fn too_many_combinations_open_a_new_pack_and_lone_ones_stay_alone() {
        let n = 4096;
        let bit = |k: usize| (0..n).map(|row| ((row >> k) & 1) as f32).collect::<Vec<f32>>();
        let packs = packs(&columns((0..9).map(bit).collect()));
        assert_eq!(packs.len(), 1, "the ninth bit is alone");
        assert_eq!((packs[0].n_codes, packs[0].members.len()), (256, 8));
    }
}
