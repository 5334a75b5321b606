//! Grows one tree over binned rows.

use math::Rng;
use spec::{Observer, Outcome};

use super::bins::{BinColumn, Bins, Code};
use super::pack::Pack;
use crate::model::Tree;

/// Bits of a cell's second number that count rows.
const COUNT_BITS: u32 = 24;
const COUNT_MASK: i64 = (1 << COUNT_BITS) - 1;
/// What a count can hold.
pub const MAX_ROWS: usize = COUNT_MASK as usize;
/// Sums of the first number stay below 2^61, sums of the second, above the count, below 2^38.
const G_BITS: i32 = 61;
const H_BITS: i32 = 38;
/// Cells that a byte can index.
const BLOCK: usize = 256;
/// Nodes of at most this many rows are sorted instead of counted: clearing and reading all bins would cost more.
const SORTED_ROWS: usize = 48;
/// With a bin per distinct value, counting pays only in nodes with this share of rows per bin.
const ROWS_PER_BIN: usize = 4;
/// Rows times features between two ticks: some 20 ms.
const TICK_WORK: usize = 1 << 22;
/// Gains below this share of the node's score are rounding.
const LEAST_GAIN: f64 = 1e-12;

/// `[g, h << 24 | rows]`, both fixed-point: two 64-bit lanes that one vector addition adds.
type Cell = [i64; 2];

/// One training row in the order of the nodes.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    cell: Cell,
    pub row: u32,
    /// The histogram channel, a class; 0 when there is one channel.
    channel: u32,
}

impl Row {
    /// `times` copies of a row (a bootstrap draws some twice) with the given gradient and hessian.
    #[inline]
    pub fn new(row: u32, channel: u32, g: f64, h: f64, times: u32, scale: &Scale) -> Self {
        let times = i64::from(times);
        Self {
            cell: [
                (g * scale.g) as i64 * times,
                ((((h * scale.h) as i64) * times) << COUNT_BITS) | 1,
            ],
            row,
            channel,
        }
    }
}

/// Fixed-point factors, powers of two: as fine as the sums of all rows allow.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    g: f64,
    h: f64,
}

impl Scale {
    /// `g` and `h` bound the sums of absolute values over all rows.
    pub fn new(g: f64, h: f64) -> Self {
        Self {
            g: power_of_two(G_BITS - exponent(g)),
            h: power_of_two(H_BITS - exponent(h)),
        }
    }
}

/// The least e with `x < 2^e`; 0 for 0 and what is not finite.
fn exponent(x: f64) -> i32 {
    if x > 0.0 && x.is_finite() {
        ((x.to_bits() >> 52) & 0x7ff) as i32 - 1022
    } else {
        0
    }
}

/// The power of two that brings `x` to 1/2..1; 1 for 0.
pub fn unit_factor(x: f64) -> f64 {
    power_of_two(-exponent(x))
}

fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((exponent.clamp(-1000, 1000) + 1023) as u64) << 52)
}

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Some: the leaf with the largest gain is split first, until there are so many.
    pub max_leaves: Option<usize>,
    pub max_depth: usize,
    /// Rows that a node must have to be split.
    pub min_split: usize,
    pub min_leaf: usize,
    /// Least sum of hessians in a leaf.
    pub min_hessian: f64,
    pub lambda: f64,
    /// Features that are tried per split, drawn at random when fewer than all.
    pub max_features: usize,
    /// Splits that gain nothing are made too while a node is impure, as scikit-learn's trees do.
    pub until_pure: bool,
}

/// What a leaf is given: its rows, ascending, and its sums.
pub struct Leaf<'a> {
    pub rows: &'a [Row],
    pub g: f64,
    pub h: f64,
}

#[derive(Clone, Copy)]
struct Split {
    gain: f64,
    feature: usize,
    /// Last bin on the left, and the next bin that has rows; 0 when only missing values are on the right.
    below: usize,
    above: usize,
    missing_left: bool,
}

struct Open {
    node: usize,
    start: usize,
    end: usize,
    depth: usize,
    histogram: Option<Vec<Cell>>,
    split: Option<Split>,
}

/// What a histogram counts in one pass over the rows: a feature, or a pack of them.
struct Track<'a, B> {
    codes: Codes<'a, B>,
    /// Where its cells start in a node's histogram.
    offset: usize,
    n_codes: usize,
}

enum Codes<'a, B> {
    Own(&'a BinColumn<B>),
    Packed(&'a Pack),
}

/// Where a feature's cells are found.
#[derive(Clone, Copy)]
struct Place {
    track: usize,
    /// Its member of a pack.
    member: Option<usize>,
}

pub struct Grower<'a, B> {
    bins: &'a Bins<B>,
    n_channels: usize,
    tracks: Vec<Track<'a, B>>,
    /// By feature.
    places: Vec<Place>,
    /// Cells of a node's histogram.
    n_cells: usize,
    rows: Vec<Row>,
    moved: Vec<Row>,
    pool: Vec<Vec<Cell>>,
    scratch: Vec<Cell>,
    keys: Vec<u64>,
    order: Vec<usize>,
    work_since_tick: usize,
}

impl<'a, B: Code> Grower<'a, B> {
    pub fn new(bins: &'a Bins<B>, n_channels: usize) -> Self {
        let mut places: Vec<Option<Place>> = vec![None; bins.columns.len()];
        let mut all: Vec<Codes<'a, B>> = Vec::new();
        for pack in &bins.packs {
            for (member, feature) in pack.members.iter().map(|member| member.feature).enumerate() {
                places[feature] = Some(Place {
                    track: all.len(),
                    member: Some(member),
                });
            }
            all.push(Codes::Packed(pack));
        }
        let places = bins.columns.iter().zip(places).map(|(column, place)| {
            place.unwrap_or_else(|| {
                all.push(Codes::Own(column));
                Place {
                    track: all.len() - 1,
                    member: None,
                }
            })
        });
        let places = places.collect();
        let mut n_cells = 0;
        let mut tracks = Vec::with_capacity(all.len());
        for codes in all {
            let n_codes = match &codes {
                Codes::Own(column) => column.n_bins() + 1,
                Codes::Packed(pack) => pack.n_codes,
            };
            tracks.push(Track {
                codes,
                offset: n_cells,
                n_codes,
            });
            // Bytes index a whole block: then no index has to be checked.
            let is_wide = n_channels == 1 && tracks.last().and_then(Track::bytes).is_some();
            n_cells += if is_wide { BLOCK } else { n_codes * n_channels };
        }
        let widest = bins.columns.iter().map(|column| (column.n_bins() + 1) * n_channels).max();
        Self {
            bins,
            n_channels,
            tracks,
            places,
            n_cells,
            rows: Vec::new(),
            moved: Vec::new(),
            pool: Vec::new(),
            scratch: vec![[0, 0]; widest.unwrap_or(0)],
            keys: Vec::new(),
            order: (0..bins.columns.len()).collect(),
            work_since_tick: 0,
        }
    }

    /// `rows` ascend by row. `leaf` writes a leaf's values; its rows ascend too, so that sums over them are in a fixed
    /// order. `fraction` is what ticks report.
    pub fn grow(
        &mut self,
        rows: impl Iterator<Item = Row>,
        scale: &Scale,
        limits: &Limits,
        n_outputs: usize,
        rng: &mut Rng,
        leaf: &mut dyn FnMut(&Leaf<'_>, &mut [f64]),
        observer: &mut dyn Observer,
        fraction: f64,
    ) -> Outcome<Tree> {
        self.rows.clear();
        self.rows.extend(rows);
        self.order.sort_unstable();
        let n = self.rows.len();
        let mut tree = Tree::default();
        add_node(&mut tree, n);
        let histogram = (limits.max_features >= self.bins.columns.len() && self.keeps(n)).then(|| self.histogram(0, n));
        let split = self.best(0, n, 0, histogram.as_deref(), scale, limits, rng);
        let mut open = vec![Open {
            node: 0,
            start: 0,
            end: n,
            depth: 0,
            histogram,
            split,
        }];
        let mut leaves: Vec<(usize, usize, usize)> = Vec::new();
        let mut n_leaves = 1;
        while let Some(Open {
            node,
            start,
            end,
            depth,
            histogram,
            split,
        }) = take_next(&mut open, limits.max_leaves.is_some())
        {
            let Some(split) = split.filter(|_| limits.max_leaves.is_none_or(|most| n_leaves < most)) else {
                self.pool.extend(histogram);
                leaves.push((node, start, end));
                continue;
            };
            self.work_since_tick += (end - start + SORTED_ROWS) * self.bins.columns.len();
            if self.work_since_tick >= TICK_WORK {
                self.work_since_tick = 0;
                observer.tick(fraction)?;
            }
            let middle = self.partition(start, end, &split);
            n_leaves += 1;
            let depth = depth + 1;
            let more = limits.max_leaves.is_none_or(|most| n_leaves < most) && depth < limits.max_depth;
            let (left_histogram, right_histogram) = self.children(histogram, start, middle, end, more);
            let (left, right) = (add_node(&mut tree, middle - start), add_node(&mut tree, end - middle));
            tree.feature[node] = split.feature as u32;
            tree.threshold[node] = self.bins.columns[split.feature].threshold(split.below, split.above);
            tree.missing_left[node] = split.missing_left;
            tree.left[node] = left as u32;
            tree.right[node] = right as u32;
            // The left one last: it is then on top of the stack.
            for (node, start, end, histogram) in [(right, middle, end, right_histogram), (left, start, middle, left_histogram)] {
                let split = if more {
                    self.best(start, end, depth, histogram.as_deref(), scale, limits, rng)
                } else {
                    None
                };
                open.push(Open {
                    node,
                    start,
                    end,
                    depth,
                    histogram,
                    split,
                });
            }
        }
        tree.value = vec![0.0; tree.feature.len() * n_outputs];
        for (node, start, end) in leaves {
            let rows = &self.rows[start..end];
            let (g, packed) = rows
                .iter()
                .fold((0, 0), |(g, packed), row| (g + row.cell[0], packed + row.cell[1]));
            let leaf_sums = Leaf {
                rows,
                g: g as f64 / scale.g,
                h: (packed >> COUNT_BITS) as f64 / scale.h,
            };
            leaf(&leaf_sums, &mut tree.value[node * n_outputs..(node + 1) * n_outputs]);
        }
        Ok(tree)
    }

    /// Is a histogram of all features worth keeping for a node of `n` rows?
    fn keeps(&self, n: usize) -> bool {
        n * self.tracks.len() >= 2 * self.n_cells
    }

    fn histogram(&mut self, start: usize, end: usize) -> Vec<Cell> {
        let mut cells = self.pool.pop().unwrap_or_default();
        cells.clear();
        cells.resize(self.n_cells, [0, 0]);
        let rows = &self.rows[start..end];
        let mut tracks = &self.tracks[..];
        if self.n_channels == 1 {
            while let Some((four, rest)) = tracks.split_first_chunk::<4>()
                && let [Some(a), Some(b), Some(c), Some(d)] = four.each_ref().map(Track::bytes)
                && let Some(blocks) = cells.get_mut(four[0].offset..four[0].offset + 4 * BLOCK)
            {
                accumulate_four([a, b, c, d], rows, blocks);
                tracks = rest;
            }
        }
        for track in tracks {
            let cells = &mut cells[track.offset..track.offset + track.n_codes * self.n_channels];
            match &track.codes {
                Codes::Own(column) => accumulate(&column.codes, rows, self.n_channels, cells),
                Codes::Packed(pack) => accumulate(&pack.codes, rows, self.n_channels, cells),
            }
        }
        cells
    }

    /// The smaller child is counted, the larger one is the rest.
    fn children(
        &mut self,
        parent: Option<Vec<Cell>>,
        start: usize,
        middle: usize,
        end: usize,
        more: bool,
    ) -> (Option<Vec<Cell>>, Option<Vec<Cell>>) {
        let Some(mut large) = parent else { return (None, None) };
        if !more || !self.keeps((middle - start).max(end - middle)) {
            self.pool.push(large);
            return (None, None);
        }
        let left_is_small = middle - start <= end - middle;
        let small = if left_is_small {
            self.histogram(start, middle)
        } else {
            self.histogram(middle, end)
        };
        for (large, small) in large.iter_mut().zip(&small) {
            large[0] -= small[0];
            large[1] -= small[1];
        }
        if left_is_small {
            (Some(small), Some(large))
        } else {
            (Some(large), Some(small))
        }
    }

    /// Left rows first, each side in its old order; where the right side starts.
    fn partition(&mut self, start: usize, end: usize, split: &Split) -> usize {
        let codes = &self.bins.columns[split.feature].codes;
        self.moved.clear();
        let mut middle = start;
        for i in start..end {
            let row = self.rows[i];
            let bin = codes[row.row as usize].bin();
            if if bin == 0 { split.missing_left } else { bin <= split.below } {
                self.rows[middle] = row;
                middle += 1;
            } else {
                self.moved.push(row);
            }
        }
        self.rows[middle..end].copy_from_slice(&self.moved);
        middle
    }

    /// The split with the largest gain; of equal ones the first by feature as tried, then by threshold, missing left first.
    fn best(
        &mut self,
        start: usize,
        end: usize,
        depth: usize,
        histogram: Option<&[Cell]>,
        scale: &Scale,
        limits: &Limits,
        rng: &mut Rng,
    ) -> Option<Split> {
        let rows = &self.rows[start..end];
        if rows.len() < limits.min_split.max(2 * limits.min_leaf).max(2) || depth >= limits.max_depth {
            return None;
        }
        if limits.until_pure && is_pure(rows) {
            return None;
        }
        let work = Work {
            rows,
            histogram,
            tracks: &self.tracks,
            places: &self.places,
            scale,
            limits,
        };
        if self.n_channels == 1 {
            let scan = Scan::new(0, work);
            scan.best(
                self.bins,
                self.n_channels,
                &mut self.order,
                &mut self.scratch,
                &mut self.keys,
                rng,
            )
        } else {
            let scan = Scan::new(vec![0; self.n_channels], work);
            scan.best(
                self.bins,
                self.n_channels,
                &mut self.order,
                &mut self.scratch,
                &mut self.keys,
                rng,
            )
        }
    }
}

fn add_node(tree: &mut Tree, n_rows: usize) -> usize {
    tree.feature.push(Tree::LEAF);
    tree.threshold.push(0.0);
    tree.missing_left.push(true);
    tree.left.push(0);
    tree.right.push(0);
    tree.cover.push(n_rows as f64);
    tree.feature.len() - 1
}

/// The last one, or the first of those with the largest gain.
fn take_next(open: &mut Vec<Open>, best_first: bool) -> Option<Open> {
    if !best_first {
        return open.pop();
    }
    let gain = |open: &Open| open.split.map_or(f64::NEG_INFINITY, |split| split.gain);
    let mut best = 0;
    for i in 1..open.len() {
        if gain(&open[i]) > gain(&open[best]) {
            best = i;
        }
    }
    (best < open.len()).then(|| open.swap_remove(best))
}

/// All rows have the same target.
fn is_pure(rows: &[Row]) -> bool {
    let Some(first) = rows.first() else { return true };
    let (g, h) = (i128::from(first.cell[0]), i128::from(first.cell[1] >> COUNT_BITS));
    rows.iter()
        .all(|row| row.channel == first.channel && i128::from(row.cell[0]) * h == g * i128::from(row.cell[1] >> COUNT_BITS))
}

/// The kernel: adds the cells of the rows to their bins. `cells` is 0 at first, bins x channels.
#[inline]
fn accumulate<B: Code>(codes: &[B], rows: &[Row], n_channels: usize, cells: &mut [Cell]) {
    if n_channels == 1 {
        for row in rows {
            let cell = &mut cells[codes[row.row as usize].bin()];
            cell[0] += row.cell[0];
            cell[1] += row.cell[1];
        }
    } else {
        for row in rows {
            let cell = &mut cells[codes[row.row as usize].bin() * n_channels + row.channel as usize];
            cell[0] += row.cell[0];
            cell[1] += row.cell[1];
        }
    }
}

/// The same for four tracks of bytes and one channel, so that a row is fetched once for four: `cells` are their blocks.
fn accumulate_four(codes: [&[u8]; 4], rows: &[Row], cells: &mut [Cell]) {
    let n = codes.iter().map(|codes| codes.len()).min().unwrap_or(0);
    let [a, b, c, d] = codes.map(|codes| &codes[..n]);
    let (blocks, _) = cells.as_chunks_mut::<BLOCK>();
    let [first, second, third, fourth, ..] = blocks else { return };
    for row in rows {
        let (at, add) = (row.row as usize, row.cell);
        if at < n {
            for (code, block) in [
                (a[at], &mut *first),
                (b[at], &mut *second),
                (c[at], &mut *third),
                (d[at], &mut *fourth),
            ] {
                let cell = &mut block[usize::from(code)];
                cell[0] += add[0];
                cell[1] += add[1];
            }
        }
    }
}

impl<B: Code> Track<'_, B> {
    fn bytes(&self) -> Option<&[u8]> {
        match &self.codes {
            Codes::Own(column) => B::bytes(&column.codes),
            Codes::Packed(pack) => Some(&pack.codes),
        }
    }
}

/// A member's cells from those of its pack.
fn unpack(bins: &[u8], counted: &[Cell], n_channels: usize, cells: &mut [Cell]) {
    cells.fill([0, 0]);
    for (bin, counted) in bins.iter().zip(counted.chunks_exact(n_channels)) {
        let start = usize::from(*bin) * n_channels;
        for (cell, counted) in cells[start..start + n_channels].iter_mut().zip(counted) {
            cell[0] += counted[0];
            cell[1] += counted[1];
        }
    }
}

/// Sums of gradients: one number, or one per channel.
trait Sums: Clone {
    fn add(&mut self, channel: usize, g: i64);
    fn copy_from(&mut self, other: &Self);
    /// `sum (left + missing)^2`, and the same of what is left of the total.
    fn squares(left: &Self, missing: Option<&Self>, total: &Self, scale: f64) -> (f64, f64);
}

impl Sums for i64 {
    #[inline(always)]
    fn add(&mut self, _channel: usize, g: i64) {
        *self += g;
    }

    #[inline(always)]
    fn copy_from(&mut self, other: &Self) {
        *self = *other;
    }

    #[inline(always)]
    fn squares(left: &Self, missing: Option<&Self>, total: &Self, scale: f64) -> (f64, f64) {
        let left = *left + missing.copied().unwrap_or(0);
        let (l, r) = (left as f64 * scale, (*total - left) as f64 * scale);
        (l * l, r * r)
    }
}

impl Sums for Vec<i64> {
    #[inline(always)]
    fn add(&mut self, channel: usize, g: i64) {
        self[channel] += g;
    }

    fn copy_from(&mut self, other: &Self) {
        self.copy_from_slice(other);
    }

    #[inline]
    fn squares(left: &Self, missing: Option<&Self>, total: &Self, scale: f64) -> (f64, f64) {
        let (mut l2, mut r2) = (0.0, 0.0);
        for (k, (left, total)) in left.iter().zip(total).enumerate() {
            let left = *left + missing.map_or(0, |missing| missing[k]);
            let (l, r) = (left as f64 * scale, (*total - left) as f64 * scale);
            l2 += l * l;
            r2 += r * r;
        }
        (l2, r2)
    }
}

/// What a node's search reads.
struct Work<'w, B> {
    rows: &'w [Row],
    histogram: Option<&'w [Cell]>,
    tracks: &'w [Track<'w, B>],
    places: &'w [Place],
    scale: &'w Scale,
    limits: &'w Limits,
}

/// Walks over the bins of one feature after the other and keeps the best split.
struct Scan<'w, B, S> {
    work: Work<'w, B>,
    g_unit: f64,
    h_unit: f64,
    total: S,
    total_packed: i64,
    parent_score: f64,
    zero: S,
    left: S,
    left_packed: i64,
    missing: S,
    missing_packed: i64,
    feature: usize,
    /// Bin of the last value seen, 0 before the first.
    last: usize,
    best: Option<Split>,
    best_gain: f64,
}

impl<'w, B: Code, S: Sums> Scan<'w, B, S> {
    fn new(zero: S, work: Work<'w, B>) -> Self {
        let (g_unit, h_unit) = (1.0 / work.scale.g, 1.0 / work.scale.h);
        let mut total = zero.clone();
        let mut total_packed = 0;
        for row in work.rows {
            total.add(row.channel as usize, row.cell[0]);
            total_packed += row.cell[1];
        }
        let (squares, _) = S::squares(&total, None, &total, g_unit);
        let parent_score = squares / ((total_packed >> COUNT_BITS) as f64 * h_unit + work.limits.lambda);
        // Differences that rounding alone can make are no gain.
        let best_gain = if work.limits.until_pure {
            f64::NEG_INFINITY
        } else {
            LEAST_GAIN * parent_score
        };
        Self {
            g_unit,
            h_unit,
            total,
            total_packed,
            parent_score,
            left: zero.clone(),
            left_packed: 0,
            missing: zero.clone(),
            missing_packed: 0,
            zero,
            feature: 0,
            last: 0,
            best: None,
            best_gain,
            work,
        }
    }

    fn best(
        mut self,
        bins: &Bins<B>,
        n_channels: usize,
        order: &mut [usize],
        scratch: &mut [Cell],
        keys: &mut Vec<u64>,
        rng: &mut Rng,
    ) -> Option<Split> {
        let n_features = bins.columns.len();
        let draws = self.work.limits.max_features < n_features;
        for tried in 0..n_features {
            // At least one feature that splits, as scikit-learn: constant ones do not use up the draws.
            if tried >= self.work.limits.max_features && self.best.is_some() {
                break;
            }
            if draws {
                order.swap(tried, tried + rng.below(n_features - tried));
            }
            let feature = order[tried];
            self.start(feature);
            let column = &bins.columns[feature];
            let n = self.work.rows.len();
            if let Some(histogram) = self.work.histogram {
                let place = self.work.places[feature];
                let track = &self.work.tracks[place.track];
                let counted = &histogram[track.offset..track.offset + track.n_codes * n_channels];
                match (&track.codes, place.member) {
                    (Codes::Packed(pack), Some(member)) => {
                        let cells = &mut scratch[..(column.n_bins() + 1) * n_channels];
                        unpack(&pack.members[member].bins, counted, n_channels, cells);
                        self.walk_cells(cells, n_channels);
                    }
                    _ => self.walk_cells(counted, n_channels),
                }
            } else if n <= SORTED_ROWS || n * ROWS_PER_BIN < column.n_bins() {
                self.walk_sorted(column, keys);
            } else {
                let cells = &mut scratch[..(column.n_bins() + 1) * n_channels];
                cells.fill([0, 0]);
                accumulate(&column.codes, self.work.rows, n_channels, cells);
                self.walk_cells(cells, n_channels);
            }
        }
        self.best
    }

    fn start(&mut self, feature: usize) {
        self.feature = feature;
        self.last = 0;
        self.left.copy_from(&self.zero);
        self.left_packed = 0;
        self.missing.copy_from(&self.zero);
        self.missing_packed = 0;
    }

    fn walk_cells(&mut self, cells: &[Cell], n_channels: usize) {
        if n_channels == 1 {
            for (bin, cell) in cells.iter().enumerate() {
                if cell[1] != 0 {
                    self.step(bin, 0, *cell);
                }
            }
        } else {
            for (bin, channels) in cells.chunks_exact(n_channels).enumerate() {
                for (channel, cell) in channels.iter().enumerate() {
                    if cell[1] != 0 {
                        self.step(bin, channel, *cell);
                    }
                }
            }
        }
        self.finish();
    }

    fn walk_sorted(&mut self, column: &BinColumn<B>, keys: &mut Vec<u64>) {
        keys.clear();
        let bin = |row: &Row| column.codes[row.row as usize].bin() as u64;
        keys.extend((0..).zip(self.work.rows).map(|(slot, row)| bin(row) << 32 | slot as u64));
        keys.sort_unstable();
        if keys
            .first()
            .zip(keys.last())
            .is_none_or(|(first, last)| first >> 32 == last >> 32)
        {
            return;
        }
        for key in keys.iter() {
            let row = self.work.rows[(key & 0xffff_ffff) as usize];
            self.step((key >> 32) as usize, row.channel as usize, row.cell);
        }
        self.finish();
    }

    #[inline(always)]
    fn step(&mut self, bin: usize, channel: usize, cell: Cell) {
        if bin == 0 {
            self.missing.add(channel, cell[0]);
            self.missing_packed += cell[1];
            return;
        }
        if bin != self.last {
            if self.last != 0 {
                self.judge(bin, true);
                if self.missing_packed != 0 {
                    self.judge(bin, false);
                }
            }
            self.last = bin;
        }
        self.left.add(channel, cell[0]);
        self.left_packed += cell[1];
    }

    /// All values on the left, missing ones on the right.
    fn finish(&mut self) {
        if self.missing_packed != 0 && self.last != 0 {
            self.judge(0, false);
        }
    }

    #[inline(always)]
    fn judge(&mut self, above: usize, missing_left: bool) {
        let limits = self.work.limits;
        let packed = if missing_left {
            self.left_packed + self.missing_packed
        } else {
            self.left_packed
        };
        let n_left = (packed & COUNT_MASK) as usize;
        let n_right = (self.total_packed & COUNT_MASK) as usize - n_left;
        if n_left < limits.min_leaf || n_right < limits.min_leaf {
            return;
        }
        let left_h = (packed >> COUNT_BITS) as f64 * self.h_unit;
        let right_h = ((self.total_packed - packed) >> COUNT_BITS) as f64 * self.h_unit;
        if left_h < limits.min_hessian || right_h < limits.min_hessian {
            return;
        }
        let (left, right) = S::squares(&self.left, missing_left.then_some(&self.missing), &self.total, self.g_unit);
        let gain = left / (left_h + limits.lambda) + right / (right_h + limits.lambda) - self.parent_score;
        if gain > self.best_gain {
            self.best_gain = gain;
            // What was never missing here goes with the larger side when it is missing later.
            let missing_left = if self.missing_packed == 0 {
                n_left >= n_right
            } else {
                missing_left
            };
            self.best = Some(Split {
                gain,
                feature: self.feature,
                below: self.last,
                above,
                missing_left,
            });
        }
    }
}
