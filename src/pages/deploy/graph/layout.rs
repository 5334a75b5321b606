//! Boxes in layers, from top to bottom: each below everything that it takes from, neighbours near each other.
//!
//! After Sugiyama, Tagawa, Toda (1981): longest paths give the layers; edges over several layers are carried by places
//! of their own, so that no edge runs through a box; a few sweeps order each layer by the mean place of its neighbours;
//! then boxes move as near as they can below their neighbours. All lengths are in `em`.

use spec::Order;

pub const BOX_WIDTH: f64 = 10.0;
pub const BOX_HEIGHT: f64 = 3.2;
const GAP: f64 = 1.0;
/// Between two edges that pass a layer.
const PASS_WIDTH: f64 = 0.2;
const LAYER_HEIGHT: f64 = 5.6;
const MARGIN: f64 = 1.0;
const N_SWEEPS: usize = 8;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    pub width: f64,
    pub height: f64,
    /// Left upper corner of each box.
    pub places: Vec<(f64, f64)>,
    /// One path an edge, in the order of the edges.
    pub paths: Vec<String>,
}

/// What stands in a layer: a box, or an edge that passes.
struct Spot {
    layer: usize,
    width: f64,
    /// The middle.
    x: f64,
    above: Vec<usize>,
    below: Vec<usize>,
}

/// `edges` lead from an earlier to a later box.
pub fn layout(n_boxes: usize, edges: &[(usize, usize)]) -> Layout {
    if n_boxes == 0 {
        return Layout::default();
    }
    let mut layer_of = vec![0_usize; n_boxes];
    // Boxes stand in the order of the graph, so one pass is enough.
    let mut sorted: Vec<(usize, usize)> = edges.to_vec();
    sorted.order_by_key(|(_, to)| *to);
    for (from, to) in sorted {
        layer_of[to] = layer_of[to].max(layer_of[from] + 1);
    }
    // What nothing comes into moves down to where it is used.
    let is_fed: Vec<bool> = (0..n_boxes).map(|one| edges.iter().any(|(_, to)| *to == one)).collect();
    for one in (0..n_boxes).filter(|one| !is_fed[*one]) {
        let users = edges.iter().filter(|(from, _)| *from == one).map(|(_, to)| layer_of[*to]);
        layer_of[one] = users.min().map_or(0, |first| first.saturating_sub(1));
    }
    let mut spots: Vec<Spot> = layer_of
        .iter()
        .map(|layer| Spot {
            layer: *layer,
            width: BOX_WIDTH,
            x: 0.0,
            above: Vec::new(),
            below: Vec::new(),
        })
        .collect();
    let chains: Vec<Vec<usize>> = edges.iter().map(|(from, to)| chain(&mut spots, *from, *to)).collect();
    let n_layers = spots.iter().map(|spot| spot.layer).max().unwrap_or(0) + 1;
    let mut layers: Vec<Vec<usize>> = vec![Vec::new(); n_layers];
    for (at, spot) in spots.iter().enumerate() {
        layers[spot.layer].push(at);
    }
    order(&mut layers, &spots);
    spread(&layers, &mut spots);

    let left = spots
        .iter()
        .map(|spot| spot.x - spot.width / 2.0)
        .fold(f64::INFINITY, f64::min);
    let right = spots
        .iter()
        .map(|spot| spot.x + spot.width / 2.0)
        .fold(f64::NEG_INFINITY, f64::max);
    let x = |at: usize| spots[at].x - left + MARGIN;
    let top = |at: usize| MARGIN + spots[at].layer as f64 * LAYER_HEIGHT;
    Layout {
        width: right - left + 2.0 * MARGIN,
        height: (n_layers - 1) as f64 * LAYER_HEIGHT + BOX_HEIGHT + 2.0 * MARGIN,
        places: (0..n_boxes).map(|one| (x(one) - BOX_WIDTH / 2.0, top(one))).collect(),
        paths: chains
            .iter()
            .map(|chain| path(&chain.iter().map(|&at| (x(at), top(at), at < n_boxes)).collect::<Vec<_>>()))
            .collect(),
    }
}

/// Adds the places that an edge passes; all that it joins, ends included.
fn chain(spots: &mut Vec<Spot>, from: usize, to: usize) -> Vec<usize> {
    let mut chain = vec![from];
    for layer in spots[from].layer + 1..spots[to].layer {
        spots.push(Spot {
            layer,
            width: PASS_WIDTH,
            x: 0.0,
            above: Vec::new(),
            below: Vec::new(),
        });
        chain.push(spots.len() - 1);
    }
    chain.push(to);
    for pair in chain.windows(2) {
        spots[pair[0]].below.push(pair[1]);
        spots[pair[1]].above.push(pair[0]);
    }
    chain
}

/// Down and up, each layer by the mean place of its neighbours in the one before.
fn order(layers: &mut [Vec<usize>], spots: &[Spot]) {
    let n = layers.len();
    let mut place = vec![0.0; spots.len()];
    let note = |layer: &[usize], place: &mut [f64]| {
        layer.iter().enumerate().for_each(|(at, spot)| place[*spot] = at as f64);
    };
    layers.iter().for_each(|layer| note(layer, &mut place));
    for sweep in 0..N_SWEEPS {
        let is_down = sweep % 2 == 0;
        let turn: Vec<usize> = if is_down {
            (1..n).collect()
        } else {
            (0..n.saturating_sub(1)).rev().collect()
        };
        for at in turn {
            let wanted = |spot: &usize| {
                let near = if is_down { &spots[*spot].above } else { &spots[*spot].below };
                mean(near.iter().map(|one| place[*one])).unwrap_or(place[*spot])
            };
            let mut keyed: Vec<(f64, usize)> = layers[at].iter().map(|spot| (wanted(spot), *spot)).collect();
            keyed.order_by(|a, b| a.0.total_cmp(&b.0));
            layers[at] = keyed.into_iter().map(|(_, spot)| spot).collect();
            note(&layers[at], &mut place);
        }
    }
}

/// Each layer as near to below its neighbours as the order and the gaps allow.
fn spread(layers: &[Vec<usize>], spots: &mut [Spot]) {
    for layer in layers {
        let wanted = vec![0.0; layer.len()];
        settle(layer, &wanted, spots);
    }
    for sweep in 0..2 * N_SWEEPS {
        let is_down = sweep % 2 == 0;
        let turn: Vec<&Vec<usize>> = if is_down {
            layers.iter().collect()
        } else {
            layers.iter().rev().collect()
        };
        for layer in turn {
            let wanted = |spot: &usize| {
                let (near, far) = if is_down {
                    (&spots[*spot].above, &spots[*spot].below)
                } else {
                    (&spots[*spot].below, &spots[*spot].above)
                };
                let near = if near.is_empty() { far } else { near };
                mean(near.iter().map(|one| spots[*one].x)).unwrap_or(spots[*spot].x)
            };
            let wanted: Vec<f64> = layer.iter().map(wanted).collect();
            settle(layer, &wanted, spots);
        }
    }
}

/// The places nearest to the wanted ones (least squares) that keep the order and the gaps: neighbours that would overlap
/// move as one block.
fn settle(layer: &[usize], wanted: &[f64], spots: &mut [Spot]) {
    let mut offsets = Vec::with_capacity(layer.len());
    let mut offset = 0.0;
    for (at, spot) in layer.iter().enumerate() {
        if at > 0 {
            offset += (spots[layer[at - 1]].width + spots[*spot].width) / 2.0 + GAP;
        }
        offsets.push(offset);
    }
    // Blocks: mean of what their members want, without the offsets, and how many they are.
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for (want, offset) in wanted.iter().zip(&offsets) {
        let mut block = (want - offset, 1);
        while let Some(&(mean, n)) = blocks.last()
            && mean > block.0
        {
            block = (
                (mean * n as f64 + block.0 * block.1 as f64) / (n + block.1) as f64,
                n + block.1,
            );
            blocks.pop();
        }
        blocks.push(block);
    }
    let starts = blocks.iter().flat_map(|(mean, n)| std::iter::repeat_n(*mean, *n));
    for ((spot, offset), start) in layer.iter().zip(&offsets).zip(starts) {
        spots[*spot].x = start + offset;
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, n) = values.fold((0.0, 0), |(sum, n), x| (sum + x, n + 1));
    (n > 0).then(|| sum / f64::from(n))
}

/// From the lower edge of the first to the upper edge of the last; straight down past the layers between.
fn path(points: &[(f64, f64, bool)]) -> String {
    let mut out = String::new();
    for pair in points.windows(2) {
        let ((x0, top0, _), (x1, top1, _)) = (pair[0], pair[1]);
        let (y0, y1) = (top0 + BOX_HEIGHT, top1);
        if out.is_empty() {
            out = format!("M{x0:.2} {y0:.2}");
        } else {
            // Past a layer.
            out.push_str(&format!("L{x0:.2} {y0:.2}"));
        }
        let middle = (y0 + y1) / 2.0;
        out.push_str(&format!("C{x0:.2} {middle:.2} {x1:.2} {middle:.2} {x1:.2} {y1:.2}"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No two boxes lie on each other, and every box is below what it takes from.
    fn check(n: usize, edges: &[(usize, usize)]) -> Layout {
        let layout = layout(n, edges);
        assert_eq!((layout.places.len(), layout.paths.len()), (n, edges.len()));
        for (i, a) in layout.places.iter().enumerate() {
            assert!(a.0 >= 0.0 && a.0 + BOX_WIDTH <= layout.width && a.1 >= 0.0 && a.1 + BOX_HEIGHT <= layout.height);
            for b in &layout.places[i + 1..] {
                let apart = (a.0 - b.0).abs() >= BOX_WIDTH + GAP / 2.0 || (a.1 - b.1).abs() >= BOX_HEIGHT;
                assert!(apart, "{a:?} {b:?}");
            }
        }
        for (from, to) in edges {
            assert!(layout.places[*from].1 + BOX_HEIGHT < layout.places[*to].1);
        }
        layout
    }

    #[test]
    fn a_chain_stands_straight() {
        let layout = check(4, &[(0, 1), (1, 2), (2, 3)]);
        assert!(layout.places.iter().all(|place| (place.0 - layout.places[0].0).abs() < 1e-6));
    }

    #[test]
    fn columns_come_together_in_the_middle() {
        let layout = check(6, &[(0, 4), (1, 4), (2, 4), (3, 4), (4, 5)]);
        let middle = layout.places[..4].iter().map(|place| place.0).sum::<f64>() / 4.0;
        assert!((layout.places[4].0 - middle).abs() < 1e-6);
    }

    #[test]
    fn an_edge_past_layers_runs_beside_the_boxes() {
        // 0 -> 1 -> 2 -> 3, and 0 -> 3.
        let layout = check(4, &[(0, 1), (1, 2), (2, 3), (0, 3)]);
        assert_eq!(layout.paths[3].matches('C').count(), 3);
        let numbers: Vec<f64> = layout.paths[3]
            .split(|c: char| !(c.is_ascii_digit() || c == '.'))
            .filter_map(|text| text.parse().ok())
            .collect();
        // Where the edge passes the layer of box 1.
        let passes: Vec<f64> = numbers
            .chunks_exact(2)
            .filter(|point| (point[1] - layout.places[1].1).abs() < 1e-6)
            .map(|point| point[0])
            .collect();
        let (left, right) = (layout.places[1].0, layout.places[1].0 + BOX_WIDTH);
        assert!(
            !passes.is_empty() && passes.iter().all(|x| *x < left || *x > right),
            "{passes:?}"
        );
    }

    #[test]
    fn what_is_used_late_stands_near_its_use() {
        let layout = check(5, &[(0, 1), (1, 2), (2, 4), (3, 4)]);
        assert!((layout.places[3].1 - layout.places[2].1).abs() < 1e-6);
    }

    #[test]
    fn crossings_are_untangled() {
        // Two chains whose ends stand the other way round.
        let layout = check(6, &[(0, 3), (1, 2), (2, 4), (3, 5)]);
        let side = |a: usize, b: usize| layout.places[a].0 < layout.places[b].0;
        assert_eq!(side(0, 1), side(3, 2));
        assert_eq!(side(3, 2), side(5, 4));
    }

    #[test]
    fn large_graphs_are_laid_out_in_no_time() {
        let n = 400;
        let edges: Vec<(usize, usize)> = (1..n)
            .flat_map(|to| [(to / 2, to), (to / 3, to)])
            .filter(|(from, to)| from < to)
            .collect();
        check(n, &edges);
        assert_eq!(layout(0, &[]), Layout::default());
        check(1, &[]);
    }
}
