//! How far a job is and how long it still takes: one plan of weighted parts for all that the job does, so that the bar
//! goes one way and the time left is that of the whole job.

use spec::Message;
use spec::job::Progress;

/// Before this share, or this time, an estimate would only jump about.
const TELLING_SHARE: f64 = 0.02;
const TELLING_SECS: f64 = 0.5;
/// Progress is told at most this often.
const TELL_MS: f64 = 80.0;
/// A part whose own pace counts alone from here on.
const OWN_PACE_SHARE: f64 = 0.4;

/// One part of a job: what is expected of it and how far it is.
#[derive(Clone, Debug, PartialEq)]
struct Part {
    name: String,
    /// Its length on the bar.
    weight: f64,
    /// Expected seconds; only their ratios count.
    secs: f64,
    /// 0 to 1.
    done: f64,
    begun_ms: Option<f64>,
    /// What it took; None while it runs, and when it was passed over.
    took_secs: Option<f64>,
}

/// The parts of a job, in order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    start_ms: f64,
    parts: Vec<Part>,
    /// Parts before it have begun, or were passed over.
    next: usize,
    shown: f64,
    told_ms: f64,
}

impl Plan {
    /// `parts`: what comes, in order, with expected seconds.
    pub fn new(now_ms: f64, parts: &[(String, f64)]) -> Self {
        let mut plan = Self {
            start_ms: now_ms,
            parts: Vec::new(),
            next: 0,
            shown: 0.0,
            told_ms: f64::NEG_INFINITY,
        };
        plan.parts = parts.iter().map(|(name, secs)| part(name, *secs, *secs)).collect();
        plan
    }

    /// Puts parts in the place of one that has not begun, as long on the bar as it is; without it they follow all others.
    pub fn expand(&mut self, name: &str, parts: &[(String, f64)]) {
        let total: f64 = parts.iter().map(|(_, secs)| secs).sum();
        let at = self.find(name);
        let room = at.map_or(total, |at| self.parts[at].weight);
        let scale = if total > 0.0 { room / total } else { 0.0 };
        let new: Vec<Part> = parts.iter().map(|(name, secs)| part(name, secs * scale, *secs)).collect();
        match at {
            Some(at) => drop(self.parts.splice(at..=at, new)),
            None => self.parts.extend(new),
        }
    }

    /// What is now expected of parts that have not begun; what is left of the bar is dealt out anew among all of those.
    pub fn expect(&mut self, expected: &[(String, f64)]) {
        let waiting = self.next..self.parts.len();
        for part in &mut self.parts[waiting.clone()] {
            if let Some((_, secs)) = expected.iter().find(|(name, _)| *name == part.name) {
                part.secs = *secs;
            }
        }
        let (room, total) = self.parts[waiting.clone()]
            .iter()
            .fold((0.0, 0.0), |(room, total), part| (room + part.weight, total + part.secs));
        if total > 0.0 {
            for part in &mut self.parts[waiting] {
                part.weight = part.secs * room / total;
            }
        }
    }

    /// Begins a part; those before it are over. One that was not planned takes half of what is left of the bar.
    pub fn begin(&mut self, name: &str, now_ms: f64) -> usize {
        let at = self.find(name).unwrap_or_else(|| {
            let rest = &mut self.parts[self.next..];
            let room: f64 = rest.iter().map(|part| part.weight).sum();
            rest.iter_mut().for_each(|part| part.weight /= 2.0);
            let secs = rest.iter().map(|part| part.secs).sum::<f64>().max(1.0);
            let weight = if room > 0.0 { room / 2.0 } else { secs };
            self.parts.insert(self.next, part(name, weight, secs));
            self.next
        });
        for part in &mut self.parts[self.next..at] {
            part.done = 1.0;
        }
        // One part follows the other: what has not said that it is over is over now.
        for part in &mut self.parts[..self.next] {
            part.done = 1.0;
            if let (Some(begun), None) = (part.begun_ms, part.took_secs) {
                part.took_secs = Some((now_ms - begun).max(0.0) / 1000.0);
            }
        }
        self.parts[at].begun_ms = Some(now_ms);
        self.next = at + 1;
        // What is being done now is told at once.
        self.told_ms = f64::NEG_INFINITY;
        at
    }

    pub fn advance(&mut self, at: usize, done: f64, now_ms: f64) {
        let Some(part) = self.parts.get_mut(at) else { return };
        part.done = part.done.max(done.clamp(0.0, 1.0));
        if part.done >= 1.0 && part.took_secs.is_none() {
            part.took_secs = part.begun_ms.map(|begun| (now_ms - begun).max(0.0) / 1000.0);
        }
    }

    /// What the bar shows; it never goes back.
    pub fn fraction(&mut self) -> f64 {
        let total: f64 = self.parts.iter().map(|part| part.weight).sum();
        let done: f64 = self.parts.iter().map(|part| part.weight * part.done).sum();
        if total > 0.0 {
            self.shown = self.shown.max((done / total).min(1.0));
        }
        self.shown
    }

    /// How far parts with these names are, together.
    pub fn share(&self, is_part: impl Fn(&str) -> bool) -> Option<f64> {
        let parts = || self.parts.iter().filter(|part| is_part(&part.name));
        let total: f64 = parts().map(|part| part.weight).sum();
        (total > 0.0).then(|| (parts().map(|part| part.weight * part.done).sum::<f64>() / total).min(1.0))
    }

    /// Seconds to the end. What runs goes on at its own pace, as far as that can be told; what waits takes what is expected
    /// of it, by how the expected compared with the true so far.
    pub fn seconds_left(&self, now_ms: f64) -> Option<f64> {
        let trust = |part: &Part| (part.done / OWN_PACE_SHARE).min(1.0);
        let (mut taken, mut expected, mut done, mut running, mut waiting) = (0.0, 0.0, 0.0, Vec::new(), 0.0);
        for part in &self.parts {
            match (part.begun_ms, part.took_secs) {
                (Some(_), Some(took)) => {
                    taken += took;
                    expected += part.secs;
                    done += part.secs;
                }
                (Some(begun), None) => {
                    let own = (now_ms - begun).max(0.0) / 1000.0;
                    // What it began with (tables sent about, say) is no measure yet of what is to come.
                    taken += own * trust(part);
                    expected += part.secs * part.done * trust(part);
                    done += part.secs * part.done;
                    running.push((part, own));
                }
                (None, _) => waiting += part.secs * (1.0 - part.done),
            }
        }
        let elapsed = (now_ms - self.start_ms) / 1000.0;
        let all = done + waiting + running.iter().map(|(part, _)| part.secs * (1.0 - part.done)).sum::<f64>();
        if elapsed < TELLING_SECS || done <= all * TELLING_SHARE || taken <= 0.0 || expected <= 0.0 {
            return None;
        }
        let pace = taken / expected;
        let mut left = waiting * pace;
        for (part, own) in running {
            let by_others = part.secs * (1.0 - part.done) * pace;
            let by_itself = if part.done > 0.0 {
                own * (1.0 - part.done) / part.done
            } else {
                by_others
            };
            left += trust(part) * by_itself + (1.0 - trust(part)) * by_others;
        }
        Some(left)
    }

    /// What there is to tell, unless something was told just now.
    pub fn tell(&mut self, doing: &Message, now_ms: f64) -> Option<Progress> {
        if now_ms - self.told_ms < TELL_MS {
            return None;
        }
        self.told_ms = now_ms;
        Some(Progress {
            fraction: Some(self.fraction()),
            doing: doing.clone(),
            seconds_left: self.seconds_left(now_ms),
        })
    }

    fn find(&self, name: &str) -> Option<usize> {
        (self.next..self.parts.len()).find(|&at| self.parts[at].name == name)
    }
}

fn part(name: &str, weight: f64, secs: f64) -> Part {
    Part {
        name: name.to_owned(),
        weight,
        secs,
        done: 0.0,
        begun_ms: None,
        took_secs: None,
    }
}

/// Several tasks as one part of a job's plan.
pub(crate) struct Meter {
    pub part: usize,
    weights: Vec<f64>,
    fractions: Vec<f64>,
}

impl Meter {
    /// `weights`: what is expected of each task; only their ratios count.
    pub fn new(part: usize, weights: Vec<f64>) -> Self {
        Self {
            part,
            fractions: vec![0.0; weights.len()],
            weights,
        }
    }

    /// How far all tasks are together after one of them told how far it is.
    pub fn heard(&mut self, index: usize, fraction: f64) -> f64 {
        if let Some(own) = self.fractions.get_mut(index) {
            *own = own.max(fraction.clamp(0.0, 1.0));
        }
        let total: f64 = self.weights.iter().sum();
        let done: f64 = self
            .weights
            .iter()
            .zip(&self.fractions)
            .map(|(weight, done)| weight * done)
            .sum();
        if total > 0.0 { done / total } else { 0.0 }
    }
}

/// Wall time of tasks that workers take in order, each the next one when it is free.
pub(crate) fn makespan(secs: &[f64], n_workers: usize) -> f64 {
    let mut free = vec![0.0_f64; n_workers.max(1)];
    for task in secs {
        let earliest = (0..free.len()).min_by(|&a, &b| free[a].total_cmp(&free[b])).unwrap_or(0);
        free[earliest] += task;
    }
    free.into_iter().fold(0.0, f64::max)
}

/// What a job does besides its main task, with shares of the work: jobs of one task need no plan.
pub(crate) fn stages(job: &spec::job::Job) -> Vec<(String, f64)> {
    use spec::evaluation::Part as Rows;
    use spec::job::{Job, Start};
    let stages: &[(&str, f64)] = match job {
        Job::CreateProject {
            start: Start::Sample { .. },
            ..
        }
        | Job::Import { .. }
        | Job::ImportSameRecipe { .. } => &[("doing.importing", 0.8), ("doing.proposing", 0.2)],
        Job::Train { .. } => &[(TRAINING, 1.0)],
        Job::Retrain { .. } => &[
            ("doing.appending", 0.08),
            (TRAINING, 0.8),
            ("doing.evaluating", 0.06),
            ("doing.contest", 0.06),
        ],
        Job::Evaluate { part: Rows::Test, .. } => &[
            ("doing.evaluating", 0.4),
            ("doing.describing", 0.05),
            ("doing.predicting", 0.1),
            ("doing.evaluating", 0.45),
        ],
        Job::Export { .. } | Job::ExportVersion { .. } => &[("doing.evaluating", 0.3), ("doing.exporting", 0.7)],
        Job::Register { .. } => &[("doing.evaluating", 0.4), ("doing.registering", 0.6)],
        _ => &[],
    };
    stages.iter().map(|&(name, share)| (name.to_owned(), share)).collect()
}

/// The part of a plan that becomes the candidates' parts.
pub(crate) const TRAINING: &str = "training";

#[cfg(test)]
mod tests {
    use math::Rng;

    use super::*;

    fn named(parts: &[(&str, f64)]) -> Vec<(String, f64)> {
        parts.iter().map(|&(name, secs)| (name.to_owned(), secs)).collect()
    }

    /// Plays a job: each part with its true seconds, ticking every 50 ms; what was told, with the true seconds left.
    fn play(plan: &mut Plan, parts: &[(&str, f64)]) -> Vec<(f64, Option<f64>, f64)> {
        let end: f64 = parts.iter().map(|(_, secs)| secs).sum();
        let (mut told, mut now) = (Vec::new(), 0.0);
        for (name, secs) in parts {
            let at = plan.begin(name, now * 1000.0);
            let start = now;
            while now < start + secs {
                now = (now + 0.05).min(start + secs);
                plan.advance(at, (now - start) / secs, now * 1000.0);
                told.push((plan.fraction(), plan.seconds_left(now * 1000.0), end - now));
            }
        }
        told
    }

    fn assert_monotone(told: &[(f64, Option<f64>, f64)]) {
        assert!(told.windows(2).all(|pair| pair[0].0 <= pair[1].0), "the bar goes one way");
        assert!(told.iter().all(|(fraction, ..)| (0.0..=1.0).contains(fraction)));
    }

    #[test]
    fn the_bar_goes_one_way_and_ends_at_the_end() {
        let mut plan = Plan::new(0.0, &named(&[("a", 1.0), ("b", 3.0), ("c", 1.0)]));
        let told = play(&mut plan, &[("a", 0.5), ("b", 4.0), ("c", 0.1)]);
        assert_monotone(&told);
        assert!((plan.fraction() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn what_was_not_planned_and_what_is_passed_over_do_not_turn_it_back() {
        let mut plan = Plan::new(0.0, &named(&[("a", 1.0), ("b", 3.0), ("c", 1.0)]));
        let told = play(&mut plan, &[("x", 2.0), ("a", 1.0), ("y", 2.0), ("c", 1.0), ("z", 1.0)]);
        assert_monotone(&told);
        let mut unplanned = Plan::new(0.0, &[]);
        assert_monotone(&play(&mut unplanned, &[("a", 1.0), ("a", 1.0), ("b", 1.0)]));
    }

    #[test]
    fn expanding_and_expecting_anew_keep_the_bar_where_it_is() {
        let mut plan = Plan::new(0.0, &named(&[("append", 1.0), (TRAINING, 8.0), ("contest", 1.0)]));
        let at = plan.begin("append", 0.0);
        plan.advance(at, 1.0, 1000.0);
        let before = plan.fraction();
        plan.expand(TRAINING, &named(&[("fit 0", 30.0), ("fit 1", 10.0)]));
        assert_eq!(plan.fraction(), before);
        plan.begin("fit 0", 1000.0);
        plan.advance(1, 0.5, 2000.0);
        let before = plan.fraction();
        plan.expect(&named(&[("fit 1", 90.0)]));
        assert!((plan.fraction() - before).abs() < 1e-12);
        assert!(plan.share(|name| name.starts_with("fit")).is_some());
    }

    /// A training job on a computer of any speed, each candidate up to a third off what is expected of it beside the others.
    #[test]
    fn the_time_left_is_within_a_factor_of_two_after_a_tenth() {
        for seed in 0..200 {
            let mut rng = Rng::stream(seed, "progress", 0);
            let mut spread = |width: f64| math::float::exp((rng.uniform() * 2.0 - 1.0) * width);
            let speed = spread(1.6);
            let names: Vec<String> = (0..6).map(|i| format!("fit {i}")).collect();
            let expected: Vec<f64> = [0.3, 2.0, 1.0, 6.0, 9.0, 4.0].map(|secs| secs * spread(0.5)).to_vec();
            let parts: Vec<(String, f64)> = names.iter().cloned().zip(expected.iter().copied()).collect();
            let mut plan = Plan::new(0.0, &parts);
            let real: Vec<(&str, f64)> = parts
                .iter()
                .map(|(name, secs)| (name.as_str(), secs * speed * spread(0.3)))
                .collect();
            let total: f64 = real.iter().map(|(_, secs)| secs).sum();
            let told = play(&mut plan, &real);
            assert_monotone(&told);
            let is_judged = |truth: f64| truth < 0.9 * total && total - truth > TELLING_SECS && truth > 1.0;
            for (_, left, truth) in told.iter().filter(|(.., truth)| is_judged(*truth)) {
                let left = left.expect("told after a tenth");
                assert!(
                    left < 2.0 * truth && left > truth / 2.0,
                    "seed {seed}: {left:.1} s told, {truth:.1} s of {total:.1} s left"
                );
            }
        }
    }

    #[test]
    fn workers_take_the_next_task_when_they_are_free() {
        assert_eq!(makespan(&[3.0, 1.0, 1.0, 1.0], 2), 3.0);
        assert_eq!(makespan(&[1.0, 2.0], 1), 3.0);
        assert_eq!(makespan(&[], 4), 0.0);
    }

    #[test]
    fn tasks_of_a_part_count_by_their_weight() {
        let mut meter = Meter::new(0, vec![1.0, 3.0]);
        assert_eq!(meter.heard(1, 0.5), 0.375);
        assert_eq!(meter.heard(1, 0.2), 0.375, "a task that is tried again does not go back");
        assert_eq!(meter.heard(0, 1.0), 0.625);
    }
}
