//! The picture: days as columns, the dial of a day from top to bottom. Widths are percent of the
//! page, so that it fits a telephone and a sheet of paper; heights are pixels.

use super::clock::{Arc, Lane};
use super::plan::{Day, Plan, Row, State};
use parcep_core::texts::Voice;

/// Pixels of one hour.
const HOUR: f64 = 24.0;
/// Above the dials: weekday, date, length.
const HEAD: f64 = 58.0;
/// Percent of the page for the hours at the left.
const AXIS: f64 = 8.0;
const COLUMN: f64 = (100.0 - AXIS) / 7.0;
/// Percent between two days.
const GAP: f64 = 0.8;
/// Percent of a day for who has care, and for acts.
const SIDE: f64 = 1.3;
/// Below the dials: pixels of one budget.
const LIMIT: f64 = 50.0;

/// Everything that is drawn.
#[derive(Debug)]
pub(super) struct Picture {
    pub(super) height: String,
    pub(super) hours: Vec<Label>,
    pub(super) lines: Vec<String>,
    pub(super) heads: Vec<Head>,
    pub(super) blocks: Vec<Block>,
    /// What the clock never shows.
    pub(super) voids: Vec<Shape>,
    /// What the clock shows twice.
    pub(super) folds: Vec<Shape>,
    pub(super) care: Vec<Mark>,
    pub(super) acts: Vec<Mark>,
    pub(super) limits: Vec<LimitRow>,
}

/// A rectangle.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) width: String,
    pub(super) height: String,
}

/// A text at a place.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) text: String,
}

/// Above a day.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) x: String,
    pub(super) long: String,
    pub(super) short: String,
    pub(super) day: String,
    /// The length of a day that has not 24 hours.
    pub(super) odd: Option<String>,
}

/// A part of a stretch.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) shape: Shape,
    pub(super) class: &'static str,
    /// Patterns, one for each author.
    pub(super) patterns: Vec<usize>,
    pub(super) title: String,
    pub(super) labels: Vec<BlockLabel>,
}

/// A line of text in a block: long where there is room.
#[derive(Debug)]
pub(super) struct BlockLabel {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) long: String,
    pub(super) short: String,
}

/// Beside a day.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) shape: Shape,
    pub(super) pattern: Option<usize>,
    pub(super) label: Label,
    pub(super) title: String,
}

/// One budget below the days.
#[derive(Debug)]
pub(super) struct LimitRow {
    pub(super) title: Label,
    pub(super) frames: Vec<Shape>,
    pub(super) bars: Vec<Shape>,
    pub(super) numbers: Vec<BlockLabel>,
}

/// Draws a plan.
pub(super) fn picture(plan: &Plan, voice: Voice) -> Picture {
    let reaches = plan.days.iter().map(|day| day.dial.reach());
    let top = reaches.clone().map(|(first, _)| first).min().unwrap_or(0);
    let end = reaches.map(|(_, last)| last).max().unwrap_or(86_400);
    let paper = Paper {
        top: top.div_euclid(3600) * 3600,
        bottom: (end + 3599).div_euclid(3600) * 3600,
        starts: plan.days.first().map_or(0, |day| day.dial.clock_start()),
    };
    let signs: Vec<&str> = plan
        .authors
        .iter()
        .map(|author| author.sign.as_str())
        .collect();
    let mut picture = Picture {
        height: String::new(),
        hours: paper.hours(voice),
        lines: paper.lines(),
        heads: Vec::new(),
        blocks: Vec::new(),
        voids: Vec::new(),
        folds: Vec::new(),
        care: Vec::new(),
        acts: Vec::new(),
        limits: Vec::new(),
    };
    for (column, day) in plan.days.iter().enumerate() {
        let left = AXIS + COLUMN * f64::from(u8::try_from(column).unwrap_or(0));
        paper.day(&mut picture, day, left, &signs, voice);
    }
    let mut y = paper.y(paper.bottom) + 30.0;
    for limit in &plan.budgets {
        let sign = signs.get(limit.author).copied().unwrap_or_default();
        picture.limits.push(limit_row(limit, sign, y, voice));
        y += LIMIT;
    }
    picture.height = pixels(y);
    picture
}

struct Paper {
    top: i64,
    bottom: i64,
    /// What the clock shows at second 0 of the dial.
    starts: i64,
}

impl Paper {
    fn y(&self, second: i64) -> f64 {
        HEAD + to_hours(second - self.top) * HOUR
    }

    fn hours(&self, voice: Voice) -> Vec<Label> {
        let every_second = (self.top..=self.bottom).step_by(7200);
        let label = |second: i64| {
            let clock = (second + self.starts).rem_euclid(86_400);
            let clock = i8::try_from(clock / 3600).unwrap_or(0);
            let time = jiff::civil::Time::new(clock, 0, 0, 0).unwrap_or_default();
            Label {
                x: percent(AXIS - 1.0),
                y: pixels(self.y(second) + 4.0),
                text: voice.time(time),
            }
        };
        every_second.map(label).collect()
    }

    fn lines(&self) -> Vec<String> {
        let hours = (self.top..=self.bottom).step_by(3600);
        hours.map(|second| pixels(self.y(second))).collect()
    }

    fn day(&self, picture: &mut Picture, day: &Day, left: f64, signs: &[&str], voice: Voice) {
        let odd = day.seconds != 86_400;
        let length = voice.span(day.seconds.unsigned_abs());
        picture.heads.push(Head {
            x: percent(left + (COLUMN - GAP) / 2.0),
            long: day.weekday.clone(),
            short: day.weekday.chars().take(3).collect(),
            day: day.date.day().to_string(),
            odd: odd.then_some(length),
        });
        let inner = Column {
            left: left + SIDE,
            width: COLUMN - GAP - 2.0 * SIDE,
        };
        for row in &day.rows {
            let title = format!("{}, {}", day.name, sentence(row));
            for arc in &row.arcs {
                picture
                    .blocks
                    .push(self.block(row, arc, inner, signs, &title));
            }
        }
        let whole = |from: i64, until: i64| self.shape(from, until, inner.left, inner.width);
        if day.seconds == 0 {
            picture.voids.push(whole(0, 86_400));
        }
        for jump in day.dial.jumps() {
            let list = if jump.seconds > 0 {
                &mut picture.voids
            } else {
                &mut picture.folds
            };
            list.push(whole(jump.from, jump.until));
        }
        for care in &day.care {
            let sign = care.author.and_then(|number| signs.get(number));
            let sign = sign.copied().unwrap_or("–");
            let title = format!(
                "{}, {} – {}: {}",
                day.name, care.starts, care.ends, care.who
            );
            for arc in &care.arcs {
                picture
                    .care
                    .push(self.mark(arc, left, sign, care.author, &title));
            }
        }
        for (number, arcs) in &day.acts {
            for arc in arcs {
                let right = left + COLUMN - GAP - SIDE;
                let text = number.to_string();
                picture.acts.push(self.mark(arc, right, &text, None, &text));
            }
        }
    }

    fn block(&self, row: &Row, arc: &Arc, column: Column, signs: &[&str], title: &str) -> Block {
        let half = column.width / 2.0;
        let (left, width) = match arc.lane {
            Lane::Whole => (column.left, column.width),
            Lane::First => (column.left, half),
            Lane::Second => (column.left + half, half),
        };
        let shape = self.shape(arc.from, arc.until, left, width);
        Block {
            labels: self.labels(row, arc, left + width / 2.0, signs),
            shape,
            class: row.state.class(),
            patterns: row.authors.iter().map(|number| number % 5).collect(),
            title: title.to_owned(),
        }
    }

    /// What stands in a block: times in an open one, state and authors in any other.
    fn labels(&self, row: &Row, arc: &Arc, middle: f64, signs: &[&str]) -> Vec<BlockLabel> {
        let (top, bottom) = (self.y(arc.from), self.y(arc.until));
        let height = bottom - top;
        let label = |y: f64, long: String, short: String| BlockLabel {
            x: percent(middle),
            y: pixels(y),
            long,
            short,
        };
        if height < 13.0 {
            return Vec::new();
        }
        let wide = arc.lane == Lane::Whole;
        if row.state == State::Open && row.arcs.len() == 1 && height >= 30.0 {
            return vec![
                label(top + 13.0, row.starts.clone(), row.starts.clone()),
                label(bottom - 5.0, row.ends.clone(), row.ends.clone()),
            ];
        }
        let signs: Vec<&str> = row
            .authors
            .iter()
            .filter_map(|number| signs.get(*number).copied())
            .collect();
        let signs = signs.join("+");
        let long = match (signs.is_empty(), wide) {
            (true, true) => row.says.clone(),
            (false, true) => format!("{} · {signs}", row.says),
            (_, false) => signs.clone(),
        };
        // On a narrow page half a column has no room for letters; its pattern tells.
        let short = match (signs.is_empty(), wide) {
            (true, true) => row.says.clone(),
            (false, true) => signs,
            (_, false) => String::new(),
        };
        vec![label((top + bottom) / 2.0 + 4.0, long, short)]
    }

    fn mark(&self, arc: &Arc, left: f64, sign: &str, pattern: Option<usize>, title: &str) -> Mark {
        let (left, width) = match arc.lane {
            Lane::Whole => (left, SIDE),
            Lane::First => (left, SIDE / 2.0),
            Lane::Second => (left + SIDE / 2.0, SIDE / 2.0),
        };
        Mark {
            shape: self.shape(arc.from, arc.until, left, width),
            pattern: pattern.map(|number| number % 5),
            label: Label {
                x: percent(left + width / 2.0),
                y: pixels(self.y(arc.from) + 11.0),
                text: sign.to_owned(),
            },
            title: title.to_owned(),
        }
    }

    fn shape(&self, from: i64, until: i64, left: f64, width: f64) -> Shape {
        Shape {
            x: percent(left),
            y: pixels(self.y(from)),
            width: percent(width),
            height: pixels(to_hours(until - from) * HOUR),
        }
    }
}

#[derive(Clone, Copy)]
struct Column {
    left: f64,
    width: f64,
}

/// A stretch as one sentence: the tip of the picture says what the row of the table says.
pub(super) fn sentence(row: &Row) -> String {
    let who = if row.who.is_empty() {
        String::new()
    } else {
        format!(", {}", row.who)
    };
    format!("{} – {}: {}{who}", row.starts, row.ends, row.says)
}

fn limit_row(limit: &super::plan::Limit, sign: &str, y: f64, voice: Voice) -> LimitRow {
    let most = limit
        .days
        .iter()
        .flatten()
        .copied()
        .max()
        .unwrap_or(0)
        .max(1);
    let mut row = LimitRow {
        title: Label {
            x: percent(AXIS),
            y: pixels(y),
            text: format!("{} · {sign}", limit.name),
        },
        frames: Vec::new(),
        bars: Vec::new(),
        numbers: Vec::new(),
    };
    let shape = |left: f64, width: f64| Shape {
        x: percent(left),
        y: pixels(y + 7.0),
        width: percent(width),
        height: pixels(9.0),
    };
    let mut number = |x: f64, seconds: u64| {
        row.numbers.push(BlockLabel {
            x: percent(x),
            y: pixels(y + 29.0),
            long: voice.span(seconds),
            short: format!("{}:{:02}", seconds / 3600, seconds / 60 % 60),
        });
    };
    if let Some(seconds) = limit.week {
        let width = 7.0 * COLUMN - GAP;
        row.bars.push(shape(AXIS, width));
        number(AXIS + width / 2.0, seconds);
        return row;
    }
    for (column, seconds) in limit.days.iter().enumerate() {
        let left = AXIS + COLUMN * f64::from(u8::try_from(column).unwrap_or(0));
        let width = COLUMN - GAP;
        let Some(seconds) = *seconds else {
            continue;
        };
        row.frames.push(shape(left, width));
        row.bars.push(shape(left, width * part(seconds, most)));
        number(left + width / 2.0, seconds);
    }
    row
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a drawing needs no more than 52 bits"
)]
fn to_hours(seconds: i64) -> f64 {
    seconds as f64 / 3600.0
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a drawing needs no more than 52 bits"
)]
fn part(seconds: u64, most: u64) -> f64 {
    seconds as f64 / most as f64
}

fn percent(value: f64) -> String {
    format!("{value:.2}%")
}

fn pixels(value: f64) -> String {
    format!("{value:.1}")
}
