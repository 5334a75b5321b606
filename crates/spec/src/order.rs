//! Sorting with little code: one merge sort for all types. The standard library's sort is compiled anew for every type
//! and comparison, 7 KB each; it stays where millions of numbers are sorted.

use std::cmp::Ordering;

pub trait Order<T> {
    /// Stable, as `sort_by`.
    fn order_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// Stable, as `sort_by_key`.
    fn order_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.order_by(|a, b| key(a).cmp(&key(b)));
    }
}

impl<T> Order<T> for [T] {
    fn order_by(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        let order = order(self.len(), &mut |a, b| compare(&self[a], &self[b]));
        rearrange(order, &mut |a, b| self.swap(a, b));
    }
}

/// The places of `0..n` in order.
fn order(n: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut from: Vec<usize> = (0..n).collect();
    let mut to = Vec::with_capacity(n);
    let mut width = 1;
    while width < n {
        to.clear();
        for run in from.chunks(2 * width) {
            let (mut left, mut right) = run.split_at(width.min(run.len()));
            while let (Some(a), Some(b)) = (left.first(), right.first()) {
                if compare(*a, *b) == Ordering::Greater {
                    to.push(*b);
                    right = &right[1..];
                } else {
                    to.push(*a);
                    left = &left[1..];
                }
            }
            to.extend_from_slice(left);
            to.extend_from_slice(right);
        }
        std::mem::swap(&mut from, &mut to);
        width *= 2;
    }
    from
}

/// Brings what stands at `order[i]` to `i`, for all `i`.
fn rearrange(mut order: Vec<usize>, swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..order.len() {
        let mut at = start;
        while order[at] != start {
            let from = order[at];
            swap(at, from);
            order[at] = at;
            at = from;
        }
        order[at] = at;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_sorts_as_the_standard_library_does() {
        let mut state = 7_u64;
        for n in (0..70).chain([1000, 4097]) {
            let items: Vec<(u64, usize)> = (0..n)
                .map(|i| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (state >> 60, i)
                })
                .collect();
            let (mut own, mut std) = (items.clone(), items);
            own.order_by_key(|item| item.0);
            std.sort_by_key(|item| item.0);
            assert_eq!(own, std);
            own.order_by(|a, b| b.cmp(a));
            std.sort_by(|a, b| b.cmp(a));
            assert_eq!(own, std);
        }
    }
}
