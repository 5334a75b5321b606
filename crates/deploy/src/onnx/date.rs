//! Parts of epoch seconds, node by node as [`prepare::date::civil`].

use prepare::date::{DAYS_TO_MARCH_0000, END, FIRST};
use spec::step::DatePart;

use super::graph::{GraphBuilder, Name, To};

/// Integer arithmetic on int64 tensors; `/` truncates, and nothing here is negative.
struct Integers<'a>(&'a mut GraphBuilder);

impl Integers<'_> {
    fn with(&mut self, op: &str, a: &Name, constant: i64) -> Name {
        let b = self.0.integer(constant);
        self.0.node(op, &[a, &b])
    }

    fn div(&mut self, a: &Name, by: i64) -> Name {
        self.with("Div", a, by)
    }

    fn mul(&mut self, a: &Name, by: i64) -> Name {
        self.with("Mul", a, by)
    }

    fn add(&mut self, a: &Name, constant: i64) -> Name {
        self.with("Add", a, constant)
    }

    fn plus(&mut self, a: &Name, b: &Name) -> Name {
        self.0.node("Add", &[a, b])
    }

    fn minus(&mut self, a: &Name, b: &Name) -> Name {
        self.0.node("Sub", &[a, b])
    }
}

/// One part of the time column `seconds` (batch x 1), NaN where it is missing or outside the years 1 to 9999.
pub fn write(graph: &mut GraphBuilder, seconds: &Name, part: DatePart) -> Name {
    let first = graph.scalar(FIRST);
    let end = graph.scalar(END);
    let after = graph.node("GreaterOrEqual", &[seconds, &first]);
    let before = graph.node("Less", &[seconds, &end]);
    let valid = graph.node("And", &[&after, &before]);
    let zero = graph.scalar(0.0);
    let safe = graph.node("Where", &[&valid, seconds, &zero]);
    let whole = graph.node("Floor", &[&safe]);
    let day_secs = graph.scalar(86_400.0);
    let days = graph.node("Div", &[&whole, &day_secs]);
    let days = graph.node("Floor", &[&days]);
    let value = if part == DatePart::Hour {
        let start = graph.node("Mul", &[&days, &day_secs]);
        let rest = graph.node("Sub", &[&whole, &start]);
        let hour_secs = graph.scalar(3600.0);
        let hours = graph.node("Div", &[&rest, &hour_secs]);
        graph.node("Floor", &[&hours])
    } else {
        let days = graph.cast(&days, To::Int64);
        let value = calendar_part(&mut Integers(graph), &days, part);
        graph.cast(&value, To::Double)
    };
    let missing = graph.scalar(f64::NAN);
    graph.node("Where", &[&valid, &value, &missing])
}

/// `days` since 1970-01-01 to year, month, day or weekday (Monday 0).
fn calendar_part(ints: &mut Integers<'_>, days: &Name, part: DatePart) -> Name {
    let z = ints.add(days, DAYS_TO_MARCH_0000);
    if part == DatePart::Weekday {
        let shifted = ints.add(&z, 2);
        let weeks = ints.div(&shifted, 7);
        let whole_weeks = ints.mul(&weeks, 7);
        return ints.minus(&shifted, &whole_weeks);
    }
    let era = ints.div(&z, 146_097);
    let era_days = ints.mul(&era, 146_097);
    let day_of_era = ints.minus(&z, &era_days);
    let year_of_era = {
        let leap_4 = ints.div(&day_of_era, 1460);
        let leap_100 = ints.div(&day_of_era, 36_524);
        let leap_400 = ints.div(&day_of_era, 146_096);
        let a = ints.minus(&day_of_era, &leap_4);
        let b = ints.plus(&a, &leap_100);
        let c = ints.minus(&b, &leap_400);
        ints.div(&c, 365)
    };
    let day_of_year = {
        let years = ints.mul(&year_of_era, 365);
        let leap_4 = ints.div(&year_of_era, 4);
        let leap_100 = ints.div(&year_of_era, 100);
        let a = ints.plus(&years, &leap_4);
        let b = ints.minus(&a, &leap_100);
        ints.minus(&day_of_era, &b)
    };
    let month_from_march = {
        let a = ints.mul(&day_of_year, 5);
        let b = ints.add(&a, 2);
        ints.div(&b, 153)
    };
    if part == DatePart::Day {
        let a = ints.mul(&month_from_march, 153);
        let b = ints.add(&a, 2);
        let first = ints.div(&b, 5);
        let day = ints.minus(&day_of_year, &first);
        return ints.add(&day, 1);
    }
    let is_before_january = ints.with("Less", &month_from_march, 10);
    let later = ints.add(&month_from_march, 3);
    let earlier = ints.add(&month_from_march, -9);
    let month = ints.0.node("Where", &[&is_before_january, &later, &earlier]);
    if part == DatePart::Month {
        return month;
    }
    let is_next_year = ints.with("LessOrEqual", &month, 2);
    let is_next_year = ints.0.cast(&is_next_year, To::Int64);
    let eras = ints.mul(&era, 400);
    let year = ints.plus(&year_of_era, &eras);
    ints.plus(&year, &is_next_year)
}
